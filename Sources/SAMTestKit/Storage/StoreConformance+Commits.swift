// SPDX-License-Identifier: Apache-2.0
internal import SAMCore
internal import Synchronization

/// Many callers at once, and those who listen.
extension StoreConformance {
  /// Notes what happened, in order.
  private final class Log<Line: Sendable>: Sendable {
    private let kept = Mutex<[Line]>([])
    var lines: [Line] { kept.withLock { $0 } }
    func note(_ line: Line) { kept.withLock { $0.append(line) } }
  }

  static let commits: [Promise] = [
    Promise(number: 22, name: "observers hear every commit, in order, with positions, before its caller returns") {
      store in
      enum Line: Equatable { case observed(Int64), returned(Int64) }
      let log = Log<Line>()
      let second = Log<Changes>()
      store.observeCommits { changes in
        for event in changes.events { log.note(.observed(event.position)) }
      }
      store.observeCommits { second.note($0) }
      try await withThrowingDiscardingTaskGroup { group in
        for index in 0..<40 {
          group.addTask {
            let event = Sample.event("o\(index)")
            try await store.commit(changes { $0.events = [event] })
            let found = try await store.read { try $0.events(EventQuery(aggregate: event.aggregate)) }
            log.note(.returned(found.first?.position ?? -1))
          }
        }
      }
      let observed = log.lines.compactMap { if case .observed(let position) = $0 { position } else { nil } }
      try BrokenPromise.unlessEqual(observed, Array(1...40), "the positions in the order of the observer's calls")
      for position in observed {
        let heard = log.lines.firstIndex(of: .observed(position)) ?? .max
        let returned = log.lines.firstIndex(of: .returned(position)) ?? -1
        try BrokenPromise.unless(heard < returned, "the caller of position \(position) returned before the observer")
      }
      try BrokenPromise.unlessEqual(
        second.lines.flatMap { $0.events.map(\.position) }, observed, "what a second observer hears")
    },
    Promise(number: 23, name: "observers hear nothing of what failed or changed nothing") { store in
      let log = Log<Changes>()
      store.observeCommits { log.note($0) }
      try await store.transact { _ in (Changes(), ()) }
      try await expectConflict("a row that is not there is changed") {
        try await store.commit(changes(states: [Sample.state("s", version: 9)]))
      }
      do {
        try await store.transact { _ -> (Changes, Void) in throw CancellationError() }
      } catch is CancellationError {}
      try BrokenPromise.unless(log.lines.isEmpty, "the observer heard \(log.lines.count) changes")
      let heard = Sample.everything("heard")
      try await store.commit(heard)
      var expected = heard
      expected.events[0].position = 1
      try BrokenPromise.unlessEqual(log.lines, [expected], "what the observer heard")
    },
    Promise(number: 24, name: "64 writers at once: each decision sees all before it, and none is lost") { store in
      try await withThrowingDiscardingTaskGroup { group in
        for _ in 0..<64 {
          group.addTask {
            for _ in 0..<5 {
              try await store.transact { reader in (try countUp("counter", reader), ()) }
            }
          }
        }
      }
      let row = try await store.read { try $0.state(Sample.key("counter")) }
      try BrokenPromise.unlessEqual(Sample.number(row), 320, "the counter")
      try BrokenPromise.unlessEqual(row?.version, 320, "its version")
    },
    Promise(number: 25, name: "a reader sees one picture, whatever is committed meanwhile") { store in
      try await withThrowingDiscardingTaskGroup { group in
        group.addTask {
          for _ in 0..<60 {
            try await store.transact { reader in
              var changes = try countUp("left", reader)
              changes.states += try countUp("right", reader).states
              changes.events = [Sample.event("left", sequence: changes.states.first?.version ?? 0)]
              return (changes, ())
            }
          }
        }
        for _ in 0..<20 {
          group.addTask {
            try await store.read { reader in
              let left = Sample.number(try reader.state(Sample.key("left")))
              for _ in 0..<50 {
                let right = Sample.number(try reader.state(Sample.key("right")))
                try BrokenPromise.unlessEqual(right, left, "the second row of one picture")
              }
              try BrokenPromise.unlessEqual(try reader.events(EventQuery()).count, left, "the facts of the picture")
            }
          }
        }
      }
    },
    Promise(number: 26, name: "a body without changes returns its result and changes nothing") { store in
      try await store.commit(Sample.everything("one"))
      let result = try await store.transact { reader in (Changes(), try reader.events(EventQuery()).count) }
      try BrokenPromise.unlessEqual(result, 1, "the result")
      try await expectPresent(Sample.everything("one"), in: store)
    },
  ]

  /// Changes that write the next number into a row.
  private static func countUp(_ id: String, _ reader: any StoreReader) throws -> Changes {
    let row = try reader.state(Sample.key(id))
    let next = Array("\(Sample.number(row) + 1)".utf8)
    return changes(states: [Sample.state(id, version: (row?.version ?? 0) + 1, body: next)])
  }
}
