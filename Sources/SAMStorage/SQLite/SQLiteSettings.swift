// SPDX-License-Identifier: Apache-2.0
internal import GRDB
internal import SAMCore

/// How connections are set up.
enum SQLiteSettings {
  /// Bounds what any connection keeps of the database in memory, in KiB: the system has the file in its own cache, and
  /// a page that comes from there costs microseconds. It holds as long as the connection.
  static func boundCache(of database: Database, kibibytes: Int = 1024) throws {
    try database.execute(sql: "PRAGMA cache_size = -\(kibibytes)")
  }

  /// Applies what the one connection that writes needs; it holds as long as the connection.
  static func apply(to database: Database) throws {
    // A pool sets NORMAL when it opens, after every hook: a power cut would take the last answers back.
    try database.execute(sql: "PRAGMA synchronous = FULL")
    guard try Int.fetchOne(database, sql: "PRAGMA synchronous") == 2 else {
      throw StoreError(.failed, "SQLite refuses to sync each commit; use the SQLite that SAM was built with")
    }
    // 16 MiB between checkpoints, so that a busy writer does not stop for one every few commits; and the log's file
    // shrinks again after a burst.
    try database.execute(sql: "PRAGMA wal_autocheckpoint = 4096; PRAGMA journal_size_limit = 67108864")
    try boundCache(of: database, kibibytes: 2048)
  }
}
