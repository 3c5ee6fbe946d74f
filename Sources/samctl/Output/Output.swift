// SPDX-License-Identifier: Apache-2.0
internal import Foundation
internal import SAMCore
internal import SAMRPC

/// Where a command's words go, and in which form.
struct Output: Sendable {
  /// Whoever read standard output has gone: there is nobody to say anything to.
  struct Closed: Error {}

  /// JSON instead of words.
  let isJSON: Bool
  /// How words look on standard output.
  let style: Style
  /// Whether a person reads standard output on a terminal.
  let isTerminal: Bool
  /// What time it is.
  let now: @Sendable () -> Timestamp
  private let toStandardOutput: @Sendable (String) throws -> Void
  private let toStandardError: @Sendable (String) throws -> Void

  /// - Parameters: where both streams go, and the properties of the same names.
  init(
    isJSON: Bool, style: Style, isTerminal: Bool, now: @escaping @Sendable () -> Timestamp,
    toStandardOutput: @escaping @Sendable (String) throws -> Void,
    toStandardError: @escaping @Sendable (String) throws -> Void
  ) {
    self.isJSON = isJSON
    self.style = style
    self.isTerminal = isTerminal
    self.now = now
    self.toStandardOutput = toStandardOutput
    self.toStandardError = toStandardError
  }

  /// The process's own streams.
  static func standard(isJSON: Bool) -> Output {
    let isTerminal = isatty(STDOUT_FILENO) == 1
    let style = Style.detect(isTerminal: isTerminal && !isJSON, environment: ProcessInfo.processInfo.environment)
    return Output(
      isJSON: isJSON, style: style, isTerminal: isTerminal,
      now: { Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000)) },
      toStandardOutput: { try write($0, to: STDOUT_FILENO) }, toStandardError: { try write($0, to: STDERR_FILENO) })
  }

  /// Writes words exactly as they are.
  func write(_ text: String) throws { try toStandardOutput(text) }

  /// Writes a line of words.
  func line(_ text: String) throws { try toStandardOutput(text + "\n") }

  /// Writes a line for the person beside what is being asked for: hints, progress.
  func note(_ text: String) throws { try toStandardError(text + "\n") }

  /// Writes one JSON document on one line, with sorted keys.
  func json(_ value: some Encodable) throws {
    try toStandardOutput(String(decoding: StateCoding.encode(value), as: UTF8.self) + "\n")
  }

  private static func write(_ text: String, to descriptor: Int32) throws {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count >= 0 {
        bytes = bytes.dropFirst(count)
      } else if errno == EAGAIN {
        var ready = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        _ = poll(&ready, 1, -1)
      } else if errno != EINTR {
        throw Closed()
      }
    }
  }
}
