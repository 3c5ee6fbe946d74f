// SPDX-License-Identifier: Apache-2.0
internal import SAMCore
internal import SAMRPC

/// Values for the checks of stores.
enum Sample {
  static let kind = AggregateKind(rawValue: "sample")
  static let at = Timestamp(milliseconds: 1_700_000_000_123)

  static func key(_ id: String) -> AggregateKey { AggregateKey(kind: kind, id: id) }

  static func event(_ id: String, sequence: Int64 = 1) -> EventRecord {
    EventRecord(
      aggregate: key(id), sequence: sequence, type: "sample.happened", version: 2, at: at,
      actor: Actor(kind: .agent, id: "session_\(id)", token: TokenID(trusted: "token_1")), tenant: "default",
      causation: "cmd:\(id)", correlation: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
      payload: ["z": 1, "a": ["deep": [1.5, nil, true]]])
  }

  static func state(
    _ id: String, version: Int64 = 1, status: String = "open", project: String? = nil, parent: String? = nil,
    name: String? = nil, kind: AggregateKind = kind, body: [UInt8] = Array("{}".utf8)
  ) -> StateRow {
    StateRow(
      key: AggregateKey(kind: kind, id: id), version: version,
      index: StateIndex(
        status: status, owner: UserID(trusted: "user_owner"), project: project.map { ProjectID(trusted: $0) },
        parent: parent, name: name),
      createdAt: at, updatedAt: at + .milliseconds(version), body: body)
  }

  static func effect(_ id: String, subject: String = "subject", status: EffectRow.Status = .runnable) -> EffectRow {
    EffectRow(
      id: EffectID(trusted: "effect_\(id)"), effect: .deliverPrompt(TurnID(trusted: "turn_\(id)")), lane: "lane-\(id)",
      class: .adoptable, subject: subject, dueAt: at, attempt: 3, status: status, lastError: "no route",
      createdAt: at, correlation: "trace")
  }

  static func entry(_ session: String, _ seq: Int64, _ body: EntryBody? = nil) -> Entry {
    Entry(
      session: SessionID(trusted: "session_\(session)"), seq: seq, epoch: 2, turn: TurnID(trusted: "turn_\(session)"),
      at: at, body: body ?? .agent(TextBlock("line \(seq)", message: "m1")),
      raw: ["sessionUpdate": "agent_message_chunk", "n": .integer(seq)])
  }

  static func answer(_ id: String, actor: Actor = .owner) -> StoredAnswer {
    StoredAnswer(
      key: CommandKey(actor: actor, id: id), digest: "do \(id)", body: Array("{\"id\":\"\(id)\"}".utf8), at: at)
  }

  /// Changes of every kind under one name.
  static func everything(_ name: String) -> Changes {
    var changes = Changes()
    changes.events = [event(name)]
    changes.states = [state(name, project: "project_p", parent: "parent", name: name)]
    changes.owed = [effect(name)]
    changes.claimed = [Claim(name: "claim \(name)", holder: name)]
    changes.answer = answer(name)
    changes.entries = [entry(name, 1), entry(name, 2)]
    changes.streams = [SessionID(trusted: "session_\(name)"): StreamPosition(last: 2, epoch: 2, applied: 9)]
    return changes
  }

  /// The number that a state row's body holds.
  static func number(_ row: StateRow?) -> Int { Int(String(decoding: row?.body ?? [], as: UTF8.self)) ?? 0 }
}
