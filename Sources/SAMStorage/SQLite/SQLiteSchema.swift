// SPDX-License-Identifier: Apache-2.0
internal import GRDB

/// The tables, and how an older database becomes a newer one. A shipped migration is never edited.
enum SQLiteSchema {
  /// The version that this program knows: the number of migrations.
  static let version = migrations.count

  static let migrations: [(name: String, sql: String)] = [("001", first), ("002", nothingStuck)]

  static func migrator() -> DatabaseMigrator {
    var migrator = DatabaseMigrator()
    for (index, migration) in migrations.enumerated() {
      migrator.registerMigration(migration.name) { database in
        try database.execute(sql: migration.sql)
        try database.execute(
          sql: "INSERT OR REPLACE INTO meta (name, value) VALUES ('schema_version', ?)", arguments: ["\(index + 1)"])
      }
    }
    return migrator
  }

  /// Effects were given up after two hundred attempts once. They are tried for ever now.
  private static let nothingStuck = "UPDATE effects SET status = 'runnable' WHERE status = 'stuck'"

  /// Every index answers a question that the store is asked: `events_by_aggregate` one aggregate's facts, the
  /// `states_by_…` one condition of a `StateQuery` each, `effects_by_subject` what is owed for something.
  /// An entry's key is its stream's number in the upper and its `seq` in the lower 32 bits: one b-tree, eight bytes.
  private static let first = """
    CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE events (
      position INTEGER PRIMARY KEY, kind TEXT NOT NULL, id TEXT NOT NULL, sequence INTEGER NOT NULL,
      type TEXT NOT NULL, version INTEGER NOT NULL, at INTEGER NOT NULL, actor TEXT NOT NULL, token TEXT,
      tenant TEXT NOT NULL, causation TEXT, correlation TEXT, payload TEXT NOT NULL
    ) STRICT;
    CREATE UNIQUE INDEX events_by_aggregate ON events (id, kind, sequence);
    CREATE TABLE states (
      row INTEGER PRIMARY KEY, kind TEXT NOT NULL, id TEXT NOT NULL, version INTEGER NOT NULL, status TEXT NOT NULL,
      owner TEXT NOT NULL, project TEXT, parent TEXT, name TEXT, created INTEGER NOT NULL, updated INTEGER NOT NULL,
      body TEXT NOT NULL
    ) STRICT;
    CREATE UNIQUE INDEX states_by_id ON states (kind, id);
    CREATE INDEX states_by_status ON states (kind, status, id);
    CREATE INDEX states_by_project ON states (project, kind, id) WHERE project IS NOT NULL;
    CREATE INDEX states_by_parent ON states (parent, kind, id) WHERE parent IS NOT NULL;
    CREATE INDEX states_by_name ON states (name, kind, id) WHERE name IS NOT NULL;
    CREATE TABLE effects (
      place INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, effect TEXT NOT NULL, lane TEXT NOT NULL,
      class TEXT NOT NULL, subject TEXT NOT NULL, due INTEGER NOT NULL, attempt INTEGER NOT NULL, status TEXT NOT NULL,
      error TEXT, created INTEGER NOT NULL, correlation TEXT
    ) STRICT;
    CREATE INDEX effects_by_subject ON effects (subject);
    CREATE TABLE claims (name TEXT PRIMARY KEY, holder TEXT NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE answers (
      actor TEXT NOT NULL, id TEXT NOT NULL, digest TEXT NOT NULL, body TEXT NOT NULL, at INTEGER NOT NULL,
      PRIMARY KEY (actor, id)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE streams (
      stream INTEGER PRIMARY KEY, session TEXT NOT NULL UNIQUE, last INTEGER NOT NULL, epoch INTEGER NOT NULL,
      applied INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE entries (
      place INTEGER PRIMARY KEY, epoch INTEGER NOT NULL, turn TEXT, at INTEGER NOT NULL, body TEXT NOT NULL, raw TEXT
    ) STRICT;
    CREATE TABLE tokens (
      id TEXT PRIMARY KEY, name TEXT NOT NULL, hash BLOB NOT NULL UNIQUE, created INTEGER NOT NULL, revoked INTEGER
    ) STRICT, WITHOUT ROWID;
    """
}

/// Where an entry lies: its stream's number and its `seq` in one key.
enum EntryPlace {
  static let maximumSeq: Int64 = 0xFFFF_FFFF

  static func key(stream: Int64, seq: Int64) -> Int64 { stream << 32 | seq }
  static func seq(of key: Int64) -> Int64 { key & maximumSeq }
}
