// SPDX-License-Identifier: Apache-2.0
internal import Foundation

/// Small files of text.
enum TextFile {
  /// Nothing that is read here is longer.
  private static let limit = 1 << 20

  /// The whole text; nil when there is no such file.
  /// - Throws: ``CommandFailure``.
  static func read(_ path: String) throws -> String? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      if errno == ENOENT || errno == ENOTDIR { return nil }
      throw failure("read", path)
    }
    defer { close(descriptor) }
    return String(decoding: try readAll(descriptor, path), as: UTF8.self)
  }

  /// All that standard input gives.
  /// - Throws: ``CommandFailure``.
  static func standardInput() throws -> String {
    String(decoding: try readAll(STDIN_FILENO, "standard input"), as: UTF8.self)
  }

  /// Writes a file that only its owner can read (mode 0600), in the place of an earlier one, all at once.
  /// - Throws: ``CommandFailure``.
  static func writePrivately(_ text: String, to path: String) throws {
    let folder = (path as NSString).deletingLastPathComponent
    do {
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    } catch {
      throw CommandFailure(.failed, "'\(folder)' cannot be made: \(error.localizedDescription).", code: "file_error")
    }
    let draft = "\(path).\(getpid())"
    let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw failure("written", draft) }
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return try abandon(draft, descriptor) }
      bytes = bytes.dropFirst(count)
    }
    guard fsync(descriptor) == 0, rename(draft, path) == 0 else { return try abandon(draft, descriptor) }
    close(descriptor)
  }

  private static func abandon(_ draft: String, _ descriptor: Int32) throws {
    let problem = failure("written", draft)
    close(descriptor)
    unlink(draft)
    throw problem
  }

  private static func readAll(_ descriptor: Int32, _ name: String) throws -> [UInt8] {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 64 << 10)
    while true {
      let count = buffer.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw failure("read", name) }
      guard count > 0 else { return bytes }
      bytes += buffer[..<count]
      guard bytes.count <= limit else {
        throw CommandFailure(.usage, "\(name) has more than \(limit) bytes. Give something shorter.", code: "invalid")
      }
    }
  }

  private static func failure(_ done: String, _ path: String) -> CommandFailure {
    CommandFailure(
      .failed, "'\(path)' cannot be \(done): \(String(cString: strerror(errno))). Check its permissions.",
      code: "file_error")
  }
}
