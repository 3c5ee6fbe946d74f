// SPDX-License-Identifier: Apache-2.0
internal import Synchronization

#if canImport(Musl)
  internal import Musl
#else
  internal import Glibc
#endif

/// A byte stream over two file descriptors: the pipes of a child process, or this process' own standard input and output.
///
/// Two threads of its own do the blocking calls. The descriptors stay in blocking mode, because `O_NONBLOCK` belongs to the
/// open file and would change it for every process that shares it (a terminal, above all). Bytes are read only while
/// somebody waits in ``read()``, so nothing piles up in this process.
public final class PipeTransport: RPCTransport {
  private let input: PipeReader
  private let output: PipeWriter

  /// Takes two descriptors, which may be the same socket.
  ///
  /// - Parameters:
  ///   - input: Where to read from.
  ///   - output: Where to write to.
  ///   - closesDescriptors: Whether the transport owns them and closes them when it is closed.
  /// - Throws: ``RPCFailure`` when the process has no descriptors or threads left.
  public init(reading input: Int32, writing output: Int32, closesDescriptors: Bool) throws {
    var writing = output
    if input == output, closesDescriptors {
      // Each thread closes its own.
      writing = fcntl(output, F_DUPFD_CLOEXEC, 0)
      guard writing >= 0 else { throw RPCFailure(.system, "Cannot duplicate a descriptor.", errno: errno) }
    }
    let reader = try PipeReader(descriptor: input, closes: closesDescriptors)
    let writer = try PipeWriter(descriptor: writing, closes: closesDescriptors)
    try writer.start()
    do { try reader.start() } catch {
      writer.stop(draining: false)
      throw error
    }
    self.input = reader
    self.output = writer
  }

  /// This process' standard input and output, which stay open.
  ///
  /// - Parameter claimingOutput: Whether standard output is taken away from the rest of the process: what the process
  ///   itself, a library or a child prints goes to standard error then, and cannot break the protocol.
  /// - Throws: ``RPCFailure`` when the process has no descriptors or threads left.
  public static func standardIO(claimingOutput: Bool = false) throws -> PipeTransport {
    guard claimingOutput else {
      return try PipeTransport(reading: STDIN_FILENO, writing: STDOUT_FILENO, closesDescriptors: false)
    }
    let (input, output) = (fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3), fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3))
    guard input >= 0, output >= 0, dup2(STDERR_FILENO, STDOUT_FILENO) >= 0 else {
      throw RPCFailure(.system, "Cannot claim standard input and output; are they open?", errno: errno)
    }
    return try PipeTransport(reading: input, writing: output, closesDescriptors: true)
  }

  deinit { close() }

  /// Waits for bytes.
  public func read() async throws -> [UInt8]? { try await input.read() }

  /// Writes all the bytes; suspends until the system took the last one.
  public func write(_ bytes: [UInt8]) async throws { try await output.write(bytes) }

  /// Closes the output once the writes that wait are done; without ownership of the descriptor it only refuses further ones.
  public func finishWriting() { output.stop(draining: true) }

  /// Ends both directions at once.
  public func close() {
    output.stop(draining: false)
    input.stop()
  }
}

/// The reading half: a thread that reads on demand.
private final class PipeReader: Sendable {
  private struct State {
    var waiter: OneShot<[UInt8]?>?
    /// What was read for a task that was cancelled meanwhile.
    var stash = FIFO<[UInt8]>()
    var end: Result<[UInt8]?, any Error>?
    var stopped = false
  }

  private static let chunkSize = 64 << 10
  private let descriptor: Int32
  private let closes: Bool
  private let wake: WakePipe
  private let state = Mutex(State())

  init(descriptor: Int32, closes: Bool) throws {
    self.descriptor = descriptor
    self.closes = closes
    wake = try WakePipe()
  }

  deinit { wake.close() }

  func start() throws { try startThread { [self] in run() } }

  func read() async throws -> [UInt8]? {
    let waiter = OneShot<[UInt8]?>()
    state.withLock { state in
      if let chunk = state.stash.popFirst() {
        waiter.set(.success(chunk))
      } else if let end = state.end {
        waiter.set(end)
      } else {
        state.waiter = waiter
        wake.wake()
      }
    }
    return try await waiter.value()
  }

  func stop() {
    let waiter = state.withLock { state -> OneShot<[UInt8]?>? in
      guard !state.stopped else { return nil }
      state.stopped = true
      state.end = state.end ?? .success(nil)
      defer { state.waiter = nil }
      return state.waiter
    }
    waiter?.set(.success(nil))
    wake.wake()
  }

  private func run() {
    var buffer = [UInt8](repeating: 0, count: Self.chunkSize)
    while true {
      let (ended, wanted) = state.withLock { ($0.end != nil, $0.waiter != nil) }
      if ended { break }
      guard wake.wait(for: wanted ? descriptor : nil, events: Int16(POLLIN)) else { continue }
      let count = readDescriptor(descriptor, &buffer)
      if count > 0 {
        deliver(Array(buffer[..<count]))
      } else if count == 0 {
        end(.success(nil))
      } else if errno != EINTR, errno != EAGAIN {
        // A terminal whose other side went away says EIO, a reset socket ECONNRESET.
        let code = errno
        let gone = code == EIO || code == ECONNRESET
        end(gone ? .success(nil) : .failure(RPCFailure(.system, "Reading failed.", errno: code)))
      }
    }
    if closes { _ = closeDescriptor(descriptor) }
  }

  private func deliver(_ bytes: [UInt8]) {
    state.withLock { state in
      let taken = state.waiter?.set(.success(bytes)) ?? false
      state.waiter = nil
      if !taken { state.stash.append(bytes) }
    }
  }

  private func end(_ result: Result<[UInt8]?, any Error>) {
    state.withLock { state in
      state.end = state.end ?? result
      state.waiter?.set(result)
      state.waiter = nil
    }
  }
}

/// The writing half: a thread that writes what tasks wait for.
private final class PipeWriter: Sendable {
  private struct Write {
    var bytes: [UInt8]
    var done: OneShot<Void>
  }

  private struct State {
    var queue = FIFO<Write>()
    var failure: RPCFailure?
    var draining = false
    var stopped = false
  }

  /// A pipe that polls as writable takes this much (`PIPE_BUF`) without blocking, so that `close` is always heard.
  private static let sliceSize = 4096
  private let descriptor: Int32
  private let closes: Bool
  private let wake: WakePipe
  private let state = Mutex(State())

  init(descriptor: Int32, closes: Bool) throws {
    self.descriptor = descriptor
    self.closes = closes
    wake = try WakePipe()
  }

  deinit { wake.close() }

  func start() throws { try startThread { [self] in run() } }

  func write(_ bytes: [UInt8]) async throws {
    guard !bytes.isEmpty else { return }
    let done = OneShot<Void>()
    state.withLock { state in
      if let failure = state.failure {
        done.set(.failure(failure))
      } else if state.draining || state.stopped {
        done.set(.failure(RPCFailure.notSent("the transport was closed before")))
      } else {
        state.queue.append(Write(bytes: bytes, done: done))
        wake.wake()
      }
    }
    try await done.uncancelledValue()
  }

  func stop(draining: Bool) {
    state.withLock { state in
      state.draining = true
      if !draining { state.stopped = true }
    }
    wake.wake()
  }

  private func run() {
    while true {
      let (next, over) = state.withLock { ($0.queue.first, $0.stopped || ($0.draining && $0.queue.isEmpty)) }
      if over { break }
      guard let next else {
        _ = wake.wait(for: nil, events: 0)
        continue
      }
      guard send(next.bytes) else { break }
      state.withLock { _ = $0.queue.popFirst() }
      next.done.set(.success(()))
    }
    let rest = state.withLock { state in
      state.stopped = true
      defer { state.queue.removeAll() }
      return state.queue.map { ($0, state.failure) }
    }
    for (write, failure) in rest {
      write.done.set(.failure(failure ?? RPCFailure.notSent("the transport was closed")))
    }
    if closes { _ = closeDescriptor(descriptor) }
  }

  /// Writes all the bytes, or notes why not.
  private func send(_ bytes: [UInt8]) -> Bool {
    var sent = 0
    while sent < bytes.count {
      if state.withLock({ $0.stopped }) { return false }
      guard wake.wait(for: descriptor, events: Int16(POLLOUT)) else { continue }
      let count = bytes[sent..<min(sent + Self.sliceSize, bytes.count)].withUnsafeBytes {
        writeDescriptor(descriptor, $0)
      }
      if count >= 0 {
        sent += count
      } else if errno != EINTR, errno != EAGAIN {
        let code = errno
        let reason = code == EPIPE ? "the peer no longer reads" : "writing failed (errno \(code))"
        state.withLock { $0.failure = RPCFailure(.notSent, "The message was not sent: \(reason)", errno: code) }
        return false
      }
    }
    return true
  }
}
