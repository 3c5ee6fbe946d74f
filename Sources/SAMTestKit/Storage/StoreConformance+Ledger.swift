// SPDX-License-Identifier: Apache-2.0
internal import SAMCore

/// The ledger and what is owed.
extension StoreConformance {
  static let ledgerAndEffects: [Promise] = [
    Promise(number: 14, name: "positions are 1, 2, 3, … whatever was refused in between") { store in
      for index in 1...5 {
        try await store.commit(
          changes { $0.events = [Sample.event("a", sequence: Int64(index)), Sample.event("b\(index)")] })
        try await expectConflict("the same place in a life is taken twice") {
          try await store.commit(
            changes { $0.events = [Sample.event("c\(index)"), Sample.event("a", sequence: Int64(index))] })
        }
      }
      let found = try await store.read { try $0.events(EventQuery()) }
      try BrokenPromise.unlessEqual(found.map(\.position), Array(1...10), "positions")
      let ids = (1...5).flatMap { ["a", "b\($0)"] }
      try BrokenPromise.unlessEqual(found.map(\.aggregate.id), ids, "the order of the facts")
    },
    Promise(number: 15, name: "facts are found by position and by aggregate") { store in
      for index in 1...4 {
        try await store.commit(
          changes {
            $0.events = [Sample.event("a", sequence: Int64(index)), Sample.event("b", sequence: Int64(index))]
          })
      }
      let cases: [(query: EventQuery, positions: [Int64])] = [
        (EventQuery(), Array(1...8)), (EventQuery(after: 5), [6, 7, 8]), (EventQuery(after: 8), []),
        (EventQuery(after: 2, limit: 3), [3, 4, 5]), (EventQuery(limit: 0), []),
        (EventQuery(aggregate: Sample.key("a")), [1, 3, 5, 7]),
        (EventQuery(after: 3, aggregate: Sample.key("a")), [5, 7]),
        (EventQuery(after: 1, aggregate: Sample.key("b"), limit: 2), [2, 4]),
        (EventQuery(aggregate: Sample.key("none")), []),
        (EventQuery(aggregate: AggregateKey(kind: AggregateKind(rawValue: "other"), id: "a")), []),
      ]
      for (query, positions) in cases {
        let found = try await store.read { try $0.events(query) }
        try BrokenPromise.unlessEqual(found.map(\.position), positions, "positions for \(query)")
        for event in found {
          var expected = Sample.event(event.aggregate.id, sequence: (event.position + 1) / 2)
          expected.position = event.position
          try BrokenPromise.unlessEqual(event, expected, "the fact")
        }
      }
    },
    Promise(number: 16, name: "effects come in the order in which they were owed") { store in
      let rows = [
        Sample.effect("z", subject: "s"), Sample.effect("a", subject: "t"),
        Sample.effect("m", subject: "s", status: .leased), Sample.effect("b", subject: "s", status: .leased),
      ]
      try await store.commit(changes { $0.owed = Array(rows[..<2]) })
      for row in rows[2...] { try await store.commit(changes { $0.owed = [row] }) }
      let cases: [(query: EffectQuery, expected: [EffectRow])] = [
        (EffectQuery(), rows), (EffectQuery(limit: 2), Array(rows[..<2])), (EffectQuery(limit: 0), []),
        (EffectQuery(subject: "s"), [rows[0], rows[2], rows[3]]), (EffectQuery(id: rows[1].id), [rows[1]]),
        (EffectQuery(statuses: [.leased]), [rows[2], rows[3]]),
        (EffectQuery(statuses: [.leased, .runnable], subject: "s"), [rows[0], rows[2], rows[3]]),
        (EffectQuery(statuses: [.runnable]), [rows[0], rows[1]]),
        (EffectQuery(statuses: [.runnable], subject: "s", limit: 9), [rows[0]]),
        (EffectQuery(id: rows[1].id, subject: "s"), []),
      ]
      for (query, expected) in cases {
        try BrokenPromise.unlessEqual(try await store.read { try $0.effects(query) }, expected, "effects for \(query)")
      }
    },
    Promise(number: 17, name: "an effect can be changed until it is settled, and is owed once") { store in
      let first = Sample.effect("1")
      let second = Sample.effect("2")
      try await store.commit(changes { $0.owed = [first, second] })
      var later = first
      later.attempt += 1
      later.dueAt = later.dueAt + .seconds(5)
      later.status = .leased
      later.lastError = nil
      later.subject = "moved"
      let changed = later
      try await store.commit(changes { $0.updated = [changed] })
      try BrokenPromise.unlessEqual(
        try await store.read { try $0.effects(EffectQuery()) }, [changed, second], "the effects, in their old order")
      try BrokenPromise.unlessEqual(
        try await store.read { try $0.effects(EffectQuery(subject: "moved")) }, [changed], "the moved effect")
      try await expectConflict("an effect is owed twice") { try await store.commit(changes { $0.owed = [second] }) }
      try await store.commit(changes { $0.settled = [first.id] })
      try await store.commit(changes { $0.settled = [first.id] })
      try await expectConflict("a settled effect is changed") {
        try await store.commit(changes { $0.updated = [changed] })
      }
      let third = Sample.effect("3")
      try await store.commit(changes { $0.owed = [third] })
      try BrokenPromise.unlessEqual(
        try await store.read { try $0.effects(EffectQuery()) }, [second, third], "what is left")
    },
  ]
}
