// SPDX-License-Identifier: Apache-2.0
import GRDB
import SAMCore
import SAMTestKit
import Testing

@testable import SAMStorage

@Suite("Decisions of one group stand or fall alone")
struct CommitBatchTests {
  private struct Refusal: Error {}

  /// What a body of the group does.
  enum Kind: CaseIterable {
    /// Writes a fact, and needs the facts before it to be there.
    case writes
    /// Refuses by itself.
    case refuses
    /// Conflicts before anything of it is written.
    case conflictsEarly
    /// Conflicts when half of it is written.
    case conflictsLate
    /// Changes nothing.
    case looks
  }

  @Test(
    "whatever the order, those that write are there and the others left no trace",
    arguments: [
      [.writes, .writes, .writes], [.conflictsLate, .writes, .conflictsLate, .writes],
      [
        .writes, .refuses, .writes, .conflictsEarly, .conflictsLate, .looks, .writes, .conflictsLate, .refuses, .writes,
      ],
      [.refuses, .conflictsLate, .conflictsLate, .looks], [.looks, .looks],
      Kind.allCases + Kind.allCases + Kind.allCases,
    ] as [[Kind]])
  func group(_ kinds: [Kind]) async throws {
    let place = try Scratch()
    let store = try SQLiteStore(directory: place.fresh())
    try await store.transact { _ in (DurabilityTests.fact("first"), ()) }
    let bodies = kinds.enumerated().map { index, kind in
      BlockingBody<Int> { reader in
        let facts = try reader.events(EventQuery()).count
        return (try Self.changes(kind, index), facts)
      }
    }
    let observed = Self.commit(bodies, store)

    var expected = ["first"]
    for (index, (kind, body)) in zip(kinds, bodies).enumerated() {
      let outcome = try #require(body.outcome)
      switch (kind, outcome) {
      case (.writes, .success(let seen)), (.looks, .success(let seen)):
        #expect(seen == expected.count, "body \(index) saw \(seen) facts")
        if kind == .writes { expected.append("body-\(index)") }
      case (.refuses, .failure(let error)): #expect(error is Refusal)
      case (.conflictsEarly, .failure(let error)), (.conflictsLate, .failure(let error)):
        #expect((error as? Rejection)?.code == .conflict, "\(error)")
      default: Issue.record("body \(index), which \(kind), ended with \(outcome)")
      }
    }
    let events = try await store.read { try $0.events(EventQuery()) }
    #expect(events.map(\.aggregate.id) == expected)
    #expect(events.map(\.position) == (1...Int64(expected.count)).map { $0 })
    #expect(observed.flatMap(\.events) == Array(events.dropFirst()))
    let claims = try await store.read { reader in try kinds.indices.map { try reader.claim("claim-\($0)") != nil } }
    #expect(claims == kinds.map { $0 == .writes })
  }

  /// Commits bodies as one group.
  /// - Returns: what an observer heard.
  private static func commit(_ bodies: [any CommitBody], _ store: SQLiteStore) -> [Changes] {
    var observed: [Changes] = []
    store.pool.writeWithoutTransaction { database in
      var batch = CommitBatch(database: database, fault: store.fault)
      var waiting = bodies
      batch.run(
        next: { _ in
          defer { waiting = [] }
          return waiting
        }, observe: { observed.append($0) })
    }
    return observed
  }

  private static func changes(_ kind: Kind, _ index: Int) throws -> Changes {
    var changes = DurabilityTests.fact("body-\(index)")
    changes.claimed = [Claim(name: "claim-\(index)", holder: "\(index)")]
    switch kind {
    case .writes: return changes
    case .looks: return Changes()
    case .refuses: throw Refusal()
    case .conflictsEarly: changes.reads = [AggregateKey(kind: AggregateKind(rawValue: "none"), id: "none"): 7]
    case .conflictsLate: changes.events += DurabilityTests.fact("first").events
    }
    return changes
  }
}
