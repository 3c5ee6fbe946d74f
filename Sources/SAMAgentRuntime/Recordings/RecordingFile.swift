// SPDX-License-Identifier: Apache-2.0
internal import Foundation
public import SAMACP
public import SAMCore
public import SAMRPC
internal import Synchronization

/// The file of a recording: mode 0600, appended to as things are said.
public enum RecordingFile {
  /// How many bytes one file has at most: 64 MiB.
  public static let limit = 64 << 20

  /// Begins a recording in a file, behind what is in it.
  ///
  /// - Parameters:
  ///   - path: The file; its folder exists.
  ///   - command: The agent's program and arguments.
  ///   - filter: What is left out of the next line.
  ///   - clock: What time it is.
  /// - Returns: What records. When the disk takes no more, it stops.
  /// - Throws: `RuntimeError` when the file cannot be opened.
  public static func recorder(
    at path: String, command: [String], filter: @escaping @Sendable () -> SecretFilter, clock: WallClock
  ) throws -> Recorder {
    let file = try AppendedFile(path: path)
    let start = clock.uptime()
    let started = Date(timeIntervalSince1970: Double(clock.now().milliseconds) / 1000).formatted(.iso8601)
    let redacted = command.map { String(decoding: filter().redact(Array($0.utf8)), as: UTF8.self) }
    return Recorder(
      command: redacted, started: started, filter: filter, limit: limit, written: file.length,
      now: { (clock.uptime() - start).wholeMilliseconds }, write: { file.append($0) })
  }
}

/// A file that is only ever written at its end.
private final class AppendedFile: Sendable {
  /// How long it was.
  let length: Int
  private let descriptor: Int32
  private let isBroken = Mutex(false)

  init(path: String) throws {
    descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw RuntimeError.system("The recording “\(path)” cannot be opened", errno: errno) }
    length = Int(lseek(descriptor, 0, SEEK_END))
  }

  deinit { close(descriptor) }

  /// Appends bytes; after a failure nothing more is written, so that no half line is followed by another.
  func append(_ bytes: [UInt8]) {
    isBroken.withLock { isBroken in
      var rest = bytes[...]
      while !rest.isEmpty, !isBroken {
        let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
        if count < 0, errno == EINTR { continue }
        if count <= 0 { isBroken = true }
        rest = rest.dropFirst(max(0, count))
      }
    }
  }
}
