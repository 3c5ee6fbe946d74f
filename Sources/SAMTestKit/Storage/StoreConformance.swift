// SPDX-License-Identifier: Apache-2.0
public import SAMCore

/// What a store must keep, as a suite that anybody can run against their own.
///
/// Every check gets a fresh store. What needs a crash or a power cut is not in here: a store's own tests must show that
/// what was answered is on disk.
public enum StoreConformance {
  struct Promise: Sendable {
    var number: Int
    var name: String
    var check: @Sendable (any Store) async throws -> Void
  }

  /// Runs all checks.
  /// - Parameters:
  ///   - title: what is checked, for the report.
  ///   - makeStore: makes an empty store.
  ///   - reopen: closes a store and opens its content again; nil for one that keeps nothing.
  public static func run(
    title: String = "store", makeStore: () async throws -> any Store,
    reopen: ((any Store) async throws -> any Store)? = nil
  ) async -> ConformanceReport {
    var checks: [ConformanceReport.Check] = []
    for promise in decisions + queries + ledgerAndEffects + transcripts + commits + values {
      let outcome = await Self.outcome { try await promise.check(makeStore()) }
      checks.append(.init(number: promise.number, name: promise.name, outcome: outcome))
    }
    var reopening = ConformanceReport.Outcome.skipped("no way to reopen was given")
    if let reopen {
      reopening = await outcome { try await survivesReopening(makeStore(), reopen: reopen) }
    }
    checks.append(
      .init(
        number: checks.count + 1, name: "everything is there after reopening, and the ledger goes on",
        outcome: reopening))
    return ConformanceReport(title: title, checks: checks)
  }

  private static func outcome(_ check: () async throws -> Void) async -> ConformanceReport.Outcome {
    do {
      try await check()
      return .kept
    } catch let broken as BrokenPromise {
      return .broken(broken.what)
    } catch {
      return .broken("unexpected error: \(error)")
    }
  }

  private static func survivesReopening(
    _ store: any Store, reopen: (any Store) async throws -> any Store
  ) async throws {
    let changes = Sample.everything("kept")
    try await store.commit(changes)
    let metadata = try await store.metadata()
    let again = try await reopen(store)
    try await expectPresent(changes, in: again)
    try BrokenPromise.unlessEqual(try await again.metadata(), metadata, "metadata")
    try await again.commit(Sample.everything("later"))
    let positions = try await again.read { try $0.events(EventQuery()).map(\.position) }
    try BrokenPromise.unlessEqual(positions, [1, 2], "positions")
  }
}

// MARK: Tools of the checks

extension Store {
  /// Commits ready-made changes.
  func commit(_ changes: Changes) async throws { try await transact { _ in (changes, ()) } }
}

extension StoreConformance {
  /// - Throws: unless the work is refused as a conflict.
  static func expectConflict(_ what: String, _ work: () async throws -> Void) async throws {
    do {
      try await work()
    } catch let rejection as Rejection {
      try BrokenPromise.unlessEqual(rejection.code, .conflict, "code of the rejection when \(what)")
      return
    }
    throw BrokenPromise(what: "no conflict when \(what)")
  }

  /// - Throws: unless all that changes wrote is in a store.
  static func expectPresent(_ changes: Changes, in store: any Store) async throws {
    try await store.read { reader in
      for event in changes.events {
        let found = try reader.events(EventQuery(aggregate: event.aggregate)).first { $0.sequence == event.sequence }
        var expected = event
        expected.position = found?.position ?? 0
        try BrokenPromise.unlessEqual(found, expected, "the event")
      }
      for row in changes.states { try BrokenPromise.unlessEqual(try reader.state(row.key), row, "the state row") }
      for row in changes.owed {
        try BrokenPromise.unlessEqual(try reader.effects(EffectQuery(id: row.id)), [row], "the effect")
      }
      for claim in changes.claimed { try BrokenPromise.unlessEqual(try reader.claim(claim.name), claim, "the claim") }
      if let answer = changes.answer {
        try BrokenPromise.unlessEqual(try reader.answer(answer.key), answer, "the answer")
      }
      for (session, position) in changes.streams {
        try BrokenPromise.unlessEqual(try reader.stream(session), position, "the stream's position")
      }
      for (session, entries) in Dictionary(grouping: changes.entries, by: \.session) {
        try BrokenPromise.unlessEqual(try reader.entries(session, after: 0, limit: 100), entries, "the entries")
      }
    }
  }

  /// - Throws: when anything that changes would have written is in a store.
  static func expectAbsent(_ changes: Changes, in store: any Store) async throws {
    try await store.read { reader in
      for event in changes.events {
        try BrokenPromise.unless(
          try reader.events(EventQuery(aggregate: event.aggregate)).isEmpty, "an event of a refused decision is there")
      }
      for row in changes.states {
        try BrokenPromise.unless(try reader.state(row.key) == nil, "a state row of a refused decision is there")
      }
      for row in changes.owed {
        try BrokenPromise.unless(
          try reader.effects(EffectQuery(id: row.id)).isEmpty, "an effect of a refused decision is there")
      }
      if let answer = changes.answer {
        try BrokenPromise.unless(try reader.answer(answer.key) == nil, "an answer of a refused decision is there")
      }
      for session in changes.streams.keys {
        try BrokenPromise.unlessEqual(
          try reader.stream(session), StreamPosition(), "the stream of a refused decision")
      }
      for entry in changes.entries {
        try BrokenPromise.unless(
          try reader.entries(entry.session, after: 0, limit: 100).isEmpty, "an entry of a refused decision is there")
      }
    }
  }
}
