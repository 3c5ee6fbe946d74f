// SPDX-License-Identifier: Apache-2.0
internal import SAMCore
internal import SAMRPC

/// Values that come back as they went.
extension StoreConformance {
  static let values: [Promise] = [
    Promise(number: 27, name: "values of 1 MiB come back whole") { store in
      let text = String(repeating: "0123456789abcde\n", count: 65536)
      var changes = changes(states: [Sample.state("large", body: Array("\"\(text.dropLast())\"".utf8))])
      changes.events = [Sample.event("large")]
      changes.events[0].payload = ["text": .string(text)]
      changes.entries = [Sample.entry("large", 1, .agent(TextBlock(text)))]
      changes.answer = Sample.answer("large")
      changes.answer?.body = changes.states[0].body
      try await store.commit(changes)
      try await expectPresent(changes, in: store)
    },
    Promise(number: 28, name: "texts come back byte for byte, also with NUL and beyond the basic plane") { store in
      let texts = [
        "", "\u{0}", "a\u{0}b", "naïve 日本語 👩🏽‍💻 \u{1F9EA}", "'quoted\" \\ %_; DROP", "\r\n\t\u{1b}\u{7f}", "e\u{301}",
      ]
      for (index, text) in texts.enumerated() {
        let changes = strange(text, index)
        try await store.commit(changes)
        try await expectPresent(changes, in: store)
        try await expectSameBytes(changes, in: store)
        let query = StateQuery(Sample.kind, name: text)
        let named = try await store.read { try $0.states(query).map(\.key.id) }
        try BrokenPromise.unlessEqual(named, ["text-\(index)"], "the row of the name '\(text)'")
      }
    },
    Promise(number: 29, name: "names that only look alike are different names") { store in
      let names = ["caf\u{e9}", "cafe\u{301}", "café ", "CAFÉ", "café\u{0}"]
      for (index, name) in names.enumerated() {
        try await store.commit(changes { $0.claimed = [Claim(name: name, holder: "h\(index)")] })
      }
      for (index, name) in names.enumerated() {
        let holder = try await store.read { try $0.claim(name)?.holder }
        try BrokenPromise.unlessEqual(holder, "h\(index)", "the holder of name \(index)")
      }
    },
    Promise(number: 30, name: "numbers in JSON keep their size and precision") { store in
      var event = Sample.event("numbers")
      event.payload = [
        "max": .integer(.max), "min": .integer(.min), "unsigned": .unsigned(.max),
        "small": .number(.leastNonzeroMagnitude),
        "third": .number(1.0 / 3), "order": ["b": 1, "a": 2],
      ]
      let written = event
      try await store.commit(changes { $0.events = [written] })
      let found = try await store.read { try $0.events(EventQuery()).first?.payload }
      try BrokenPromise.unlessEqual(found?.serializedString(), event.payload.serializedString(), "the payload")
    },
    Promise(number: 31, name: "a store says the same about itself each time") { store in
      let first = try await store.metadata()
      try await store.commit(Sample.everything("one"))
      try BrokenPromise.unlessEqual(try await store.metadata(), first, "metadata")
      try BrokenPromise.unless(first.schemaVersion >= 1, "the schema's version is \(first.schemaVersion)")
      try BrokenPromise.unless(
        InstallationID(rawValue: first.installation.rawValue) != nil, "'\(first.installation)' is no installation's id")
    },
  ]

  /// Changes with a text wherever one fits.
  private static func strange(_ text: String, _ index: Int) -> Changes {
    let id = "text-\(index)"
    var changes = Sample.everything(id)
    changes.events[0].causation = text
    changes.events[0].correlation = text
    changes.events[0].tenant = text
    changes.events[0].actor = Actor(kind: .user, id: text)
    changes.events[0].payload = [text: .string(text)]
    changes.states[0].index.name = text
    changes.states[0].index.parent = text
    changes.states[0].index.status = text
    changes.owed[0].lane = text
    changes.owed[0].subject = text
    changes.owed[0].lastError = text
    changes.claimed = [Claim(name: "claim \(text)", holder: text)]
    changes.answer = StoredAnswer(
      key: CommandKey(actor: .owner, id: text), digest: text, body: Array("{}".utf8), at: Sample.at)
    changes.entries = [Sample.entry(id, 1, .agent(TextBlock(text, message: text)))]
    changes.entries[0].raw = .string(text)
    return changes
  }

  /// Swift's equality does not see how a letter is written; this looks at the bytes.
  private static func expectSameBytes(_ changes: Changes, in store: any Store) async throws {
    guard let state = changes.states.first, let claim = changes.claimed.first, let entry = changes.entries.first else {
      return
    }
    let pairs = try await store.read { reader -> [(String, String?)] in
      let found = try reader.entries(entry.session, after: 0, limit: 1).first
      var said: String?
      if case .agent(let block)? = found?.body { said = block.text }
      return [
        (state.index.parent ?? "", try reader.state(state.key)?.index.parent),
        (claim.holder, try reader.claim(claim.name)?.holder), (claim.holder, said),
      ]
    }
    for (expected, found) in pairs {
      try BrokenPromise.unlessEqual(found.map { Array($0.utf8) }, Array(expected.utf8), "the bytes of a text")
    }
  }
}
