// SPDX-License-Identifier: Apache-2.0
internal import GRDB
internal import SAMCore

/// What the database remembers about itself.
enum StoreMeta {
  static func read(_ database: Database, fault: StorageFault) throws -> StoreMetadata {
    guard let installation = try value("installation", database), let id = InstallationID(rawValue: installation),
      let schema = try number("schema_version", database)
    else { throw fault.corrupt("the database in '\(fault.place)'", "no installation or schema version") }
    return StoreMetadata(
      installation: id, restoreGeneration: try number("restore_generation", database) ?? 0, schemaVersion: schema)
  }

  /// Gives a new database the id under which its cloud resources will be known.
  static func makeInstallation(_ database: Database) throws {
    guard try value("installation", database) == nil else { return }
    let id = IDSource().next(InstallationID.self, now: .current)
    try set("installation", to: id.rawValue, database)
    try set("restore_generation", to: "0", database)
  }

  static func bumpRestoreGeneration(_ database: Database) throws {
    try set("restore_generation", to: "\((try number("restore_generation", database) ?? 0) + 1)", database)
  }

  /// - Throws: ``StoreError`` with `storage_newer` when a newer program has written this database.
  static func refuseNewer(_ database: Database, fault: StorageFault) throws {
    guard try database.tableExists("meta"), let found = try number("schema_version", database),
      found > SQLiteSchema.version
    else { return }
    throw StoreError(
      .newerSchema,
      "the database in '\(fault.place)' was written by a newer SAM; "
        + "install that version again, or restore a backup from before the upgrade",
      evidence: "schema \(found), this program knows \(SQLiteSchema.version)")
  }

  private static func value(_ name: String, _ database: Database) throws -> String? {
    try String.fetchOne(database, sql: "SELECT value FROM meta WHERE name = ?", arguments: [name])
  }

  private static func number(_ name: String, _ database: Database) throws -> Int? {
    try value(name, database).flatMap { Int($0) }
  }

  private static func set(_ name: String, to value: String, _ database: Database) throws {
    try database.execute(
      sql: "INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)", arguments: [name, value])
  }
}
