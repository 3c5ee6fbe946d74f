// SPDX-License-Identifier: Apache-2.0
internal import Glibc
internal import SAMCore

/// Small files that are either the old or the new one after a crash, never something between.
enum DurableFile {
  /// The start of the names of files that are not finished; what is found of them after a crash is rubbish.
  static let unfinishedPrefix = ".unfinished-"

  /// Writes a file whole: a new file beside it, synced, renamed over it, and the directory synced.
  /// - Parameters:
  ///   - pieces: the content, in order.
  ///   - exclusively: whether an existing file is an error (`EEXIST`) instead of being replaced.
  /// - Throws: ``StoreError``.
  static func write(
    _ pieces: [[UInt8]], to directory: String, name: String, permissions: mode_t = 0o600, exclusively: Bool = false,
    fault: StorageFault
  ) throws {
    let action = "write '\(directory)/\(name)'"
    let unfinished = "\(directory)/\(unfinishedPrefix)\(UInt64.random(in: .min ... .max))"
    let file = open(unfinished, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, permissions)
    guard file >= 0 else { throw fault.system(action, errno) }
    var failure = writeAll(pieces, to: file)
    if failure == 0, fsync(file) != 0 { failure = errno }
    if close(file) != 0, failure == 0 { failure = errno }
    if failure == 0 {
      // A link refuses to replace, a rename replaces: both are atomic.
      let target = "\(directory)/\(name)"
      if (exclusively ? link(unfinished, target) : rename(unfinished, target)) != 0 { failure = errno }
    }
    if failure != 0 || exclusively { unlink(unfinished) }
    guard failure == 0 else { throw fault.system(action, failure) }
    try syncDirectory(directory, fault: fault)
  }

  /// Makes the names in a directory durable.
  static func syncDirectory(_ directory: String, fault: StorageFault) throws {
    let file = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard file >= 0 else { throw fault.system("open '\(directory)'", errno) }
    defer { close(file) }
    guard fsync(file) == 0 else { throw fault.system("sync '\(directory)'", errno) }
  }

  /// The whole content, or nil when there is no such file.
  static func read(_ path: String, fault: StorageFault) throws -> [UInt8]? {
    let file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
    guard file >= 0 else {
      if errno == ENOENT { return nil }
      throw fault.system("read '\(path)'", errno)
    }
    defer { close(file) }
    var status = stat()
    guard fstat(file, &status) == 0 else { throw fault.system("read '\(path)'", errno) }
    var content = [UInt8](repeating: 0, count: Int(status.st_size))
    var length = 0
    while length < content.count {
      let count = content.withUnsafeMutableBytes { buffer in
        Glibc.read(file, buffer.baseAddress?.advanced(by: length), buffer.count - length)
      }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw fault.system("read '\(path)'", errno) }
      if count == 0 { break }
      length += count
    }
    content.removeLast(content.count - length)
    return content
  }

  /// Makes a directory and those above it that are missing, open to its owner alone.
  static func makeDirectory(_ path: String, fault: StorageFault) throws {
    if mkdir(path, 0o700) == 0 { return }
    let code = errno
    if code == EEXIST { return }
    guard code == ENOENT, let slash = path.lastIndex(of: "/"), slash != path.startIndex else {
      throw fault.system("make the directory '\(path)'", code)
    }
    try makeDirectory(String(path[..<slash]), fault: fault)
    guard mkdir(path, 0o700) == 0 || errno == EEXIST else {
      throw fault.system("make the directory '\(path)'", errno)
    }
  }

  /// Forgets what a crash has left unfinished. Only the one process that holds the directory may call it.
  static func removeUnfinished(in directory: String, fault: StorageFault) throws {
    guard let stream = opendir(directory) else { throw fault.system("list '\(directory)'", errno) }
    defer { closedir(stream) }
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name.hasPrefix(unfinishedPrefix) { unlink("\(directory)/\(name)") }
    }
  }

  /// Returns 0 or the `errno` of the write that failed.
  private static func writeAll(_ pieces: [[UInt8]], to file: Int32) -> Int32 {
    for piece in pieces {
      var offset = 0
      while offset < piece.count {
        let count = piece.withUnsafeBytes { buffer in
          Glibc.write(file, buffer.baseAddress?.advanced(by: offset), buffer.count - offset)
        }
        if count < 0, errno == EINTR { continue }
        if count < 0 { return errno }
        offset += count
      }
    }
    return 0
  }
}
