// SPDX-License-Identifier: Apache-2.0
internal import SAMCore
internal import SAMRPC

/// What an in-memory store holds: a value, so that a copy is a snapshot.
struct StoreContent: Sendable {
  /// The rows of one kind, in the order of their ids.
  private struct Table {
    var ids: [ExactText] = []
    var rows: [ExactText: StateRow] = [:]

    /// The index of the first id that is not less than a given one.
    func lowerBound(_ id: ExactText) -> Int {
      var low = 0
      var high = ids.count
      while low < high {
        let middle = (low + high) / 2
        if ids[middle] < id { low = middle + 1 } else { high = middle }
      }
      return low
    }
  }

  private struct AnswerKey: Hashable {
    var actor: ExactText
    var id: ExactText
  }

  private struct LedgerKey: Hashable {
    var kind: ExactText
    var id: ExactText
    init(_ key: AggregateKey) {
      kind = ExactText(key.kind.rawValue)
      id = ExactText(key.id)
    }
  }

  private var ledger: [EventRecord] = []
  /// For each aggregate the ledger's indices of its events, and their sequences.
  private var ledgerOf: [LedgerKey: (indices: [Int], sequences: Set<Int64>)] = [:]
  private var tables: [ExactText: Table] = [:]
  private var owed: OrderedDictionary<EffectID, EffectRow> = [:]
  private var claims: [ExactText: String] = [:]
  private var answers: [AnswerKey: StoredAnswer] = [:]
  private var streams: [SessionID: StreamPosition] = [:]
  private var transcripts: [SessionID: [Entry]] = [:]

  init() {}
}

// MARK: Reading

extension StoreContent {
  func state(_ key: AggregateKey) -> StateRow? { tables[ExactText(key.kind.rawValue)]?.rows[ExactText(key.id)] }

  func states(_ query: StateQuery) -> [StateRow] {
    guard let table = tables[ExactText(query.kind.rawValue)] else { return [] }
    var found: [StateRow] = []
    func collect(_ ids: some Sequence<ExactText>) {
      for id in ids {
        if found.count >= max(0, query.limit) { return }
        if let row = table.rows[id], Self.matches(row.index, query) { found.append(row) }
      }
    }
    if query.descending {
      let end = query.after.map { table.lowerBound(ExactText($0)) } ?? table.ids.count
      collect(table.ids[..<end].reversed())
    } else {
      var start = 0
      if let after = query.after.map(ExactText.init) {
        start = table.lowerBound(after)
        if start < table.ids.count, table.ids[start] == after { start += 1 }
      }
      collect(table.ids[start...])
    }
    return found
  }

  private static func matches(_ index: StateIndex, _ query: StateQuery) -> Bool {
    func same(_ value: String?, _ wanted: String?) -> Bool {
      guard let wanted else { return true }
      return value.map(ExactText.init) == ExactText(wanted)
    }
    return same(index.name, query.name) && same(index.parent, query.parent)
      && same(index.project?.rawValue, query.project?.rawValue)
      && (query.statuses.isEmpty || query.statuses.contains { same(index.status, $0) })
  }

  func answer(_ key: CommandKey) -> StoredAnswer? {
    answers[AnswerKey(actor: ExactText(key.actor), id: ExactText(key.id))]
  }

  func claim(_ name: String) -> Claim? { claims[ExactText(name)].map { Claim(name: name, holder: $0) } }

  func events(_ query: EventQuery) -> [EventRecord] {
    let limit = max(0, query.limit)
    guard let aggregate = query.aggregate else {
      let start = Int(min(max(0, query.after), Int64(ledger.count)))
      return Array(ledger[start...].prefix(limit))
    }
    let indices = ledgerOf[LedgerKey(aggregate)]?.indices ?? []
    return Array(indices.lazy.map { ledger[$0] }.filter { $0.position > query.after }.prefix(limit))
  }

  func effects(_ query: EffectQuery) -> [EffectRow] {
    let found = owed.values.lazy.filter { row in
      (query.id == nil || row.id == query.id) && (query.statuses.isEmpty || query.statuses.contains(row.status))
        && (query.subject.map { ExactText(row.subject) == ExactText($0) } ?? true)
    }
    return Array(found.prefix(max(0, query.limit)))
  }

  func stream(_ session: SessionID) -> StreamPosition { streams[session] ?? StreamPosition() }

  func entries(_ session: SessionID, after seq: Int64, limit: Int) -> [Entry] {
    let transcript = transcripts[session] ?? []
    let start = Self.lowerBound(transcript, seq: seq < Int64.max ? seq + 1 : seq)
    return Array(transcript[start...].prefix(max(0, limit)))
  }

  /// The index of the first entry whose `seq` is not less than a given one.
  private static func lowerBound(_ transcript: [Entry], seq: Int64) -> Int {
    var low = 0
    var high = transcript.count
    while low < high {
      let middle = (low + high) / 2
      if transcript[middle].seq < seq { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

// MARK: Writing

extension StoreContent {
  /// Applies changes as a whole or not at all: everything is checked before anything is touched.
  /// - Parameter changes: its events are given their positions.
  /// - Throws: ``Rejection`` with `conflict`.
  mutating func apply(_ changes: inout Changes) throws {
    try checkVersions(changes)
    try checkLedger(changes.events)
    try checkEffects(changes)
    try checkClaims(changes)
    if let answer = changes.answer, self.answer(answer.key) != nil {
      throw Self.conflict("the answer to '\(answer.key.id)' exists already")
    }
    try checkEntries(changes.entries)
    write(&changes)
  }

  private static func conflict(_ what: String) -> Rejection {
    Rejection(.conflict, "\(what); read again and decide anew")
  }

  private func checkVersions(_ changes: Changes) throws {
    for (key, expected) in changes.reads where state(key)?.version ?? 0 != expected {
      throw Self.conflict("the \(key.kind) '\(key.id)' is not at version \(expected) any more")
    }
    for (index, row) in changes.states.enumerated() {
      guard !changes.states[..<index].contains(where: { $0.key == row.key }) else {
        throw StoreError(.failed, "a decision writes the \(row.key.kind) '\(row.key.id)' twice; report this")
      }
      // A decision may record several facts about one aggregate: its version then moves on by as many.
      let steps = max(1, Int64(changes.events.count { $0.aggregate == row.key }))
      let found = state(row.key)?.version ?? 0
      guard found == row.version - steps else {
        throw Self.conflict("the \(row.key.kind) '\(row.key.id)' is at version \(found), not \(row.version - steps)")
      }
    }
  }

  private func checkLedger(_ events: [EventRecord]) throws {
    var new: Set<String> = []
    for event in events {
      let known = ledgerOf[LedgerKey(event.aggregate)]?.sequences.contains(event.sequence) ?? false
      guard !known, new.insert("\(event.aggregate.kind) \(event.id)").inserted else {
        throw Self.conflict("the event \(event.id) exists already")
      }
    }
  }

  private func checkEffects(_ changes: Changes) throws {
    var alive = Set<EffectID>()
    for row in changes.owed {
      guard owed[row.id] == nil, alive.insert(row.id).inserted else {
        throw Self.conflict("the effect '\(row.id)' exists already")
      }
    }
    for row in changes.updated where owed[row.id] == nil && !alive.contains(row.id) {
      throw Self.conflict("the effect '\(row.id)' is no longer owed")
    }
  }

  private func checkClaims(_ changes: Changes) throws {
    var holders: [ExactText: ExactText] = [:]
    let released = Set(changes.released.map(ExactText.init))
    for claim in changes.claimed {
      let name = ExactText(claim.name)
      let holder = holders[name] ?? (released.contains(name) ? nil : claims[name].map(ExactText.init))
      guard holder == nil || holder == ExactText(claim.holder) else {
        throw Rejection(
          .conflict,
          "'\(claim.name)' is held by '\(holder?.text ?? "")'; take another name, or wait until it is free")
      }
      holders[name] = ExactText(claim.holder)
    }
  }

  private func checkEntries(_ entries: [Entry]) throws {
    var new: [SessionID: Set<Int64>] = [:]
    for entry in entries {
      let transcript = transcripts[entry.session] ?? []
      let index = Self.lowerBound(transcript, seq: entry.seq)
      let known = index < transcript.count && transcript[index].seq == entry.seq
      guard entry.seq > 0 else { throw StoreError(.failed, "an entry's seq must be from 1, not \(entry.seq)") }
      guard !known, new[entry.session, default: []].insert(entry.seq).inserted else {
        throw Self.conflict("entry \(entry.seq) of '\(entry.session)' exists already")
      }
    }
  }

  private mutating func write(_ changes: inout Changes) {
    for index in changes.events.indices {
      changes.events[index].position = Int64(ledger.count + 1)
      let event = changes.events[index]
      ledgerOf[LedgerKey(event.aggregate), default: ([], [])].indices.append(ledger.count)
      ledgerOf[LedgerKey(event.aggregate), default: ([], [])].sequences.insert(event.sequence)
      ledger.append(event)
    }
    for row in changes.states { write(row) }
    for row in changes.owed { owed[row.id] = row }
    for row in changes.updated { owed[row.id] = row }
    for id in changes.settled { owed.removeValue(forKey: id) }
    for name in changes.released { claims[ExactText(name)] = nil }
    for claim in changes.claimed { claims[ExactText(claim.name)] = claim.holder }
    if let answer = changes.answer {
      answers[AnswerKey(actor: ExactText(answer.key.actor), id: ExactText(answer.key.id))] = answer
    }
    for (session, position) in changes.streams { streams[session] = position }
    for entry in changes.entries {
      let index = Self.lowerBound(transcripts[entry.session] ?? [], seq: entry.seq)
      transcripts[entry.session, default: []].insert(entry, at: index)
    }
  }

  private mutating func write(_ row: StateRow) {
    let kind = ExactText(row.key.kind.rawValue)
    let id = ExactText(row.key.id)
    if tables[kind]?.rows[id] == nil {
      let index = tables[kind]?.lowerBound(id) ?? 0
      tables[kind, default: Table()].ids.insert(id, at: index)
    }
    tables[kind, default: Table()].rows[id] = row
  }
}
