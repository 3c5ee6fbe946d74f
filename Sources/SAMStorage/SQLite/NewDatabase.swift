// SPDX-License-Identifier: Apache-2.0
internal import GRDB
internal import Glibc
internal import SAMCore

/// How a database comes to be: whole or not at all.
///
/// It is made beside its place without waiting for the disk, since nothing of it is promised yet; then it is synced once
/// and gets its name. Made in its place, it would be synced nine times in a row, and a first start waits for each.
enum NewDatabase {
  /// Makes the database with all its tables, unless there is one.
  /// - Throws: ``StoreError``, or what SQLite reports.
  static func make(_ name: String, in directory: String, fault: StorageFault) throws {
    let path = "\(directory)/\(name)"
    var status = stat()
    // Also a link, which is refused when it is opened.
    if lstat(path, &status) == 0 { return }
    let unfinished = "\(directory)/\(DurableFile.unfinishedPrefix)\(name)"
    for suffix in ["", "-journal", "-wal", "-shm"] { unlink(unfinished + suffix) }
    let file = Glibc.open(unfinished, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard file >= 0 else { throw fault.system("make '\(path)'", errno) }
    defer { close(file) }
    try fill(unfinished)
    // The log of a database that was taken away is none of this one's; SQLite would not notice.
    for suffix in ["-journal", "-wal", "-shm"] where unlink(path + suffix) != 0 && errno != ENOENT {
      throw fault.system("remove '\(path)\(suffix)'", errno)
    }
    guard fsync(file) == 0, rename(unfinished, path) == 0 else { throw fault.system("make '\(path)'", errno) }
    try DurableFile.syncDirectory(directory, fault: fault)
  }

  private static func fill(_ path: String) throws {
    var configuration = Configuration()
    configuration.prepareDatabase { try $0.execute(sql: "PRAGMA synchronous = OFF") }
    let queue = try DatabaseQueue(path: path, configuration: configuration)
    try SQLiteSchema.migrator().migrate(queue)
    try queue.write { try StoreMeta.makeInstallation($0) }
    // A database remembers this, and needs no further change when it is opened. The log is written back at the close.
    try queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA journal_mode = WAL") }
    try queue.close()
  }
}
