// SPDX-License-Identifier: Apache-2.0
internal import SAMCore

/// What state rows were found to say. The world looks around all the time, and little has changed since it did so last.
final class SimMemo {
  fileprivate var known: [AggregateKey: (body: [UInt8], state: any Sendable)] = [:]
}

/// Reads the store for the world and its rules: as every reader does, but a row that has not changed is decoded once.
struct SimReader: StoreReader {
  private let store: any StoreReader
  private let memo: SimMemo

  init(_ store: any StoreReader, _ memo: SimMemo) { (self.store, self.memo) = (store, memo) }

  func state(_ key: AggregateKey) throws -> StateRow? { try store.state(key) }
  func states(_ query: StateQuery) throws -> [StateRow] { try store.states(query) }
  func answer(_ key: CommandKey) throws -> StoredAnswer? { try store.answer(key) }
  func claim(_ name: String) throws -> Claim? { try store.claim(name) }
  func events(_ query: EventQuery) throws -> [EventRecord] { try store.events(query) }
  func effects(_ query: EffectQuery) throws -> [EffectRow] { try store.effects(query) }
  func stream(_ session: SessionID) throws -> StreamPosition { try store.stream(session) }
  func entries(_ session: SessionID, after seq: Int64, limit: Int) throws -> [Entry] {
    try store.entries(session, after: seq, limit: limit)
  }

  func load<A: Aggregate>(_ type: A.Type = A.self, _ id: A.ID) throws -> A {
    guard let row = try store.state(A.key(id)) else { return try store.load(type, id) }
    return try decoded(row)
  }

  func list<A: Aggregate>(_ type: A.Type, _ query: StateQuery) throws -> [A] {
    try store.states(query).map { try decoded($0) }
  }

  private func decoded<A: Aggregate>(_ row: StateRow) throws -> A {
    if let known = memo.known[row.key], known.body == row.body, let state = known.state as? A { return state }
    guard let id = A.ID(rawValue: row.key.id) else {
      throw StoreError(.corrupt, "'\(row.key.id)' is no id of a \(A.kind)")
    }
    let state = try store.load(A.self, id)
    memo.known[row.key] = (row.body, state)
    return state
  }
}
