// SPDX-License-Identifier: Apache-2.0
internal import Foundation

/// The file of a report.
enum ReportFile {
  /// Writes a text into a file, in the place of what is in it.
  ///
  /// The file itself is written and not replaced by another: it may be a device or a pipe, which a replacement would destroy.
  /// - Throws: ``CommandFailure``.
  static func write(_ text: String, to path: String) throws {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw failure(path) }
    defer { close(descriptor) }
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw failure(path) }
      bytes = bytes.dropFirst(count)
    }
  }

  private static func failure(_ path: String) -> CommandFailure {
    let reason = String(cString: strerror(errno))
    return CommandFailure(
      .failed, "The report cannot be written to '\(path)': \(reason). Name another file.", code: "file_error")
  }
}
