// SPDX-License-Identifier: Apache-2.0
internal import SAMCore

/// Transcripts.
extension StoreConformance {
  static let transcripts: [Promise] = [
    Promise(number: 18, name: "a transcript's entries come in order, after a bound, up to a limit") { store in
      let a = SessionID(trusted: "session_a")
      let b = SessionID(trusted: "session_b")
      for start in stride(from: Int64(1), to: 10, by: 3) {
        try await store.commit(
          changes {
            for seq in start..<(start + 3) { $0.entries += [Sample.entry("a", seq), Sample.entry("b", seq)] }
            $0.streams = [a: StreamPosition(last: start + 2), b: StreamPosition(last: start + 2)]
          })
      }
      let cases: [(after: Int64, limit: Int, expected: [Int64])] = [
        (0, 100, Array(1...9)), (-5, 2, [1, 2]), (4, 3, [5, 6, 7]), (8, 100, [9]), (9, 100, []), (2, 0, []),
        (Int64.max, 5, []),
      ]
      for (after, limit, expected) in cases {
        for (session, name) in [(a, "a"), (b, "b")] {
          let found = try await store.read { try $0.entries(session, after: after, limit: limit) }
          try BrokenPromise.unlessEqual(
            found, expected.map { Sample.entry(name, $0) }, "entries of \(name) after \(after), at most \(limit)")
        }
      }
      let none = try await store.read { try $0.entries(SessionID(trusted: "session_c"), after: 0, limit: 9) }
      try BrokenPromise.unlessEqual(none, [], "entries of a session that said nothing")
    },
    Promise(number: 19, name: "an entry is never replaced") { store in
      try await store.commit(changes { $0.entries = [Sample.entry("a", 1)] })
      try await expectConflict("an entry's number is taken twice") {
        try await store.commit(changes { $0.entries = [Sample.entry("a", 1, .user(TextBlock("other")))] })
      }
      let found = try await store.read { try $0.entries(SessionID(trusted: "session_a"), after: 0, limit: 9) }
      try BrokenPromise.unlessEqual(found, [Sample.entry("a", 1)], "the entry")
    },
    Promise(number: 20, name: "a stream's position is 0 before the first, and then what was written last") { store in
      let session = SessionID(trusted: "session_a")
      try BrokenPromise.unlessEqual(try await store.read { try $0.stream(session) }, StreamPosition(), "no position")
      for step in 1...3 {
        let position = StreamPosition(last: Int64(step), epoch: Int64(step * 2), applied: Int64(10 - step))
        try await store.commit(changes { $0.streams = [session: position] })
        try BrokenPromise.unlessEqual(try await store.read { try $0.stream(session) }, position, "the position")
      }
    },
    Promise(number: 21, name: "every kind of entry comes back as it went") { store in
      let bodies: [EntryBody] = [
        .user(TextBlock("hello")), .agent(TextBlock("hi", message: "m")), .thought(TextBlock("")),
        .tool(
          ToolActivity(
            id: "t", title: "Edit", kind: "edit", status: "completed", output: "ok",
            diffs: [.init(path: "a.txt", oldText: nil, newText: "x\n")], paths: ["a.txt"])),
        .plan(Plan(steps: [.init(text: "think", priority: "high", status: "pending")])),
        .usage(Usage(usedTokens: 5, contextTokens: 200_000, cost: 0.25, currency: "USD")),
        .approval(
          ApprovalNote(
            approval: ApprovalID(trusted: "approval_1"), state: .asked, title: "Run?",
            options: [ApprovalOption(id: "y", name: "Yes", kind: "allow_once")])),
        .turn(TurnNote(state: .finished, reason: "end_turn")),
        .work(WorkNote(branch: "sam/x", commits: [Commit(sha: "0123", subject: "s")], pushed: true)),
        .notice(Notice(.warning, "look")), .other(OtherBody(update: "future")),
      ]
      var entries: [Entry] = []
      for (index, body) in bodies.enumerated() {
        var entry = Sample.entry("a", Int64(index + 1), body)
        if index % 2 == 0 { entry.raw = nil }
        if index % 3 == 0 { entry.turn = nil }
        entries.append(entry)
      }
      let written = entries
      try await store.commit(changes { $0.entries = written })
      let found = try await store.read { try $0.entries(SessionID(trusted: "session_a"), after: 0, limit: 99) }
      try BrokenPromise.unlessEqual(found.count, written.count, "the number of entries")
      for (one, other) in zip(found, written) {
        try BrokenPromise.unlessEqual(one, other, "entry \(other.seq), a \(other.body.type)")
      }
    },
  ]
}
