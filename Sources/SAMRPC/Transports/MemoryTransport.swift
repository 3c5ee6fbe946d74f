// SPDX-License-Identifier: Apache-2.0
internal import Synchronization

/// One end of a pair of byte streams inside a process, bounded like a kernel's pipe: for tests and for embedding.
public final class MemoryTransport: RPCTransport {
  private let incoming: MemoryPipe
  private let outgoing: MemoryPipe

  private init(incoming: MemoryPipe, outgoing: MemoryPipe) {
    self.incoming = incoming
    self.outgoing = outgoing
  }

  /// Makes two ends that are connected with each other.
  ///
  /// - Parameter capacity: How many bytes a direction holds before `write` suspends; one message may exceed it.
  public static func pair(capacity: Int = 64 << 10) -> (MemoryTransport, MemoryTransport) {
    let (there, back) = (MemoryPipe(capacity: capacity), MemoryPipe(capacity: capacity))
    return (MemoryTransport(incoming: back, outgoing: there), MemoryTransport(incoming: there, outgoing: back))
  }

  /// Waits for bytes.
  public func read() async throws -> [UInt8]? { try await incoming.read() }

  /// Writes all the bytes; suspends while the pipe is full.
  public func write(_ bytes: [UInt8]) async throws { try await outgoing.write(bytes) }

  /// Lets the peer read the end of the stream after what was written.
  public func finishWriting() { outgoing.finish() }

  /// Ends both directions at once.
  public func close() {
    outgoing.finish()
    incoming.abandon()
  }
}

/// One direction of a pair.
private final class MemoryPipe: Sendable {
  private struct Write {
    var bytes: [UInt8]
    var done: OneShot<Void>
  }

  private struct State {
    var chunks = FIFO<[UInt8]>()
    var buffered = 0
    var waiting = FIFO<Write>()
    var reader: OneShot<[UInt8]?>?
    var finished = false
    var abandoned = false
  }

  private let capacity: Int
  private let state = Mutex(State())

  init(capacity: Int) { self.capacity = capacity }

  func read() async throws -> [UInt8]? {
    let waiter = OneShot<[UInt8]?>()
    let written = state.withLock { state -> [Write] in
      if let chunk = state.chunks.popFirst() {
        state.buffered -= chunk.count
        waiter.set(.success(chunk))
        return admit(&state)
      }
      if state.finished || state.abandoned { waiter.set(.success(nil)) } else { state.reader = waiter }
      return []
    }
    for write in written { write.done.set(.success(())) }
    return try await waiter.value()
  }

  /// Moves waiting writes into the space that there is.
  private func admit(_ state: inout State) -> [Write] {
    var admitted: [Write] = []
    while state.buffered < capacity, let write = state.waiting.popFirst() {
      state.chunks.append(write.bytes)
      state.buffered += write.bytes.count
      admitted.append(write)
    }
    return admitted
  }

  func write(_ bytes: [UInt8]) async throws {
    guard !bytes.isEmpty else { return }
    let done = OneShot<Void>()
    state.withLock { state in
      if state.abandoned {
        done.set(.failure(RPCFailure.notSent("the peer no longer reads")))
      } else if state.finished {
        done.set(.failure(RPCFailure.notSent("writing was finished before")))
      } else if let reader = state.reader, reader.set(.success(bytes)) {
        state.reader = nil
        done.set(.success(()))
      } else {
        state.reader = nil
        state.waiting.append(Write(bytes: bytes, done: done))
        for write in admit(&state) { write.done.set(.success(())) }
      }
    }
    // Not the caller's cancellation but only the pipe ends the wait: see the protocol.
    try await done.uncancelledValue()
  }

  func finish() {
    let reader = state.withLock { state -> OneShot<[UInt8]?>? in
      state.finished = true
      // The bytes of writes that wait for space still arrive; only their back-pressure ends.
      while let write = state.waiting.popFirst() {
        state.chunks.append(write.bytes)
        state.buffered += write.bytes.count
        write.done.set(.success(()))
      }
      defer { state.reader = nil }
      return state.reader
    }
    reader?.set(.success(nil))
  }

  func abandon() {
    let (reader, waiting) = state.withLock { state in
      defer { (state.reader, state.waiting, state.chunks, state.buffered) = (nil, FIFO(), FIFO(), 0) }
      state.abandoned = true
      return (state.reader, state.waiting)
    }
    reader?.set(.success(nil))
    for write in waiting { write.done.set(.failure(RPCFailure.notSent("the peer no longer reads"))) }
  }
}
