// SPDX-License-Identifier: Apache-2.0
@preconcurrency internal import Dispatch
internal import Foundation
internal import Synchronization

/// What a person does at the terminal while a command runs.
enum Keyboard {
  /// Whether a person can be asked: both ends are a terminal.
  static var isThere: Bool { isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1 }

  /// The lines that are typed, until end of input. Reading stops when the stream's reader is gone.
  static func lines() -> AsyncStream<String> {
    let (lines, continuation) = AsyncStream.makeStream(of: String.self, bufferingPolicy: .bufferingOldest(64))
    let partial = Mutex<[UInt8]>([])
    let source = DispatchSource.makeReadSource(fileDescriptor: STDIN_FILENO)
    source.setEventHandler {
      var buffer = [UInt8](repeating: 0, count: 4096)
      let count = buffer.withUnsafeMutableBytes { read(STDIN_FILENO, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR || errno == EAGAIN { return }
      guard count > 0 else { return continuation.finish() }
      let complete = partial.withLock { partial in
        partial += buffer[..<count]
        let parts = partial.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        partial = Array(parts.last ?? [])
        return parts.dropLast().map { String(decoding: $0, as: UTF8.self) }
      }
      for line in complete { continuation.yield(line) }
    }
    continuation.onTermination = { _ in source.cancel() }
    source.activate()
    return lines
  }

  /// One element for each Ctrl-C, as long as `body` runs; afterwards Ctrl-C ends the process as usual.
  static func withInterrupts<Result>(_ body: (AsyncStream<Void>) async throws -> Result) async throws -> Result {
    let (interrupts, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(2))
    signal(SIGINT, SIG_IGN)
    let source = DispatchSource.makeSignalSource(signal: SIGINT)
    source.setEventHandler { continuation.yield() }
    source.activate()
    defer {
      source.cancel()
      continuation.finish()
      signal(SIGINT, SIG_DFL)
    }
    return try await body(interrupts)
  }
}
