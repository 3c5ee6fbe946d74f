// SPDX-License-Identifier: Apache-2.0
internal import CSAMShims
internal import Foundation
internal import Synchronization

/// Reads any number of descriptors to their ends, on one thread of its own, and closes them.
///
/// This is not built on `DispatchSource`: on Linux, making and cancelling many of them at once crashes the event loop
/// of libdispatch (it touches a source that another thread has just released).
final class DescriptorReader: Sendable {
  /// The reader of this process.
  static let shared = DescriptorReader()

  private struct Stream {
    let descriptor: Int32
    let onBytes: @Sendable ([UInt8]) -> Void
    let onEnd: @Sendable () -> Void
  }

  private let poller: Int32
  private let streams = Mutex<(open: [UInt64: Stream], next: UInt64)>(([:], 1))

  private init() {
    poller = sam_poller_make()
    let thread = Thread { [self] in run() }
    thread.name = "sam.reader"
    thread.start()
  }

  /// Takes ownership of `descriptor`.
  ///
  /// Both functions are called on the reader's thread and must not block; nothing is called after `onEnd`.
  ///
  /// - Throws: `RuntimeError` when the system has no room for it; then the descriptor is closed.
  func read(
    _ descriptor: Int32, onBytes: @escaping @Sendable ([UInt8]) -> Void, onEnd: @escaping @Sendable () -> Void
  ) throws {
    _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
    let token = streams.withLock { streams in
      defer { streams.next += 1 }
      streams.open[streams.next] = Stream(descriptor: descriptor, onBytes: onBytes, onEnd: onEnd)
      return streams.next
    }
    let result = sam_poller_add(poller, descriptor, token)
    if result < 0 {
      streams.withLock { _ = $0.open.removeValue(forKey: token) }
      close(descriptor)
      throw RuntimeError.system("A descriptor cannot be watched", errno: -result)
    }
  }

  private func run() {
    var tokens = [UInt64](repeating: 0, count: 64)
    while true {
      let count = sam_poller_wait(poller, &tokens, Int32(tokens.count))
      for token in tokens.prefix(Int(max(0, count))) {
        if let stream = streams.withLock({ $0.open[token] }), !drain(stream) {
          streams.withLock { _ = $0.open.removeValue(forKey: token) }
          sam_poller_remove(poller, stream.descriptor)
          close(stream.descriptor)
          stream.onEnd()
        }
      }
    }
  }

  /// Reads a bounded amount, so that one chatty process does not starve the others. False at the end.
  private func drain(_ stream: Stream) -> Bool {
    for _ in 0..<16 {
      var result = 0
      var failure: Int32 = 0
      let chunk = [UInt8](unsafeUninitializedCapacity: 16384) { buffer, count in
        result = Foundation.read(stream.descriptor, buffer.baseAddress, buffer.count)
        failure = errno
        count = max(0, result)
      }
      // 0 is the end; a terminal whose last program is gone says EIO instead.
      if result <= 0 { return result < 0 && (failure == EAGAIN || failure == EINTR) }
      stream.onBytes(chunk)
    }
    return true
  }
}
