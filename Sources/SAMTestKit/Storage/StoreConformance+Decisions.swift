// SPDX-License-Identifier: Apache-2.0
internal import SAMCore

/// What a decision may rely on: all or nothing, and versions and claims that are checked.
extension StoreConformance {
  private struct Refusal: Error, Equatable {}

  static let decisions: [Promise] = [
    Promise(number: 1, name: "all that a decision changes is there when it returns") { store in
      let changes = Sample.everything("one")
      let answer = try await store.transact { _ in (changes, "result") }
      try BrokenPromise.unlessEqual(answer, "result", "the result")
      try await expectPresent(changes, in: store)
    },
    Promise(number: 2, name: "a body that throws leaves no trace, and its error reaches the caller") { store in
      let changes = Sample.everything("thrown")
      do {
        try await store.transact { reader -> (Changes, Void) in
          _ = try reader.state(Sample.key("thrown"))
          throw Refusal()
        }
        throw BrokenPromise(what: "the error did not reach the caller")
      } catch is Refusal {}
      try await expectAbsent(changes, in: store)
      try await store.commit(changes)
    },
    Promise(number: 3, name: "changes that conflict in one point leave no trace of the others") { store in
      try await store.commit(Sample.everything("first"))
      var changes = Sample.everything("second")
      changes.claimed = [Claim(name: "claim first", holder: "second")]
      try await expectConflict("the claim is taken") { try await store.commit(changes) }
      try await expectAbsent(changes, in: store)
      changes.claimed = []
      var late = changes
      late.entries.append(Sample.entry("first", 2))
      let conflicting = late
      try await expectConflict("an entry is there already") { try await store.commit(conflicting) }
      try await expectAbsent(changes, in: store)
      try await expectPresent(Sample.everything("first"), in: store)
    },
    Promise(number: 4, name: "decisions that wait together stand or fall alone") { store in
      try await store.commit(Sample.everything("holder"))
      try await withThrowingDiscardingTaskGroup { group in
        for index in 0..<60 { group.addTask { try await standOrFall(index, store) } }
      }
      for index in 0..<60 {
        let changes = Sample.everything("d\(index)")
        if index % 4 == 0 {
          try await expectPresent(changes, in: store)
        } else {
          try await expectAbsent(changes, in: store)
        }
      }
    },
    Promise(number: 5, name: "a state row is only written over the version before") { store in
      try await store.commit(changes(states: [Sample.state("s", version: 1)]))
      try await store.commit(changes(states: [Sample.state("s", version: 2)]))
      for (version, why) in [
        (1, "a row is made twice"), (2, "a version is written twice"), (4, "a version is left out"),
      ] {
        try await expectConflict(why) {
          try await store.commit(changes(states: [Sample.state("s", version: Int64(version))]))
        }
      }
      try await expectConflict("a row that is not there is changed") {
        try await store.commit(changes(states: [Sample.state("t", version: 2)]))
      }
      let found = try await store.read { try $0.state(Sample.key("s")) }
      try BrokenPromise.unlessEqual(found, Sample.state("s", version: 2), "the row")
    },
    Promise(number: 6, name: "a version moves on by as many facts as were recorded") { store in
      var two = changes(states: [Sample.state("s", version: 2)])
      two.events = [Sample.event("s", sequence: 1), Sample.event("s", sequence: 2)]
      try await store.commit(two)
      var three = changes(states: [Sample.state("s", version: 5)])
      three.events = (3...5).map { Sample.event("s", sequence: $0) }
      try await store.commit(three)
      let found = try await store.read { try $0.state(Sample.key("s"))?.version }
      try BrokenPromise.unlessEqual(found, 5, "the version")
    },
    Promise(number: 7, name: "a row that was only read must still be as it was read") { store in
      try await store.commit(changes(states: [Sample.state("read", version: 1)]))
      var changes = Self.changes(states: [Sample.state("written")])
      for (key, version, why) in [
        ("read", 0, "a row that is there was read as absent"), ("read", 2, "it moved"), ("no", 1, "it is gone"),
      ] {
        changes.reads = [Sample.key(key): Int64(version)]
        try await expectConflict(why) { try await store.commit(changes) }
      }
      try await expectAbsent(changes, in: store)
      changes.reads = [Sample.key("read"): 1, Sample.key("no"): 0]
      try await store.commit(changes)
    },
    Promise(number: 8, name: "a claim has one holder until it is given back") { store in
      let claim = Claim(name: "branch", holder: "a")
      try await store.commit(changes { $0.claimed = [claim] })
      try await store.commit(changes { $0.claimed = [claim] })
      try await expectConflict("another claims it") {
        try await store.commit(changes { $0.claimed = [Claim(name: "branch", holder: "b")] })
      }
      let held = try await store.read { try $0.claim("branch") }
      try BrokenPromise.unlessEqual(held, claim, "the claim")
      try await store.commit(changes { $0.released = ["branch", "never held"] })
      try BrokenPromise.unlessEqual(try await store.read { try $0.claim("branch") }, nil, "the released claim")
      try await store.commit(changes { $0.claimed = [Claim(name: "branch", holder: "b")] })
    },
    Promise(number: 9, name: "one decision can hand a claim over") { store in
      try await store.commit(changes { $0.claimed = [Claim(name: "n", holder: "a")] })
      try await store.commit(
        changes {
          $0.released = ["n"]
          $0.claimed = [Claim(name: "n", holder: "b")]
        })
      try BrokenPromise.unlessEqual(try await store.read { try $0.claim("n")?.holder }, "b", "the holder")
    },
    Promise(number: 10, name: "an answer is kept for its actor and id, and never replaced") { store in
      let answer = Sample.answer("c1")
      try await store.commit(changes { $0.answer = answer })
      let kept = try await store.read { try $0.answer(answer.key) }
      try BrokenPromise.unlessEqual(kept, answer, "the answer")
      let others = [CommandKey(actor: .system, id: "c1"), CommandKey(actor: .owner, id: "c2")]
      for other in others {
        try BrokenPromise.unlessEqual(try await store.read { try $0.answer(other) }, nil, "another's answer")
      }
      var second = answer
      second.body = Array("{}".utf8)
      let replacement = second
      try await expectConflict("a command is answered twice") {
        try await store.commit(changes { $0.answer = replacement })
      }
      let still = try await store.read { try $0.answer(answer.key) }
      try BrokenPromise.unlessEqual(still, answer, "the first answer")
    },
  ]

  /// One of many decisions at the same time: it commits, throws by itself, or conflicts.
  private static func standOrFall(_ index: Int, _ store: any Store) async throws {
    var changes = Sample.everything("d\(index)")
    switch index % 4 {
    case 0: try await store.commit(changes)
    case 1:
      do {
        try await store.transact { _ -> (Changes, Void) in throw Refusal() }
        throw BrokenPromise(what: "decision \(index) did not throw")
      } catch is Refusal {}
    case 2:
      changes.claimed = [Claim(name: "claim holder", holder: "d\(index)")]
      let conflicting = changes
      try await expectConflict("decision \(index) claims what is taken") { try await store.commit(conflicting) }
    default:
      changes.entries.append(Sample.entry("holder", 2))
      let conflicting = changes
      try await expectConflict("decision \(index) repeats an entry") { try await store.commit(conflicting) }
    }
  }

  static func changes(states: [StateRow]) -> Changes { changes { $0.states = states } }

  static func changes(_ fill: (inout Changes) -> Void) -> Changes {
    var changes = Changes()
    fill(&changes)
    return changes
  }
}
