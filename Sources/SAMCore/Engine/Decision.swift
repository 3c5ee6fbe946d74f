// SPDX-License-Identifier: Apache-2.0
public import SAMRPC

/// The working set of one decision: what it has read, and what it changes.
///
/// A command's `decide` runs over it synchronously, inside the store's transaction. It loads each aggregate once,
/// records facts (which fold into the loaded state at once), owes effects and says things into transcripts. Nothing
/// touches the world. What comes out is ``changes()``: data.
public struct Decision {
  private struct Loaded {
    var row: StateRow?
    var state: (any Aggregate)?
    var events: [EventRecord] = []
  }

  /// What time it is.
  public let now: Timestamp
  /// Who wants it.
  public let actor: Actor
  /// The id of what causes it.
  public let causation: String?
  /// A W3C `traceparent`, or nil.
  public let correlation: String?

  private let reader: any StoreReader
  private let ids: IDSource
  private var loaded: [AggregateKey: Loaded] = [:]
  private var order: [AggregateKey] = []
  private var collected = Changes()

  /// - Parameters:
  ///   - reader: the store's picture.
  ///   - context: who wants it, when, and why.
  ///   - ids: where new ids come from.
  public init(reader: any StoreReader, context: CommandContext, ids: IDSource) {
    self.reader = reader
    self.ids = ids
    now = context.now
    actor = context.actor
    causation = context.id
    correlation = context.correlation
  }

  /// A new id.
  public func newID<ID: PrefixedID>(_ kind: ID.Type = ID.self) -> ID { ids.next(kind, now: now) }

  // MARK: Reading

  /// The aggregate of an id, or nil when there is none.
  public mutating func find<A: Aggregate>(_ type: A.Type = A.self, _ id: A.ID) throws -> A? {
    let key = A.key(id)
    if let known = loaded[key] { return known.state as? A }
    guard let row = try reader.state(key) else {
      loaded[key] = Loaded()
      order.append(key)
      return nil
    }
    let state = try StateCoding.state(A.self, in: row, reader)
    loaded[key] = Loaded(row: row, state: state)
    order.append(key)
    return state
  }

  /// The aggregate of an id.
  /// - Throws: ``Rejection`` with `not_found`.
  public mutating func get<A: Aggregate>(_ type: A.Type = A.self, _ id: A.ID) throws -> A {
    guard let state = try find(type, id) else {
      throw Rejection(.notFound, "there is no \(A.kind) '\(id.rawValue)'; list what there is, or check the id")
    }
    return state
  }

  /// The aggregates that a query finds, as this decision sees them.
  public mutating func all<A: Aggregate>(_ type: A.Type, _ query: StateQuery) throws -> [A] {
    // What this decision has changed itself may match no longer, or only now.
    let changed = loaded.filter { $0.key.kind == A.kind && !$0.value.events.isEmpty }
    var wider = query
    wider.limit += changed.count
    var found: [A] = []
    for row in try reader.states(wider) where changed[row.key] == nil {
      guard let id = A.ID(rawValue: row.key.id), let state = try find(type, id) else { continue }
      found.append(state)
    }
    found += changed.values.compactMap { $0.state as? A }.filter { query.matches($0.id.rawValue, $0.index) }
    return Array(found.sorted { query.descending ? $1.id < $0.id : $0.id < $1.id }.prefix(query.limit))
  }

  /// Who holds a claim.
  public func holder(of claim: String) throws -> String? {
    if let mine = collected.claimed.last(where: { $0.name == claim }) { return mine.holder }
    if collected.released.contains(claim) { return nil }
    return try reader.claim(claim)?.holder
  }

  /// The effects that are owed for a subject.
  public func effects(for subject: String) throws -> [EffectRow] {
    try reader.effects(EffectQuery(subject: subject)).filter { !collected.settled.contains($0.id) }
      + collected.owed.filter { $0.subject == subject }
  }

  /// All owed effects.
  public func allEffects() throws -> [EffectRow] {
    try reader.effects(EffectQuery()).filter { !collected.settled.contains($0.id) }
  }

  /// An owed effect's row, or nil when it is done or withdrawn.
  public func effect(_ id: EffectID) throws -> EffectRow? {
    try reader.effects(EffectQuery(id: id, limit: 1)).first
  }

  /// How far a session's transcript has come.
  public func stream(_ session: SessionID) throws -> StreamPosition {
    if let known = collected.streams[session] { return known }
    return try reader.stream(session)
  }

  // MARK: Deciding

  /// Records a fact, folds it, and returns the new state.
  /// - Throws: ``Rejection`` with `wrong_state` when the state table has no such arrow.
  @discardableResult
  public mutating func record<A: Aggregate>(_ event: A.Event, on id: A.ID, as type: A.Type = A.self) throws -> A {
    let current = try find(A.self, id)
    var next: A
    if var state = current {
      try state.apply(event, at: now)
      next = state
    } else {
      next = try A(first: event, id: id, at: now)
    }
    let key = A.key(id)
    var entry = loaded[key] ?? Loaded()
    let version = (entry.row?.version ?? 0) + Int64(entry.events.count) + 1
    let (name, payload) = try StateCoding.nameAndPayload(of: event)
    entry.events.append(
      EventRecord(
        aggregate: key, sequence: version, type: "\(A.kind).\(name)", at: now, actor: actor, causation: causation,
        correlation: correlation, payload: payload))
    entry.state = next
    loaded[key] = entry
    collected.events.append(contentsOf: entry.events.suffix(1))
    return next
  }

  /// Owes an effect.
  /// - Parameters:
  ///   - lane: within it effects run one after the other.
  ///   - subject: the id of what it concerns.
  ///   - delay: not before so long from now.
  public mutating func owe(_ effect: Effect, lane: String, subject: String, after delay: Duration = .zero) {
    collected.owed.append(
      EffectRow(
        id: newID(), effect: effect, lane: lane, class: effect.class, subject: subject, dueAt: now + delay,
        createdAt: now, correlation: correlation))
  }

  /// Withdraws or completes an owed effect.
  public mutating func settle(_ effect: EffectID) {
    if let index = collected.owed.firstIndex(where: { $0.id == effect }) {
      collected.owed.remove(at: index)
    } else {
      collected.settled.append(effect)
    }
  }

  /// Changes an owed effect's row.
  public mutating func update(_ row: EffectRow) { collected.updated.append(row) }

  /// Takes a name that only one may hold.
  /// - Throws: ``Rejection`` with `already_exists` when another holds it.
  public mutating func claim(_ name: String, for holder: String, or message: @autoclosure () -> String) throws {
    if let other = try self.holder(of: name), other != holder { throw Rejection(.alreadyExists, message()) }
    collected.claimed.append(Claim(name: name, holder: holder))
  }

  /// Gives a name back.
  public mutating func release(_ name: String) { collected.released.append(name) }

  // MARK: Saying

  /// Appends an entry to a session's transcript.
  public mutating func say(
    _ body: EntryBody, in session: SessionID, turn: TurnID? = nil, at: Timestamp? = nil, raw: JSONValue? = nil
  ) throws {
    var position = try stream(session)
    position.last += 1
    collected.entries.append(
      Entry(
        session: session, seq: position.last, epoch: position.epoch, turn: turn, at: at ?? now, body: body, raw: raw))
    collected.streams[session] = position
  }

  /// Notes that the items of an epoch were applied through a runtime sequence.
  public mutating func applied(through runtimeSequence: Int64, epoch: Int64, of session: SessionID) throws {
    var position = try stream(session)
    position.epoch = epoch
    position.applied = runtimeSequence
    collected.streams[session] = position
  }

  // MARK: Result

  /// All that this decision changes.
  public func changes() throws -> Changes {
    var changes = collected
    for key in order {
      guard let entry = loaded[key] else { continue }
      let before = entry.row?.version ?? 0
      guard !entry.events.isEmpty, let state = entry.state else {
        changes.reads[key] = before
        continue
      }
      changes.states.append(
        StateRow(
          key: key, version: before + Int64(entry.events.count), index: state.index,
          createdAt: entry.row?.createdAt ?? now, updatedAt: now, body: try StateCoding.encode(state)))
    }
    return changes
  }
}
