// SPDX-License-Identifier: Apache-2.0
import SAMCore
import SAMTestKit
import Synchronization
import Testing

/// The production drivers under chance: whatever the schedule, the promises hold.
@Suite(.timeLimit(.minutes(5))) struct DriverTests {
  /// How many seeds one test plays; several run side by side.
  private static let share: UInt64 = 50

  private struct Played: Sendable {
    var trace: ExecutorTrace
    var violations: [String]
    var coverage: [String: Int]
  }

  /// Plays one scene.
  private static func play(_ seed: UInt64, flaw: Flaw? = nil) throws -> Played {
    let found = Mutex<(violations: [String], coverage: [String: Int])>(([], [:]))
    let limits = SimulationExecutor.Limits(uptime: .seconds(flaw == nil ? 7200 : 300), jobs: 30_000)
    let trace = try SimulationExecutor.run(seed: seed, limits: limits) { run in
      let played = try await DriverScene(run: run, flaw: flaw).play()
      found.withLock { $0 = played }
    }
    let (violations, coverage) = found.withLock { $0 }
    return Played(trace: trace, violations: violations, coverage: coverage)
  }

  @Test(
    "Prompts end once, reach an agent at most once, and nobody waits for ever, whatever dies and whenever",
    arguments: 0..<4 as Range<UInt64>)
  func promises(part: UInt64) async {
    let seeds = part * Self.share..<(part + 1) * Self.share
    let scenes = await aside { seeds.map { seed in (seed, Result { try Self.play(seed) }) } }
    var hashes: Set<UInt64> = []
    var coverage: [String: Int] = [:]
    for (seed, scene) in scenes {
      guard case .success(let played) = scene else {
        Issue.record("\(scene)")
        continue
      }
      #expect(played.violations == [], "seed \(seed)")
      hashes.insert(played.trace.hash)
      coverage["jobs", default: 0] += played.trace.jobs
      coverage["virtual seconds", default: 0] += Int(played.trace.uptime.components.seconds)
      coverage.merge(played.coverage, uniquingKeysWith: +)
    }
    let figures = coverage.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
    print("drivers: seeds \(seeds), \(hashes.count) schedules, \(figures)")
    #expect(hashes.count > seeds.count / 3)
    for wanted in [
      "turns finished", "turns cancelled", "turns interrupted", "turns ambiguous", "turns failed", "approvals answered",
      "approvals void", "deaths", "power losses",
    ] {
      #expect(coverage[wanted, default: 0] > 0, "\(wanted): vacuous")
    }
  }

  @Test("The same seed is the same scene")
  func repeatable() async {
    let pairs = await aside { (0..<6).map { seed in (0..<2).map { _ in try? Self.play(seed).trace } } }
    for pair in pairs { #expect(pair[0] != nil && pair[0] == pair[1]) }
  }

  @Test("What is broken on purpose is found", arguments: Flaw.inScenes)
  func negativeControl(_ flaw: Flaw) async {
    let found = await aside { () -> String? in
      for seed: UInt64 in 0..<120 { if let what = Self.broken(seed, flaw) { return what } }
      return nil
    }
    print("drivers: \(flaw.rawValue) is found with \(found ?? "nothing")")
    #expect(found != nil)
  }

  /// What breaks in a scene with a flaw; nil when nothing does.
  private static func broken(_ seed: UInt64, _ flaw: Flaw) -> String? {
    do {
      return try play(seed, flaw: flaw).violations.first.map { "seed \(seed): \($0)" }
    } catch let failure as ExecutorFailure {
      return "seed \(seed): \(failure.code.rawValue), waiting for \(failure.waiting)"
    } catch {
      return "seed \(seed): \(error)"
    }
  }
}
