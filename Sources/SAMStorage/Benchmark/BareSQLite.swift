// SPDX-License-Identifier: Apache-2.0
internal import GRDB
internal import GRDBSQLite
public import SAMCore
internal import SAMRPC

/// SQLite without anything around it: the mark that the store's benchmark measures itself against.
///
/// Same library, tables, indexes and settings as ``SQLiteStore``, one connection on the caller's thread, and rows that
/// are encoded beforehand. It checks nothing: it is of no use but to compare.
public final class BareSQLite {
  /// Changes as they go into the tables.
  public struct Rows: Sendable {
    fileprivate var steps: [(statement: Int, values: [SQLiteValue])] = []
  }

  private static let statements = [
    """
    INSERT INTO events (kind, id, sequence, type, version, at, actor, token, tenant, causation, correlation, payload) \
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    """,
    """
    INSERT INTO states (kind, id, version, status, owner, project, parent, name, created, updated, body) \
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (kind, id) \
    DO UPDATE SET version = excluded.version, status = excluded.status, updated = excluded.updated, body = excluded.body
    """,
    """
    INSERT INTO effects (effect, lane, class, subject, due, attempt, status, error, created, correlation, id) \
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    """,
    "DELETE FROM effects WHERE id = ?",
    "INSERT INTO answers (actor, id, digest, body, at) VALUES (?, ?, ?, ?, ?)",
    """
    INSERT INTO streams (session, last, epoch, applied) VALUES (?, ?, ?, ?) ON CONFLICT (session) \
    DO UPDATE SET last = excluded.last, epoch = excluded.epoch, applied = excluded.applied
    """,
    """
    INSERT INTO entries (place, epoch, turn, at, body, raw) \
    SELECT stream << 32 | ?, ?, ?, ?, ?, ? FROM streams WHERE session = ?
    """,
  ]

  private let database: DatabaseQueue

  /// Makes a database.
  /// - Parameter path: a file that does not exist yet.
  /// - Throws: what GRDB throws.
  public init(path: String) throws {
    database = try DatabaseQueue(path: path)
    try database.inDatabase { database in
      try database.execute(sql: "PRAGMA journal_mode = WAL")
      try SQLiteSettings.apply(to: database)
    }
    try SQLiteSchema.migrator().migrate(database)
  }

  /// Encodes changes. Only what the benchmark uses is supported: events, states, effects, answers, transcripts.
  public static func rows(of changes: Changes) throws -> Rows {
    var rows = Rows()
    for event in changes.events {
      rows.steps.append((0, ChangeWriter.values(of: event)))
    }
    for row in changes.states { rows.steps.append((1, ChangeWriter.values(of: row))) }
    for row in changes.owed { rows.steps.append((2, try ChangeWriter.values(of: row) + [.text(row.id.rawValue)])) }
    for id in changes.settled { rows.steps.append((3, [.text(id.rawValue)])) }
    if let answer = changes.answer { rows.steps.append((4, ChangeWriter.values(of: answer))) }
    for (session, position) in changes.streams {
      rows.steps.append(
        (
          5,
          [
            .text(session.rawValue), .integer(position.last), .integer(position.epoch), .integer(position.applied),
          ]
        ))
    }
    for entry in changes.entries {
      rows.steps.append(
        (6, [.integer(entry.seq)] + (try ChangeWriter.values(of: entry)) + [.text(entry.session.rawValue)]))
    }
    return rows
  }

  /// Writes several decisions' rows in one durable transaction, on the caller's thread.
  /// - Throws: the failure of SQLite.
  public func commit(_ group: [Rows]) throws {
    try database.inDatabase { database in
      try PreparedStatement("BEGIN IMMEDIATE", on: database).run()
      for rows in group {
        for step in rows.steps {
          try PreparedStatement(Self.statements[step.statement], on: database).run(step.values)
        }
      }
      try PreparedStatement("COMMIT", on: database).run()
    }
  }
}
