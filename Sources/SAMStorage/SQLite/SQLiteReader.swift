// SPDX-License-Identifier: Apache-2.0
internal import GRDB
internal import SAMCore
internal import SAMRPC

/// Reads one connection's picture of the database: a reader's snapshot, or the writer's own transaction.
struct SQLiteReader: StoreReader {
  let database: Database
  let fault: StorageFault

  func state(_ key: AggregateKey) throws -> StateRow? {
    try explained {
      try prepare("SELECT \(Self.stateColumns) FROM states WHERE kind = ? AND id = ?")
        .first(.text(key.kind.rawValue), .text(key.id), make: stateRow)
    }
  }

  func states(_ query: StateQuery) throws -> [StateRow] {
    let selection = StateSelection(query, columns: Self.stateColumns)
    return try explained { try prepare(selection.sql).rows(selection.values, stateRow) }
  }

  func answer(_ key: CommandKey) throws -> StoredAnswer? {
    try explained {
      try prepare("SELECT digest, body, at FROM answers WHERE actor = ? AND id = ?")
        .first(.text(key.actor), .text(key.id)) { row in
          StoredAnswer(
            key: key, digest: row.text(0), body: row.bytes(1), at: Timestamp(milliseconds: row.integer(2)))
        }
    }
  }

  func claim(_ name: String) throws -> Claim? {
    try explained {
      try prepare("SELECT holder FROM claims WHERE name = ?").first(.text(name)) { row in
        Claim(name: name, holder: row.text(0))
      }
    }
  }

  func events(_ query: EventQuery) throws -> [EventRecord] {
    let columns =
      "position, kind, id, sequence, type, version, at, actor, token, tenant, causation, correlation, payload"
    let limit = SQLiteValue.integer(Int64(max(0, query.limit)))
    return try explained {
      guard let aggregate = query.aggregate else {
        return try prepare("SELECT \(columns) FROM events WHERE position > ? ORDER BY position LIMIT ?")
          .rows([.integer(query.after), limit], eventRecord)
      }
      // The plus keeps SQLite from walking the whole ledger in its order when the one aggregate's index is at hand.
      return try prepare(
        "SELECT \(columns) FROM events WHERE id = ? AND kind = ? AND +position > ? ORDER BY +position LIMIT ?"
      ).rows([.text(aggregate.id), .text(aggregate.kind.rawValue), .integer(query.after), limit], eventRecord)
    }
  }

  func effects(_ query: EffectQuery) throws -> [EffectRow] {
    var conditions: [String] = []
    var values: [SQLiteValue] = []
    if let id = query.id {
      conditions.append("id = ?")
      values.append(.text(id.rawValue))
    }
    if let subject = query.subject {
      conditions.append("subject = ?")
      values.append(.text(subject))
    }
    if !query.statuses.isEmpty {
      conditions.append("status IN (\(query.statuses.map { _ in "?" }.joined(separator: ", ")))")
      values += query.statuses.map { .text($0.rawValue) }
    }
    values.append(.integer(Int64(max(0, query.limit))))
    let filter = conditions.isEmpty ? "" : "WHERE \(conditions.joined(separator: " AND ")) "
    return try explained {
      try prepare(
        "SELECT id, effect, lane, class, subject, due, attempt, status, error, created, correlation FROM effects "
          + "\(filter)ORDER BY place LIMIT ?"
      ).rows(values, effectRow)
    }
  }

  func stream(_ session: SessionID) throws -> StreamPosition {
    try explained {
      try prepare("SELECT last, epoch, applied FROM streams WHERE session = ?").first(.text(session.rawValue)) { row in
        StreamPosition(last: row.integer(0), epoch: row.integer(1), applied: row.integer(2))
      } ?? StreamPosition()
    }
  }

  func entries(_ session: SessionID, after seq: Int64, limit: Int) throws -> [Entry] {
    try explained {
      let number = try prepare("SELECT stream FROM streams WHERE session = ?").first(.text(session.rawValue)) {
        $0.integer(0)
      }
      guard let number, seq < EntryPlace.maximumSeq else { return [] }
      return try prepare(
        "SELECT place, epoch, turn, at, body, raw FROM entries WHERE place > ? AND place <= ? ORDER BY place LIMIT ?"
      ).rows(
        [
          .integer(EntryPlace.key(stream: number, seq: max(0, seq))),
          .integer(EntryPlace.key(stream: number, seq: EntryPlace.maximumSeq)), .integer(Int64(max(0, limit))),
        ]
      ) { try entry($0, of: session) }
    }
  }

  private func prepare(_ sql: String) throws -> PreparedStatement { try PreparedStatement(sql, on: database) }

  private func explained<Result>(_ work: () throws -> Result) throws -> Result {
    do { return try work() } catch { throw fault.explain(error) }
  }
}

// MARK: Rows

extension SQLiteReader {
  private static let stateColumns =
    "kind, id, version, status, owner, project, parent, name, created, updated, body"

  private func stateRow(_ row: SQLiteColumns) -> StateRow {
    StateRow(
      key: AggregateKey(kind: AggregateKind(rawValue: row.text(0)), id: row.text(1)), version: row.integer(2),
      index: StateIndex(
        status: row.text(3), owner: UserID(trusted: row.text(4)),
        project: row.optionalText(5).map { ProjectID(trusted: $0) }, parent: row.optionalText(6),
        name: row.optionalText(7)),
      createdAt: Timestamp(milliseconds: row.integer(8)), updatedAt: Timestamp(milliseconds: row.integer(9)),
      body: row.bytes(10))
  }

  private func eventRecord(_ row: SQLiteColumns) throws -> EventRecord {
    EventRecord(
      position: row.integer(0), aggregate: AggregateKey(kind: AggregateKind(rawValue: row.text(1)), id: row.text(2)),
      sequence: row.integer(3), type: row.text(4), version: Int(row.integer(5)),
      at: Timestamp(milliseconds: row.integer(6)),
      actor: try actor(row.text(7), token: row.optionalText(8)), tenant: row.text(9),
      causation: row.optionalText(10), correlation: row.optionalText(11), payload: try json(row.bytes(12)))
  }

  private func effectRow(_ row: SQLiteColumns) throws -> EffectRow {
    guard let effectClass = EffectRow.Class(rawValue: row.text(3)),
      let status = EffectRow.Status(rawValue: row.text(7))
    else { throw fault.corrupt("the effect '\(row.text(0))'", "class '\(row.text(3))', status '\(row.text(7))'") }
    return EffectRow(
      id: EffectID(trusted: row.text(0)), effect: try StateCoding.decode(Effect.self, from: row.bytes(1)),
      lane: row.text(2), class: effectClass, subject: row.text(4), dueAt: Timestamp(milliseconds: row.integer(5)),
      attempt: Int(row.integer(6)), status: status, lastError: row.optionalText(8),
      createdAt: Timestamp(milliseconds: row.integer(9)), correlation: row.optionalText(10))
  }

  private func entry(_ row: SQLiteColumns, of session: SessionID) throws -> Entry {
    // Typed, because a bare `nil` beside a JSON value means JSON's null.
    let raw: JSONValue? = row.isNull(5) ? JSONValue?.none : try json(row.bytes(5))
    return Entry(
      session: session, seq: EntryPlace.seq(of: row.integer(0)), epoch: row.integer(1),
      turn: row.optionalText(2).map { TurnID(trusted: $0) }, at: Timestamp(milliseconds: row.integer(3)),
      body: try EntryCoding.decode(row.bytes(4)), raw: raw)
  }

  private func actor(_ text: String, token: String?) throws -> SAMCore.Actor {
    guard let colon = text.firstIndex(of: ":"),
      let kind = SAMCore.Actor.Kind(rawValue: String(text[..<colon]))
    else { throw fault.corrupt("the ledger", "actor '\(text)'") }
    return SAMCore.Actor(
      kind: kind, id: String(text[text.index(after: colon)...]), token: token.map { TokenID(trusted: $0) })
  }

  private func json(_ bytes: [UInt8]) throws -> JSONValue {
    do {
      return try JSONValue(parsing: bytes)
    } catch {
      throw fault.corrupt("a stored JSON value", "\(error)")
    }
  }
}
