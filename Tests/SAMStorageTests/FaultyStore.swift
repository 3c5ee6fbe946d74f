// SPDX-License-Identifier: Apache-2.0
import SAMCore
import SAMTestKit
import Synchronization

/// A store with one deliberate fault: it proves that the conformance suite can see.
final class FaultyStore: Store {
  enum Fault: String, CaseIterable, CustomStringConvertible {
    /// What a refused decision said stays in the transcript.
    case leavesTraces
    case ignoresDirection
    case ignoresParent
    case ignoresLimit
    case ignoresReads
    case forgetsEffectUpdates
    case givesPositionsGaps
    case cutsAtNUL
    case tellsObserversOfNothing
    case tellsObserversTwice
    case losesStreams
    case replacesEntries
    case losesRaw
    case forgetsOnReopening
    case changesItsName

    /// The numbers of the promises that this fault breaks.
    var breaks: [Int] {
      switch self {
      case .leavesTraces: [3, 4]
      case .ignoresDirection: [11, 12]
      case .ignoresParent: [11, 13]
      case .ignoresLimit: [11, 12]
      case .ignoresReads: [7]
      case .forgetsEffectUpdates: [17]
      case .givesPositionsGaps: [14, 15, 22, 23, 32]
      case .cutsAtNUL: [28]
      case .tellsObserversOfNothing: [22, 23]
      case .tellsObserversTwice: [22, 23]
      case .losesStreams: [1, 3, 4, 20, 23, 26, 28, 32]
      case .replacesEntries: [3, 4, 19]
      case .losesRaw: [1, 3, 4, 18, 19, 21, 23, 26, 27, 28, 32]
      case .forgetsOnReopening: [32]
      case .changesItsName: [31]
      }
    }

    var description: String { rawValue }
  }

  private let fault: Fault
  private let inner: InMemoryStore
  private let named = Mutex(0)

  init(_ fault: Fault, inner: InMemoryStore = InMemoryStore()) {
    self.fault = fault
    self.inner = inner
  }

  func reopened() -> FaultyStore {
    FaultyStore(fault, inner: fault == .forgetsOnReopening ? InMemoryStore() : inner.durableCopy())
  }

  func transact<Result: Sendable>(
    _ body: @escaping @Sendable (any StoreReader) throws -> (Changes, Result)
  ) async throws -> Result {
    do {
      return try await inner.transact { [fault] reader in
        let (changes, result) = try body(FaultyReader(inner: reader, fault: fault))
        return (fault.damage(changes, reader), result)
      }
    } catch let rejection as Rejection where fault == .leavesTraces {
      try await inner.transact { reader in
        var said = Changes()
        said.entries = try body(reader).0.entries.filter { entry in
          try reader.entries(entry.session, after: entry.seq - 1, limit: 1).first?.seq != entry.seq
        }
        return (said, ())
      }
      throw rejection
    }
  }

  func read<Result: Sendable>(_ body: @escaping @Sendable (any StoreReader) throws -> Result) async throws -> Result {
    try await inner.read { [fault] in try body(FaultyReader(inner: $0, fault: fault)) }
  }

  func observeCommits(_ observer: @escaping @Sendable (Changes) -> Void) {
    inner.observeCommits { [fault] changes in
      if fault == .tellsObserversOfNothing { return }
      var changes = changes
      if fault == .givesPositionsGaps {
        for index in changes.events.indices { changes.events[index].position *= 2 }
      }
      observer(changes)
      if fault == .tellsObserversTwice { observer(changes) }
    }
  }

  func metadata() async throws -> StoreMetadata {
    var metadata = try await inner.metadata()
    if fault == .changesItsName {
      let number = named.withLock { number in
        number += 1
        return number
      }
      metadata.installation = InstallationID(trusted: "sam_\(number)")
    }
    return metadata
  }
}

extension FaultyStore.Fault {
  /// Changes as this fault writes them.
  fileprivate func damage(_ changes: Changes, _ reader: any StoreReader) -> Changes {
    var changes = changes
    switch self {
    case .ignoresReads: changes.reads = [:]
    case .forgetsEffectUpdates: changes.updated = []
    case .losesStreams: changes.streams = [:]
    case .losesRaw: for index in changes.entries.indices { changes.entries[index].raw = nil }
    case .replacesEntries:
      changes.entries.removeAll { entry in
        (try? reader.entries(entry.session, after: entry.seq - 1, limit: 1).first?.seq) == entry.seq
      }
    case .cutsAtNUL:
      for index in changes.states.indices {
        changes.states[index].index.name = changes.states[index].index.name.map {
          String($0.prefix { $0 != "\u{0}" })
        }
      }
    default: break
    }
    return changes
  }
}

private struct FaultyReader: StoreReader {
  let inner: any StoreReader
  let fault: FaultyStore.Fault

  func state(_ key: AggregateKey) throws -> StateRow? { try inner.state(key) }
  func states(_ query: StateQuery) throws -> [StateRow] {
    var query = query
    if fault == .ignoresDirection { query.descending = false }
    if fault == .ignoresParent { query.parent = nil }
    if fault == .ignoresLimit { query.limit = 1000 }
    return try inner.states(query)
  }
  func answer(_ key: CommandKey) throws -> StoredAnswer? { try inner.answer(key) }
  func claim(_ name: String) throws -> Claim? { try inner.claim(name) }
  func events(_ query: EventQuery) throws -> [EventRecord] {
    var query = query
    if fault == .givesPositionsGaps { query.after /= 2 }
    var events = try inner.events(query)
    if fault == .givesPositionsGaps {
      for index in events.indices { events[index].position *= 2 }
    }
    return events
  }
  func effects(_ query: EffectQuery) throws -> [EffectRow] { try inner.effects(query) }
  func stream(_ session: SessionID) throws -> StreamPosition { try inner.stream(session) }
  func entries(_ session: SessionID, after seq: Int64, limit: Int) throws -> [Entry] {
    try inner.entries(session, after: seq, limit: limit)
  }
}
