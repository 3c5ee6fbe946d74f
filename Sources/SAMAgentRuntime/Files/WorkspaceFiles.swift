// SPDX-License-Identifier: Apache-2.0
internal import CSAMShims
internal import Foundation

/// The text files of a workspace, as an agent reads and writes them through its client (ACP `fs/*`).
///
/// No path leaves the workspace: neither `..` nor a symbolic link. The kernel sees to it (`openat2` with
/// `RESOLVE_BENEATH`), so there is no moment between a check and its use; kernels without it follow no link at all.
public struct WorkspaceFiles: Sendable {
  /// The largest file that is read or written, in bytes.
  public var maximumBytes = 16 << 20

  /// Whether the kernel's look-up is used; off only to test the other one.
  var usesKernel = true

  private let root: String
  /// The root without symbolic links: agents name files by either.
  private let realRoot: String

  /// The files beneath a folder.
  ///
  /// - Parameter root: An absolute path.
  /// - Throws: `RuntimeError` with `.badWorkingDirectory`.
  public init(root: String) throws {
    guard root.hasPrefix("/"), let real = realpath(root, nil) else {
      throw RuntimeError(.badWorkingDirectory, "The workspace “\(root)” is missing. Make it again.")
    }
    defer { free(real) }
    self.root = root.count > 1 && root.hasSuffix("/") ? String(root.dropLast()) : root
    realRoot = String(cString: real)
  }

  /// Reads a text file.
  ///
  /// - Parameters:
  ///   - path: Absolute, or relative to the workspace.
  ///   - line: The first line, counted from 1; nil: the first.
  ///   - limit: How many lines; nil: all.
  /// - Returns: The lines with their ends as they are in the file; empty when the file has no such line.
  /// - Throws: `RuntimeError` with `.outsideWorkspace`, `.noSuchFile`, `.notAFile`, `.notText`, `.fileTooLarge`.
  public func readText(_ path: String, line: Int? = nil, limit: Int? = nil) throws -> String {
    let relative = try relativePath(path)
    let top = try openRoot()
    defer { close(top) }
    let descriptor = open(relative, beneath: top, O_RDONLY | O_NONBLOCK)
    if descriptor < 0 { throw failure(path, -descriptor) }
    defer { close(descriptor) }
    let size = try regularFile(descriptor, path).size
    if size > maximumBytes { throw tooLarge(path, size) }
    let bytes = try readAll(descriptor, path)
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw RuntimeError(.notText, "“\(path)” is not UTF-8 text. Use a command to look at it.")
    }
    return line == nil && limit == nil ? text : Self.lines(of: text, from: line ?? 1, limit: limit)
  }

  /// Writes a text file, at once and completely; makes it and its folders when they are missing.
  ///
  /// A file that exists keeps its mode; a link within the workspace stays, and its target is written.
  ///
  /// - Throws: `RuntimeError` with `.outsideWorkspace`, `.notAFile`, `.fileTooLarge`, `.diskFull`, `.systemRefused`.
  public func writeText(_ path: String, _ text: String) throws {
    var relative = try relativePath(path)
    if text.utf8.count > maximumBytes { throw tooLarge(path, text.utf8.count) }
    let top = try openRoot()
    defer { close(top) }
    var mode: mode_t?
    let existing = open(relative, beneath: top, sam_o_path)
    if existing >= 0 {
      defer { close(existing) }
      let file = try regularFile(existing, path)
      mode = file.mode
      // Where it really is, so that a link is not replaced by a file.
      relative = try place(of: existing, path)
    } else if existing != -ENOENT {
      throw failure(path, -existing)
    }
    let parts = relative.split(separator: "/").map(String.init)
    guard let name = parts.last else { throw failure(path, EISDIR) }
    let folder = try makeFolders(parts.dropLast(), beneath: top, path)
    defer { close(folder) }
    try replace(name, in: folder, with: text, mode: mode, path)
  }

  // MARK: Paths

  /// The path within the workspace, without `.` and `..`.
  private func relativePath(_ path: String) throws -> String {
    var rest = path[...]
    if path.hasPrefix("/") {
      guard let base = [root, realRoot].first(where: { path == $0 || path.hasPrefix($0 == "/" ? "/" : $0 + "/") })
      else {
        throw outside(path)
      }
      rest = path.dropFirst(base.count)
    }
    var parts: [Substring] = []
    for part in rest.split(separator: "/") where part != "." {
      if part == ".." {
        guard parts.popLast() != nil else { throw outside(path) }
      } else {
        parts.append(part)
      }
    }
    guard !parts.isEmpty, !path.utf8.contains(0) else { throw failure(path, EISDIR) }
    return parts.joined(separator: "/")
  }

  private func openRoot() throws -> Int32 {
    let descriptor = Foundation.open(realRoot, sam_o_path | O_DIRECTORY | O_CLOEXEC)
    if descriptor < 0 { throw RuntimeError(.badWorkingDirectory, "The workspace “\(root)” is missing. Make it again.") }
    return descriptor
  }

  /// A descriptor, or a negative error number.
  private func open(_ path: String, beneath folder: Int32, _ flags: Int32) -> Int32 {
    if usesKernel {
      let result = sam_open_beneath(folder, path, flags, 0)
      if result != -ENOSYS { return result }
    }
    var current = fcntl(folder, F_DUPFD_CLOEXEC, 3)
    let parts = path.split(separator: "/").map(String.init)
    for (number, part) in parts.enumerated() where current >= 0 {
      let last = number == parts.count - 1
      let next = openat(current, part, (last ? flags : sam_o_path | O_DIRECTORY) | O_NOFOLLOW | O_CLOEXEC)
      let failure = errno
      close(current)
      if next < 0 { return -failure }
      current = next
    }
    return current < 0 ? -errno : current
  }

  /// Where an open file is, relative to the root.
  private func place(of descriptor: Int32, _ path: String) throws -> String {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = readlink("/proc/self/fd/\(descriptor)", &buffer, buffer.count)
    let place = String(decoding: buffer.prefix(max(0, count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    guard place.hasPrefix(realRoot + "/") else { throw outside(path) }
    return String(place.dropFirst(realRoot.count + 1))
  }

  private func makeFolders(_ parts: ArraySlice<String>, beneath top: Int32, _ path: String) throws -> Int32 {
    var current = fcntl(top, F_DUPFD_CLOEXEC, 3)
    var soFar = ""
    for part in parts {
      soFar += soFar.isEmpty ? part : "/" + part
      if mkdirat(current, part, 0o777) < 0, errno != EEXIST {
        let reason = errno
        close(current)
        throw failure(path, reason)
      }
      close(current)
      // From the root each time: a folder may be a link to another one within.
      current = open(soFar, beneath: top, O_RDONLY | O_DIRECTORY)
      if current < 0 { throw failure(path, -current) }
    }
    return current
  }

  // MARK: Contents

  private func regularFile(_ descriptor: Int32, _ path: String) throws -> (size: Int, mode: mode_t) {
    var info = stat()
    if fstat(descriptor, &info) != 0 { throw failure(path, errno) }
    guard info.st_mode & S_IFMT == S_IFREG else {
      // With O_PATH and no look-up by the kernel, the link itself was opened.
      if info.st_mode & S_IFMT == S_IFLNK { throw outside(path) }
      throw RuntimeError(.notAFile, "“\(path)” is a folder or a device, not a file.")
    }
    return (Int(info.st_size), info.st_mode & 0o7777)
  }

  private func readAll(_ descriptor: Int32, _ path: String) throws -> [UInt8] {
    var all: [UInt8] = []
    while true {
      var result = 0
      let chunk = [UInt8](unsafeUninitializedCapacity: 1 << 16) { buffer, count in
        result = read(descriptor, buffer.baseAddress, buffer.count)
        count = max(0, result)
      }
      if result < 0 { throw failure(path, errno) }
      if chunk.isEmpty { return all }
      all += chunk
      // It may grow while it is read.
      if all.count > maximumBytes { throw tooLarge(path, all.count) }
    }
  }

  private func replace(_ name: String, in folder: Int32, with text: String, mode: mode_t?, _ path: String) throws {
    let temporary = ".\(name.prefix(100)).\(UUID().uuidString.prefix(8)).tmp"
    let descriptor = openat(folder, temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o666)
    if descriptor < 0 { throw failure(path, errno) }
    do {
      defer { close(descriptor) }
      if let mode, fchmod(descriptor, mode) != 0 { throw failure(path, errno) }
      var rest = Array(text.utf8)[...]
      while !rest.isEmpty {
        let written = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
        if written < 0 { throw failure(path, errno) }
        rest = rest.dropFirst(written)
      }
      if renameat(folder, temporary, folder, name) != 0 { throw failure(path, errno) }
    } catch {
      unlinkat(folder, temporary, 0)
      throw error
    }
  }

  private static func lines(of text: String, from line: Int, limit: Int?) -> String {
    var lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    // The end of the last line is no line of its own.
    if lines.last?.isEmpty == true { lines.removeLast() }
    let wanted = lines.dropFirst(max(1, line) - 1).prefix(max(0, limit ?? Int.max))
    guard let first = wanted.first, let last = wanted.last else { return "" }
    let end = last.endIndex < text.utf8.endIndex ? text.utf8.index(after: last.endIndex) : last.endIndex
    return String(text[first.startIndex..<end])
  }

  // MARK: Errors

  private func outside(_ path: String) -> RuntimeError {
    RuntimeError(
      .outsideWorkspace,
      "“\(path)” is outside of the workspace “\(root)”, or leads there by a link. Only files in the "
        + "workspace can be read and written.")
  }

  private func tooLarge(_ path: String, _ size: Int) -> RuntimeError {
    RuntimeError(
      .fileTooLarge, "“\(path)” is too large (\(size) bytes; \(maximumBytes) are allowed). Use a command on it instead."
    )
  }

  private func failure(_ path: String, _ number: Int32) -> RuntimeError {
    switch number {
    case EXDEV, ELOOP: outside(path)
    case ENOENT: RuntimeError(.noSuchFile, "There is no file “\(path)”.")
    case EISDIR: RuntimeError(.notAFile, "“\(path)” is a folder, not a file.")
    case ENOTDIR: RuntimeError(.notAFile, "A part of “\(path)” is not a folder.")
    case ENOSPC, EDQUOT: RuntimeError(.diskFull, "The disk is full: “\(path)” cannot be written. Free some space.")
    default: .system("“\(path)” cannot be used", errno: number)
    }
  }
}

extension RuntimeError.Code {
  /// The path names something that is not beneath the workspace.
  public static let outsideWorkspace = Self(rawValue: "outside_workspace")
  /// There is no such file.
  public static let noSuchFile = Self(rawValue: "no_such_file")
  /// It is a folder, a device, a socket.
  public static let notAFile = Self(rawValue: "not_a_file")
  /// The bytes are not UTF-8.
  public static let notText = Self(rawValue: "not_text")
  /// The file is larger than is allowed.
  public static let fileTooLarge = Self(rawValue: "file_too_large")
}
