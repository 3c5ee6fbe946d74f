// SPDX-License-Identifier: Apache-2.0

#if canImport(Musl)
  internal import Musl
#else
  internal import Glibc
#endif

/// A descriptor that a thread polls together with another one, so that other threads can wake it.
struct WakePipe: Sendable {
  private let readEnd: Int32
  private let writeEnd: Int32

  /// - Throws: ``RPCFailure`` when the process has no descriptors left.
  init() throws {
    var ends: [Int32] = [-1, -1]
    #if canImport(Musl)
      let kind = SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK
    #else
      let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
    #endif
    guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else {
      throw RPCFailure(.system, "Cannot make a pair of sockets; raise the limit of open files.", errno: errno)
    }
    (readEnd, writeEnd) = (ends[0], ends[1])
  }

  /// Wakes the thread. A full buffer is as good as a new byte: the thread has not looked yet.
  func wake() {
    var byte: UInt8 = 1
    _ = send(writeEnd, &byte, 1, Int32(MSG_NOSIGNAL))
  }

  /// Blocks until the thread is woken or the descriptor is ready.
  ///
  /// - Parameters:
  ///   - descriptor: What to wait for, or nil to wait only for a wake-up.
  ///   - events: `POLLIN` or `POLLOUT`.
  /// - Returns: Whether the descriptor is ready (or broken, which reading or writing will tell).
  func wait(for descriptor: Int32?, events: Int16) -> Bool {
    var entries = [
      pollfd(fd: readEnd, events: Int16(POLLIN), revents: 0), pollfd(fd: descriptor ?? -1, events: events, revents: 0),
    ]
    while poll(&entries, 2, -1) < 0 {
      guard errno == EINTR || errno == EAGAIN else { return false }
    }
    if entries[0].revents != 0 {
      var bytes = [UInt8](repeating: 0, count: 64)
      while recv(readEnd, &bytes, bytes.count, 0) == bytes.count {}
    }
    return entries[1].revents != 0
  }

  /// Gives the descriptors back; only after the thread has ended and nobody wakes it any more.
  func close() {
    _ = closeDescriptor(readEnd)
    _ = closeDescriptor(writeEnd)
  }
}

/// `close(2)` under a name that methods called `close` do not hide.
func closeDescriptor(_ descriptor: Int32) -> Int32 { close(descriptor) }

/// Starts a detached thread of its own for calls that block.
///
/// SIGPIPE is blocked in it, so that writing to a broken pipe gives `EPIPE` and not the end of the process; the rest
/// of the process keeps its setting.
///
/// - Throws: ``RPCFailure`` when the system has no thread left.
func startThread(_ body: @escaping @Sendable () -> Void) throws {
  final class Box {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }
  var attributes = pthread_attr_t()
  pthread_attr_init(&attributes)
  defer { pthread_attr_destroy(&attributes) }
  pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
  pthread_attr_setstacksize(&attributes, 512 << 10)
  var thread = pthread_t()
  let box = Unmanaged.passRetained(Box(body))
  let result = pthread_create(
    &thread, &attributes,
    { argument in
      var signals = sigset_t()
      sigemptyset(&signals)
      sigaddset(&signals, SIGPIPE)
      pthread_sigmask(SIG_BLOCK, &signals, nil)
      if let argument { Unmanaged<Box>.fromOpaque(argument).takeRetainedValue().body() }
      return nil
    }, box.toOpaque())
  guard result == 0 else {
    box.release()
    throw RPCFailure(.system, "Cannot start a thread; raise the limit of processes.", errno: result)
  }
}

/// `read(2)` under a name that methods called `read` do not hide.
func readDescriptor(_ descriptor: Int32, _ buffer: inout [UInt8]) -> Int {
  buffer.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
}

/// `write(2)` under a name that methods called `write` do not hide.
func writeDescriptor(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
  write(descriptor, bytes.baseAddress, bytes.count)
}
