// SPDX-License-Identifier: Apache-2.0
internal import Foundation

/// Many seeds, side by side on all cores, and what they add up to.
public struct SimCampaign: Sendable {
  /// How many runs.
  public private(set) var seeds = 0
  /// The runs in which something does not hold, in the order of their seeds.
  public private(set) var failures: [Simulation.Run] = []
  /// How many things happened.
  public private(set) var events = 0
  /// How many transactions were committed.
  public private(set) var commits = 0
  /// How many processes died.
  public private(set) var crashes = 0
  /// How long all of it took in the simulated world.
  public private(set) var simulated = Duration.zero
  /// What the runs have been through.
  public private(set) var coverage = SimCoverage()
  /// How much each invariant has seen.
  public private(set) var evidence: [String: Int] = [:]
  /// The hash of the hashes, in the order of the seeds.
  public private(set) var hash: UInt64 = 0

  private var hashes: [UInt64: UInt64] = [:]

  /// Nothing has run yet.
  public init() {}

  /// Runs seeds, until all are done or the task is cancelled.
  /// - Parameters:
  ///   - seeds: which.
  ///   - width: how many at a time.
  ///   - store: opens a durable store for those runs that want one.
  ///   - progress: sees what it adds up to, now and then; of what fails the latest comes last.
  /// - Returns: what those that were run add up to.
  public static func run(
    seeds: Range<UInt64>, width: Int, store: Simulation.StoreOpener? = nil, progress: (SimCampaign) -> Void = { _ in }
  ) async -> SimCampaign {
    var campaign = SimCampaign()
    await withTaskGroup(of: Simulation.Run.self) { group in
      var left = seeds
      func start() {
        guard !Task.isCancelled, let seed = left.popFirst() else { return }
        group.addTask { await onOwnThread { Simulation.run(seed: seed, store: store) } }
      }
      for _ in 0..<max(1, width) { start() }
      for await run in group {
        campaign.add(run)
        progress(campaign)
        start()
      }
    }
    campaign.failures.sort { $0.seed < $1.seed }
    for (_, hash) in campaign.hashes.sorted(by: { $0.key < $1.key }) {
      campaign.hash = (campaign.hash ^ hash) &* 0x0000_0100_0000_01b3
    }
    return campaign
  }

  /// Does long synchronous work on a thread of its own: those of tasks are few, and others need them meanwhile.
  private static func onOwnThread<Result: Sendable>(_ work: @escaping @Sendable () -> Result) async -> Result {
    await withCheckedContinuation { continuation in
      let thread = Thread { continuation.resume(returning: work()) }
      thread.stackSize = 8 << 20
      thread.start()
    }
  }

  private mutating func add(_ run: Simulation.Run) {
    seeds += 1
    if !run.violations.isEmpty { failures.append(run) }
    events += run.events
    commits += run.commits
    crashes += run.crashes
    simulated += run.simulated
    coverage.merge(run.coverage)
    for (id, count) in run.evidence { evidence[id, default: 0] += count }
    hashes[run.seed] = run.hash
  }

  /// How many things do not hold.
  public var violations: Int { failures.reduce(0) { $0 + $1.violations.count } }

  /// One line: what it adds up to.
  public var summary: String {
    let hours = simulated.components.seconds / 3600
    let vacuous = Self.invariants.filter { evidence[$0, default: 0] == 0 }
    let empty = vacuous.isEmpty ? "" : ", vacuous: \(vacuous.joined(separator: " "))"
    return "sim: \(seeds) seeds, \(violations) violations, \(events) events, \(commits) commits, \(crashes) crashes, "
      + "\(hours) simulated hours\(empty)"
  }

  /// All invariants, in order.
  public static let invariants = [
    "I1", "I2a", "I2b", "I3", "I4", "I5", "I6", "I7", "I8", "I9", "I10", "I11", "I12", "I13", "I14", "I15",
    "I16", "I17", "I18", "I19",
  ]
}

extension SimCoverage {
  /// What can happen to the answer of an effect.
  public static let mishaps = ["lost", "duplicate", "late", "reordered"]

  /// Arrows that were interrupted, and effects that suffered each mishap, less often than a number of times.
  public func gaps(below least: Int) -> [String] {
    let arrows = SimArrows.all.filter { arrowCrashes[$0, default: 0] < least }.map {
      "\($0): taken \(self.arrows[$0, default: 0]) times, interrupted \(arrowCrashes[$0, default: 0]) times"
    }
    let effects = Self.effectKinds.flatMap { kind in
      Self.mishaps.map { "\(kind) \($0)" }
    }.filter { self.effects[$0, default: 0] < least }.map { "\($0): \(self.effects[$0, default: 0]) times" }
    return arrows + effects
  }

  /// The table, for people: each arrow with how often it was taken and interrupted, each effect with its mishaps.
  public func table() -> [String] {
    var lines = ["| arrow | taken | interrupted by a crash |", "|---|---|---|"]
    lines += SimArrows.all.map { "| \($0) | \(arrows[$0, default: 0]) | \(arrowCrashes[$0, default: 0]) |" }
    lines += ["", "| effect | lost | duplicate | late | reordered |", "|---|---|---|---|---|"]
    lines += Self.effectKinds.map { kind in
      "| \(kind) | " + Self.mishaps.map { "\(effects["\(kind) \($0)", default: 0])" }.joined(separator: " | ") + " |"
    }
    return lines
  }

  static let effectKinds = [
    "prepareWorkspace", "deliverPrompt", "cancelTurn", "answerApproval", "publishWork", "endSession", "attachSession",
    "saveWork", "createMachine", "findMachine", "destroyMachine", "sweep", "timer.boot", "timer.lost", "timer.warm",
    "timer.supply", "timer.approval", "timer.quota",
  ]
}
