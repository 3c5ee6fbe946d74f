// SPDX-License-Identifier: Apache-2.0
internal import Synchronization

/// The lines that are to go out, in order. Whoever enqueues one can wait until it was written.
final class RPCOutbox: Sendable {
  private struct Entry {
    var line: [UInt8]
    var written: OneShot<Void>?
  }

  private struct State {
    var queue = FIFO<Entry>()
    var unawaitedBytes = 0
    var isFinishing = false
    var failure: RPCFailure?
  }

  /// How many bytes are handed to the transport at a time, but for longer lines.
  private static let batchSize = 64 << 10

  private let state = Mutex(State())
  private let signal = Signal()

  init() {}

  /// How many bytes wait that nobody waits for.
  var unawaitedBytes: Int { state.withLock { $0.unawaitedBytes } }

  /// Puts a line at the end.
  ///
  /// - Parameters:
  ///   - line: The bytes with their line break.
  ///   - written: What is set when the line was written or will never be. Nil when nobody waits: who waits bounds the outbox.
  func enqueue(_ line: [UInt8], written: OneShot<Void>?) {
    let failure = state.withLock { state -> RPCFailure? in
      if let failure = state.failure { return failure }
      if state.isFinishing { return .notSent("sending was finished before") }
      state.queue.append(Entry(line: line, written: written))
      if written == nil { state.unawaitedBytes += line.count }
      return nil
    }
    if let failure { written?.set(.failure(failure)) } else { signal.raise() }
  }

  /// Takes a line back.
  ///
  /// - Returns: Whether it is sure not to go out.
  func retract(_ written: OneShot<Void>) -> Bool {
    state.withLock { $0.queue.removeFirst { $0.written === written } != nil }
  }

  /// Lets ``run(over:willWrite:didWrite:)`` return once everything is written.
  func finish() {
    state.withLock { $0.isFinishing = true }
    signal.raise()
  }

  /// Fails everything that waits and everything to come.
  func fail(_ failure: RPCFailure) {
    let rest = state.withLock { state in
      state.failure = state.failure ?? failure
      defer { state.queue.removeAll() }
      state.unawaitedBytes = 0
      return Array(state.queue)
    }
    for entry in rest { entry.written?.set(.failure(failure)) }
    signal.raise()
  }

  /// Writes until everything is written and the outbox is finished, or writing fails.
  ///
  /// - Throws: What the transport throws; everything that waits then fails with it.
  func run(
    over transport: any RPCTransport, willWrite: (([UInt8]) -> Void)?, didWrite: () -> Void
  ) async throws {
    do {
      while let batch = try await next() {
        var bytes = batch.count == 1 ? batch[0].line : []
        for entry in batch {
          willWrite?(entry.line)
          if batch.count > 1 { bytes.append(contentsOf: entry.line) }
        }
        do { try await transport.write(bytes) } catch {
          for entry in batch { entry.written?.set(.failure(error)) }
          throw error
        }
        for entry in batch { entry.written?.set(.success(())) }
        didWrite()
      }
    } catch {
      fail(error as? RPCFailure ?? .notSent("\(error)"))
      throw error
    }
  }

  /// The next lines to write, or nil when there will be none.
  private func next() async throws -> [Entry]? {
    while true {
      let (batch, isOver) = state.withLock { state -> ([Entry], Bool) in
        var batch: [Entry] = []
        var size = 0
        while size < Self.batchSize, let entry = state.queue.popFirst() {
          batch.append(entry)
          size += entry.line.count
          if entry.written == nil { state.unawaitedBytes -= entry.line.count }
        }
        return (batch, state.isFinishing || state.failure != nil)
      }
      if !batch.isEmpty { return batch }
      if isOver { return nil }
      try await signal.wait()
    }
  }
}
