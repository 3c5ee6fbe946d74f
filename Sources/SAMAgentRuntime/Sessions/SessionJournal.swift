// SPDX-License-Identifier: Apache-2.0
internal import Dispatch
internal import Foundation
internal import SAMCore

/// A session's journal on disk: one JSON line a record, appended at once, synced on demand.
///
/// A line that a crash tore off is cut away when the journal is opened; a broken line in the middle is refused.
final class SessionJournal {
  private var records: [JournalRecord]
  private let descriptor: Int32
  private let path: String
  private let queue = DispatchQueue(label: "sam.journal.sync")
  private var dirty = false

  /// Opens a journal, or begins one.
  /// - Parameter path: the file; its folder is made when it is missing, readable by its owner only.
  /// - Throws: ``RuntimeError`` with `journal_unusable`.
  init(path: String) throws {
    self.path = path
    let folders = try Self.makeFolder(of: path)
    descriptor = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw Self.failure("opened", path, errno) }
    do {
      let content = try Self.content(of: descriptor, path: path)
      let (records, length) = try Self.parse(content, path: path)
      self.records = records
      if content.isEmpty {
        // Nothing to lose yet but its name: a file is as safe as that, and as the names of the folders that lead to it.
        // An empty one may be of a process that died right here.
        for folder in folders { try Self.syncFolder(folder) }
        return
      }
      // Also what is read may not be on the disk yet: the process that wrote it may have died before it synced.
      guard length == content.count || ftruncate(descriptor, off_t(length)) == 0, fdatasync(descriptor) == 0 else {
        throw Self.failure("repaired", path, errno)
      }
    } catch {
      close(descriptor)
      throw error
    }
  }

  deinit { close(descriptor) }

  /// What the journal held when it was opened. It is given away: what came with prompts would fill the memory.
  func takeRecords() -> [JournalRecord] {
    defer { records = [] }
    return records
  }

  /// Appends a record; it survives the end of this process, and after ``sync()`` that of the machine.
  func append(_ record: JournalRecord) throws {
    var line = try StateCoding.encode(record)
    line.append(UInt8(ascii: "\n"))
    var offset = 0
    while offset < line.count {
      let written = line.withUnsafeBytes { bytes in
        write(descriptor, bytes.baseAddress.map { $0 + offset }, line.count - offset)
      }
      if written < 0 {
        let reason = errno
        if reason == EINTR { continue }
        // A half line must not be glued to the next one.
        if offset > 0 { ftruncate(descriptor, lseek(descriptor, 0, SEEK_END) - off_t(offset)) }
        throw Self.failure("written", path, reason)
      }
      offset += written
    }
    dirty = true
  }

  /// Waits until the disk has everything.
  func sync() async throws {
    guard dirty else { return }
    dirty = false
    let descriptor = descriptor
    let result: Int32 = await withCheckedContinuation { continuation in
      queue.async { continuation.resume(returning: fdatasync(descriptor) == 0 ? 0 : errno) }
    }
    guard result == 0 else { throw Self.failure("synced", path, result) }
  }

  /// All that the file holds. Foundation would read it more shortly, and lose 4 KiB of memory with each file that is empty,
  /// as every new journal is.
  private static func content(of descriptor: Int32, path: String) throws -> [UInt8] {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw failure("read", path, errno) }
    var content: [UInt8] = []
    content.reserveCapacity(Int(status.st_size))
    while true {
      var (count, reason) = (0, Int32(0))
      let chunk = [UInt8](unsafeUninitializedCapacity: 65536) { buffer, length in
        count = read(descriptor, buffer.baseAddress, buffer.count)
        reason = errno
        length = max(0, count)
      }
      if count == 0 { return content }
      guard count > 0 || reason == EINTR else { throw failure("read", path, reason) }
      content += chunk
    }
  }

  private static func parse(_ content: [UInt8], path: String) throws -> ([JournalRecord], Int) {
    var records: [JournalRecord] = []
    var good = content.startIndex
    while let end = content[good...].firstIndex(of: UInt8(ascii: "\n")) {
      do {
        records.append(try StateCoding.decode(JournalRecord.self, from: Array(content[good..<end])))
      } catch {
        guard content[content.index(after: end)...].contains(UInt8(ascii: "\n")) else { break }
        throw RuntimeError(
          .journal, "The journal “\(path)” is damaged in the middle; move it away to begin a new one.",
          evidence: "\(error)")
      }
      good = content.index(after: end)
    }
    return (records, good - content.startIndex)
  }

  /// Makes the folder of a file and those above it that are missing.
  /// - Returns: the folders that may have a new name in them once the file is there, from the file upwards.
  private static func makeFolder(of path: String) throws -> [String] {
    let folder = (path as NSString).deletingLastPathComponent
    var folders = [folder, (folder as NSString).deletingLastPathComponent]
    while let last = folders.last, last.count > 1, access(last, F_OK) != 0 {
      folders.append((last as NSString).deletingLastPathComponent)
    }
    do {
      try FileManager.default.createDirectory(
        atPath: folders[0], withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    } catch {
      throw RuntimeError(
        .journal, "The folder “\(folders[0])” cannot be made; check its owner and the disk.", evidence: "\(error)")
    }
    return folders
  }

  private static func syncFolder(_ folder: String) throws {
    let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure("synced", folder, errno) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw failure("synced", folder, errno) }
  }

  private static func failure(_ verb: String, _ path: String, _ reason: Int32) -> RuntimeError {
    let hint = reason == ENOSPC ? "The disk is full: make room." : "Check the disk and who owns the file."
    return RuntimeError(
      .journal, "The journal “\(path)” could not be \(verb). \(hint)", evidence: String(cString: strerror(reason)))
  }
}

extension RuntimeError.Code {
  /// A session's journal cannot be read or written.
  public static let journal = RuntimeError.Code(rawValue: "journal_unusable")
}
