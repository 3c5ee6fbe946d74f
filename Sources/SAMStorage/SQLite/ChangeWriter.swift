// SPDX-License-Identifier: Apache-2.0
internal import GRDB
internal import SAMCore
internal import SAMRPC

/// Writes the changes of decisions into the writer's open transaction.
///
/// Versions, claims and effects are checked before the first row is written, so that nearly all that throws has
/// written nothing. A fact, entry or answer that is there already shows only when it is written.
struct ChangeWriter {
  let database: Database
  /// Whether the last ``apply(_:)`` has begun to write.
  private(set) var isMidway = false
  /// The ledger's last position; read once in each transaction that appends to it.
  private var lastPosition: Int64?

  init(database: Database) { self.database = database }

  /// Writes one decision's changes.
  /// - Parameter changes: its events are given their positions.
  /// - Throws: ``Rejection`` with `conflict`, or ``SQLiteFailure``.
  mutating func apply(_ changes: inout Changes) throws {
    isMidway = false
    try check(changes.reads)
    let stored = try check(changes.states, events: changes.events)
    try check(changes.claimed, released: changes.released)
    try check(changes.updated, owed: changes.owed)
    isMidway = true
    try append(&changes.events)
    for (row, stored) in zip(changes.states, stored) {
      if let stored { try replace(stored, by: row) } else { try insert(row) }
    }
    for row in changes.owed { try owe(row) }
    for row in changes.updated { try update(row) }
    for id in changes.settled { try prepare("DELETE FROM effects WHERE id = ?").run(.text(id.rawValue)) }
    for name in changes.released { try prepare("DELETE FROM claims WHERE name = ?").run(.text(name)) }
    for claim in changes.claimed {
      try prepare("INSERT OR REPLACE INTO claims (name, holder) VALUES (?, ?)")
        .run(.text(claim.name), .text(claim.holder))
    }
    if let answer = changes.answer { try remember(answer) }
    if !changes.streams.isEmpty || !changes.entries.isEmpty { try extend(changes.streams, changes.entries) }
  }

  /// Forgets what it knows of a transaction, or of a part of it, that was rolled back.
  mutating func rolledBack() { lastPosition = nil }

  private func prepare(_ sql: String) throws -> PreparedStatement { try PreparedStatement(sql, on: database) }

  /// Runs an insert whose row must be new.
  private func insert(_ what: @autoclosure () -> String, _ work: () throws -> Void) throws {
    do {
      try work()
    } catch let failure as SQLiteFailure where failure.isDuplicate {
      throw Rejection(.conflict, "\(what()) exists already; read again and decide anew")
    }
  }
}

// MARK: Ledger and states

extension ChangeWriter {
  private func check(_ reads: [AggregateKey: Int64]) throws {
    for (key, expected) in reads {
      let found =
        try prepare("SELECT version FROM states WHERE kind = ? AND id = ?")
        .first(.text(key.kind.rawValue), .text(key.id)) { $0.integer(0) } ?? 0
      guard found == expected else { throw Self.moved(key, found: found, expected: expected) }
    }
  }

  private mutating func append(_ events: inout [EventRecord]) throws {
    guard !events.isEmpty else { return }
    var position =
      try lastPosition ?? prepare("SELECT max(position) FROM events").first { $0.integer(0) } ?? 0
    let statement = try prepare(
      """
      INSERT INTO events (position, kind, id, sequence, type, version, at, actor, token, tenant, causation, \
      correlation, payload) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """)
    for index in events.indices {
      position += 1
      events[index].position = position
      let event = events[index]
      try insert("the event \(event.id)") {
        try statement.run([.integer(position)] + Self.values(of: event))
      }
    }
    lastPosition = position
  }

  private struct StoredState {
    var row: Int64
    var version: Int64
    var status: String
    var project: String?
    var parent: String?
    var name: String?
  }

  /// Checks that each row is written over the version before.
  /// - Returns: for each row what is stored; nil = it is new.
  private func check(_ rows: [StateRow], events: [EventRecord]) throws -> [StoredState?] {
    var stored: [StoredState?] = []
    for (index, row) in rows.enumerated() {
      guard !rows[..<index].contains(where: { $0.key == row.key }) else {
        throw StoreError(.failed, "a decision writes the \(row.key.kind) '\(row.key.id)' twice; report this")
      }
      let found = try prepare(
        "SELECT row, version, status, project, parent, name FROM states WHERE kind = ? AND id = ?"
      ).first(.text(row.key.kind.rawValue), .text(row.key.id)) { columns in
        StoredState(
          row: columns.integer(0), version: columns.integer(1), status: columns.text(2),
          project: columns.optionalText(3), parent: columns.optionalText(4), name: columns.optionalText(5))
      }
      // A decision may record several facts about one aggregate: its version then moves on by as many.
      let steps = max(1, Int64(events.count { $0.aggregate == row.key }))
      guard found?.version ?? 0 == row.version - steps else {
        throw Self.moved(row.key, found: found?.version ?? 0, expected: row.version - steps)
      }
      stored.append(found)
    }
    return stored
  }

  private func insert(_ row: StateRow) throws {
    try prepare(
      """
      INSERT INTO states (kind, id, version, status, owner, project, parent, name, created, updated, body) \
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """
    ).run(Self.values(of: row))
  }

  /// SQLite rewrites the index of every column that is set, changed or not; so only what changed is set.
  private func replace(_ stored: StoredState, by row: StateRow) throws {
    let always: [SQLiteValue] = [
      .integer(row.version), .text(row.index.owner.rawValue), .integer(row.createdAt.milliseconds),
      .integer(row.updatedAt.milliseconds), .json(row.body),
    ]
    let start = "UPDATE states SET version = ?, owner = ?, created = ?, updated = ?, body = ?"
    let target = SQLiteValue.integer(stored.row)
    let moved =
      !Self.same(stored.project, row.index.project?.rawValue) || !Self.same(stored.parent, row.index.parent)
      || !Self.same(stored.name, row.index.name)
    if moved {
      try prepare("\(start), status = ?, project = ?, parent = ?, name = ? WHERE row = ?")
        .run(
          always + [
            .text(row.index.status), .optional(row.index.project?.rawValue), .optional(row.index.parent),
            .optional(row.index.name), target,
          ])
    } else if stored.status != row.index.status {
      try prepare("\(start), status = ? WHERE row = ?").run(always + [.text(row.index.status), target])
    } else {
      try prepare("\(start) WHERE row = ?").run(always + [target])
    }
  }

  /// Compares bytes, as the database does: Swift holds texts for equal that are only written alike.
  private static func same(_ left: String?, _ right: String?) -> Bool {
    switch (left, right) {
    case (nil, nil): true
    case (let left?, let right?): left.utf8.elementsEqual(right.utf8)
    default: false
    }
  }

  private static func moved(_ key: AggregateKey, found: Int64, expected: Int64) -> Rejection {
    Rejection(
      .conflict,
      "the \(key.kind) '\(key.id)' is at version \(found), not \(expected): somebody changed it meanwhile; "
        + "read again and decide anew")
  }
}

// MARK: Effects, claims, answers

extension ChangeWriter {
  private func owe(_ row: EffectRow) throws {
    try insert("the effect '\(row.id)'") {
      try prepare(
        """
        INSERT INTO effects (id, effect, lane, class, subject, due, attempt, status, error, created, correlation) \
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """
      ).run([.text(row.id.rawValue)] + (try Self.values(of: row)))
    }
  }

  private func update(_ row: EffectRow) throws {
    try prepare(
      """
      UPDATE effects SET effect = ?, lane = ?, class = ?, subject = ?, due = ?, attempt = ?, status = ?, error = ?, \
      created = ?, correlation = ? WHERE id = ?
      """
    ).run(try Self.values(of: row) + [.text(row.id.rawValue)])
  }

  private func check(_ claims: [Claim], released: [String]) throws {
    for (index, claim) in claims.enumerated() {
      let earlier = claims[..<index].last { Self.same($0.name, claim.name) }?.holder
      var holder = earlier
      if holder == nil, !released.contains(where: { Self.same($0, claim.name) }) {
        holder = try prepare("SELECT holder FROM claims WHERE name = ?").first(.text(claim.name)) { $0.text(0) }
      }
      if let holder, !Self.same(holder, claim.holder) {
        throw Rejection(
          .conflict, "'\(claim.name)' is held by '\(holder)'; take another name, or wait until it is free")
      }
    }
  }

  private func check(_ updated: [EffectRow], owed: [EffectRow]) throws {
    for row in updated where !owed.contains(where: { $0.id == row.id }) {
      guard try prepare("SELECT 1 FROM effects WHERE id = ?").first(.text(row.id.rawValue), make: { _ in true }) != nil
      else { throw Rejection(.conflict, "the effect '\(row.id)' is no longer owed; read again and decide anew") }
    }
  }

  private func remember(_ answer: StoredAnswer) throws {
    try insert("the answer to '\(answer.key.id)'") {
      try prepare("INSERT INTO answers (actor, id, digest, body, at) VALUES (?, ?, ?, ?, ?)")
        .run(Self.values(of: answer))
    }
  }
}

// MARK: Transcripts

extension ChangeWriter {
  private func extend(_ streams: [SessionID: StreamPosition], _ entries: [Entry]) throws {
    var numbers: [SessionID: Int64] = [:]
    for (session, position) in streams.sorted(by: { $0.key < $1.key }) {
      numbers[session] = try prepare(
        """
        INSERT INTO streams (session, last, epoch, applied) VALUES (?, ?, ?, ?) ON CONFLICT (session) \
        DO UPDATE SET last = excluded.last, epoch = excluded.epoch, applied = excluded.applied RETURNING stream
        """
      ).first(
        .text(session.rawValue), .integer(position.last), .integer(position.epoch), .integer(position.applied)
      ) { $0.integer(0) }
    }
    guard !entries.isEmpty else { return }
    let statement = try prepare(
      "INSERT INTO entries (place, epoch, turn, at, body, raw) VALUES (?, ?, ?, ?, ?, ?)")
    for entry in entries {
      let stream: Int64
      if let known = numbers[entry.session] {
        stream = known
      } else {
        stream = try number(of: entry.session)
        numbers[entry.session] = stream
      }
      guard (1...EntryPlace.maximumSeq).contains(entry.seq) else {
        throw StoreError(.failed, "an entry's seq must be from 1 to \(EntryPlace.maximumSeq), not \(entry.seq)")
      }
      try insert("entry \(entry.seq) of '\(entry.session)'") {
        try statement.run(
          [.integer(EntryPlace.key(stream: stream, seq: entry.seq))] + (try Self.values(of: entry)))
      }
    }
  }

  /// The number of a session's stream, made when there is none.
  private func number(of session: SessionID) throws -> Int64 {
    if let known = try prepare("SELECT stream FROM streams WHERE session = ?").first(
      .text(session.rawValue), make: { $0.integer(0) })
    {
      return known
    }
    try prepare("INSERT INTO streams (session, last, epoch, applied) VALUES (?, 0, 0, 0)").run(
      .text(session.rawValue))
    return database.lastInsertedRowID
  }
}
