// SPDX-License-Identifier: Apache-2.0
internal import Foundation

/// An open file or folder that closes itself. Everything is opened relative to a folder that is already open, and no
/// symbolic link is ever followed.
final class Descriptor: Sendable {
  let number: Int32

  private init(_ number: Int32) {
    self.number = number
  }

  deinit {
    close(number)
  }

  /// Opens a folder by its path, which must not end in a link. Nil when there is none.
  static func folder(_ path: String) -> Descriptor? {
    wrap(open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC))
  }

  /// Opens a folder within this one. Nil when there is none.
  func folder(_ name: String) -> Descriptor? {
    Self.wrap(openat(number, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC))
  }

  /// Makes a folder within this one if it is missing, and opens it.
  func makeFolder(_ name: String, mode: mode_t = 0o777) -> Descriptor? {
    mkdirat(number, name, mode)
    return folder(name)
  }

  /// Opens a regular file within this folder for reading. Nil when there is none, or it is something else.
  func file(_ name: String) -> (descriptor: Descriptor, size: Int)? {
    // Without O_NONBLOCK, a named pipe put there would make us wait for ever.
    guard let file = Self.wrap(openat(number, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)) else { return nil }
    var info = stat()
    guard fstat(file.number, &info) == 0, info.st_mode & S_IFMT == S_IFREG else { return nil }
    return (file, Int(info.st_size))
  }

  /// The whole of a regular file within this folder. Nil when there is none, or it is larger than `limit` bytes.
  func contents(_ name: String, limit: Int) -> [UInt8]? {
    guard let (file, size) = file(name), size <= limit else { return nil }
    var all: [UInt8] = []
    while true {
      let chunk = [UInt8](unsafeUninitializedCapacity: 65536) { buffer, count in
        count = max(0, read(file.number, buffer.baseAddress, buffer.count))
      }
      if chunk.isEmpty { return all }
      all += chunk
      if all.count > limit { return nil }
    }
  }

  /// Writes a new file within this folder; fails when anything of this name exists.
  func create(_ name: String, _ bytes: [UInt8], mode: mode_t = 0o644) throws {
    guard let file = Self.wrap(openat(number, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode)) else {
      throw RuntimeError.system("“\(name)” cannot be created", errno: errno)
    }
    var rest = bytes[...]
    while !rest.isEmpty {
      let written = rest.withUnsafeBytes { write(file.number, $0.baseAddress, $0.count) }
      if written <= 0 {
        let failure = errno
        unlinkat(number, name, 0)
        throw RuntimeError.system("“\(name)” cannot be written", errno: failure)
      }
      rest = rest.dropFirst(written)
    }
  }

  /// Writes a file within this folder in the place of an earlier one, all at once.
  func replace(_ name: String, _ bytes: [UInt8], mode: mode_t) throws {
    let draft = ".\(name).\(getpid()).new"
    remove(draft)
    try create(draft, bytes, mode: mode)
    try rename(draft, to: name)
  }

  /// Renames within this folder, over whatever has the new name.
  func rename(_ old: String, to new: String) throws {
    if renameat(number, old, number, new) != 0 {
      throw RuntimeError.system("“\(new)” cannot be replaced", errno: errno)
    }
  }

  func remove(_ name: String) {
    unlinkat(number, name, 0)
  }

  func exists(_ name: String) -> Bool {
    var info = stat()
    return fstatat(number, name, &info, AT_SYMLINK_NOFOLLOW) == 0
  }

  /// What is in this folder.
  func names() -> [String] {
    // fdopendir takes over its descriptor, and shares the position with every duplicate: so a new one.
    let copy = openat(number, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard copy >= 0, let stream = fdopendir(copy) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names
  }

  private static func wrap(_ number: Int32) -> Descriptor? {
    number < 0 ? nil : Descriptor(number)
  }
}
