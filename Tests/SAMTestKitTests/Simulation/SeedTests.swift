// SPDX-License-Identifier: Apache-2.0
import Foundation
@testable import SAMCore
@testable import SAMTestKit
import Synchronization
import Testing

/// The production code under drawn schedules: whatever goes wrong, the promises hold.
@Suite struct SeedTests {
  /// How many seeds; `SAM_SIM_SEEDS` sets it.
  static var count: UInt64 {
    ProcessInfo.processInfo.environment["SAM_SIM_SEEDS"].flatMap { UInt64($0) } ?? 240
  }

  @Test("No promise is broken in any of some hundred schedules with faults at every step")
  func seeds() async {
    let campaign = await SimCampaign.run(seeds: 1..<(Self.count + 1), width: 2)
    print(campaign.summary)
    for run in campaign.failures {
      Issue.record("seed \(run.seed): \(run.violations.prefix(3)); samctl sim --seed \(run.seed) --shrink")
    }
    let vacuous = SimCampaign.invariants.filter { campaign.evidence[$0, default: 0] == 0 }
    #expect(Set(vacuous).isSubset(of: ["I6"]), "every other invariant has seen something")
    #expect(campaign.crashes > Int(Self.count) * 5, "the schedules are not harmless")
  }

  @Test(
    "Seeds that once broke a promise, or seemed to",
    arguments: [
      UInt64(208), 1306, 1735, 2645, 2819, 2995, 4420, 7350, 8013, 10890, 12253, 12557, 13141, 14319, 15045, 15165,
      15452, 15877, 16421, 16558, 17317, 19117, 8150, 8395, 14635, 19341,
    ])
  func old(_ seed: UInt64) { #expect(Simulation.run(seed: seed).violations == []) }

  @Test("The same seed is the same run, again and again", arguments: [UInt64(3), 17, 42, 99])
  func repeats(_ seed: UInt64) {
    let (first, second) = (Simulation.run(seed: seed), Simulation.run(seed: seed, isTraced: true))
    #expect(first.hash == second.hash, "also when it is traced")
    #expect(first.events == second.events && first.commits == second.commits)
    #expect(Simulation.run(seed: seed + 1).hash != first.hash)
  }

  @Test("A script without faults ends with all work done")
  func calm() {
    var script = SimScript(seed: 5)
    script.faults = SimFaults()
    script.faults.areOn = false
    script.steps = (0..<5).map { (Int64($0 + 1) * 1_000, .task(agent: $0)) }
    let run = Simulation.run(script)
    #expect(run.violations == [])
    #expect(run.coverage.arrows["task running –complete→ completed", default: 0] >= 4)
    #expect(run.coverage.arrows["machine destroying –finish→ gone", default: 0] >= 1)
  }
}

/// Schedules that once broke a promise, by hand, so that they mean the same when the generator changes.
@Suite struct OldFailureTests {
  /// One schedule, run with some seeds so that latencies and answers differ.
  private func holds(
    _ steps: [(Int64, SimScript.Step)], calm: Bool = true, seeds: ClosedRange<UInt64> = 1...12,
    _ name: String, _ check: (Simulation.Run) -> Bool = { _ in true }
  ) {
    var reached = 0
    for seed in seeds {
      var script = SimScript(seed: seed)
      if calm {
        script.faults = SimFaults()
        script.faults.latency = 400
      }
      script.wantsSQLite = false
      script.steps = steps.map { (at: $0.0, step: $0.1) }
      let run = Simulation.run(script)
      #expect(run.violations == [], "\(name), seed \(seed)")
      if check(run) { reached += 1 }
    }
    #expect(reached > 0, "\(name): the schedule reaches what it is about")
  }

  private func took(_ arrow: String) -> (Simulation.Run) -> Bool { { $0.coverage.arrows[arrow, default: 0] > 0 } }

  @Test("A machine that vanishes while the control plane is down is not waited for forever")
  func vanishedMeanwhile() {
    holds(
      [(1_000, .task(agent: 2)), (90_000, .crashControl), (90_001, .vanish(pick: 0)), (200_000, .prompt(pick: 0))],
      "vanished meanwhile", took("machine lost –destroy→ destroying"))
  }

  @Test("A wall clock that jumps back by a day holds nothing up")
  func jumpBack() {
    holds(
      [(1_000, .task(agent: 2)), (1_500, .crashControl), (1_600, .jump(seconds: -90_000)), (200_000, .task(agent: 3))],
      "jump back")
  }

  @Test("A wall clock that jumps ahead by a day destroys nothing that is in use")
  func jumpAhead() {
    holds(
      [
        (1_000, .task(agent: 2)), (70_000, .jump(seconds: 90_000)), (71_000, .crashControl), (72_000, .prompt(pick: 0)),
      ],
      "jump ahead")
  }

  @Test("Work of an attempt that was retried is saved before its machine goes")
  func retriedWork() {
    holds(
      [
        (1_000, .task(agent: 2)), (60_000, .killAgent(pick: 0)), (64_000, .cancelTask(pick: 0)),
        (70_000, .retryTask(pick: 0)),
      ], calm: false, seeds: 1...40, "retried work", took("task cancelled –retry→ queued"))
  }

  @Test("A store that is older than its machines touches none of them until a person confirms")
  func restored() {
    holds(
      [
        (1_000, .task(agent: 2)), (2_000, .backup), (60_000, .task(agent: 3)), (150_000, .restore),
        (400_000, .task(agent: 2)),
      ], calm: false, seeds: 1...20, "restored", took("cloud held –confirm→ open"))
  }

  @Test("A machine that is silent for an hour ends its turn in another epoch, and comes back")
  func silentMachine() {
    holds(
      [(1_000, .task(agent: 2)), (60_000, .partition(pick: 0, seconds: 3_600)), (70_000, .prompt(pick: 0))],
      calm: false, seeds: 1...20, "silent machine", took("machine ready –lose→ lost"))
  }
}

/// A store that forgets, so that it can be shown that the checks see it.
final class ForgetfulStore: SynchronousStore {
  private let store = InMemoryStore()
  private let forgets: @Sendable (Changes) -> Bool

  init(_ forgets: @escaping @Sendable (Changes) -> Bool) { self.forgets = forgets }

  func transactNow<Result>(_ body: (any StoreReader) throws -> (Changes, Result)) throws -> Result {
    try store.transactNow { reader in
      var (changes, result) = try body(reader)
      // What was owed is lost on its way to the disk.
      if forgets(changes) { changes.owed = [] }
      return (changes, result)
    }
  }

  func transact<Result: Sendable>(
    _ body: @escaping @Sendable (any StoreReader) throws -> (Changes, Result)
  ) async throws -> Result { try transactNow(body) }

  func read<Result: Sendable>(
    _ body: @escaping @Sendable (any StoreReader) throws -> Result
  ) async throws -> Result { try await store.read(body) }

  func observeCommits(_ observer: @escaping @Sendable (Changes) -> Void) { store.observeCommits(observer) }
  func metadata() async throws -> StoreMetadata { try await store.metadata() }
}

@Suite struct ShrinkTests {
  @Test("A run that breaks a promise is shortened to what it needs, and still breaks the same one")
  func shrinks() throws {
    // One effect in all is forgotten: that of the first prompt's delivery.
    let disk = Mutex<ForgetfulStore?>(nil)
    let open: Simulation.StoreOpener = { _, life in
      disk.withLock { disk in
        if let disk, life > 1 { return disk }
        let store = ForgetfulStore { changes in
          changes.owed.contains { if case .deliverPrompt = $0.effect { true } else { false } }
        }
        disk = store
        return store
      }
    }
    // In some schedules a restart happens to heal it.
    let seeds = (UInt64(1)...400).lazy.filter {
      SimScript(seed: $0).wantsSQLite && SimScript(seed: $0).steps.count > 15
    }
    let (seed, long) = try #require(
      seeds.prefix(5).map { ($0, Simulation.run(seed: $0, store: open)) }.first { $0.1.broken != [] },
      "the checks see it")
    let short = Simulation.shrink(seed: seed, store: open)
    #expect(short.broken.contains(try #require(long.broken.first)))
    #expect(short.script.count < long.script.count / 2, "\(long.script.count) steps became \(short.script.count)")
    #expect(short.trace.contains { $0.contains("VIOLATED") }, "a person can read what happened")
    print("\(long.script.count) steps became \(short.script.count): \(short.violations.prefix(1))")
  }
}
