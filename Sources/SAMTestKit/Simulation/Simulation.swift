// SPDX-License-Identifier: Apache-2.0
public import SAMCore

/// Runs the production code in a simulated world, from a seed: with faults at every step, and a check after each.
///
/// ```swift
/// let run = Simulation.run(seed: 42)
/// if let violation = run.violations.first { print(run.seed, violation) }
/// ```
public enum Simulation {
  /// Opens the durable store of a run: an empty one for the first life of the simulated process, and what that left for
  /// every later one.
  public typealias StoreOpener = @Sendable (_ seed: UInt64, _ life: Int) throws -> any SynchronousStore

  /// What came of one run.
  public struct Run: Sendable {
    /// The seed.
    public var seed: UInt64
    /// What does not hold; empty = all is well. Each begins with the invariant's name and a colon.
    public var violations: [String]
    /// The hash of all that happened: the same for the same seed, in every process and every build.
    public var hash: UInt64
    /// What happened, in words, when that was wanted.
    public var trace: [String]
    /// The steps of its script, in words.
    public var script: [String]
    /// Whether nothing went wrong in it but what people did: what is promised without faults must hold.
    public var isCalm: Bool
    /// How long it took in the simulated world.
    public var simulated: Duration
    /// How many things happened.
    public var events: Int
    /// How many transactions were committed.
    public var commits: Int
    /// How many processes died.
    public var crashes: Int
    /// What it has been through.
    public var coverage: SimCoverage
    /// How much each invariant has seen; 0 = its promise is vacuous in this run.
    public var evidence: [(id: String, count: Int)]

    /// The invariants that do not hold.
    public var broken: [String] {
      var seen: [String] = []
      for violation in violations {
        let id = String(violation.prefix { $0 != ":" })
        if !seen.contains(id) { seen.append(id) }
      }
      return seen
    }
  }

  /// Runs one seed.
  /// - Parameters:
  ///   - seed: the seed.
  ///   - isTraced: whether it says what happened, in words.
  ///   - store: opens a durable store for those runs, about one in twenty, that want one; nil = all are in memory.
  public static func run(seed: UInt64, isTraced: Bool = false, store: StoreOpener? = nil) -> Run {
    run(SimScript(seed: seed), isTraced: isTraced, store: store)
  }

  /// Runs a script.
  static func run(_ script: SimScript, isTraced: Bool = false, store: StoreOpener? = nil) -> Run {
    let installation = InstallationID(trusted: "sam_simulated")
    let memory = InMemoryStore(
      metadata: StoreMetadata(installation: installation, restoreGeneration: 0, schemaVersion: 1))
    let world: SimWorld
    if script.wantsSQLite, let store {
      let open = { life in try store(script.seed, life) }
      do {
        world = SimWorld(
          script: script, store: try open(1), reopen: open, installation: installation, isRecorded: isTraced)
      } catch {
        world = SimWorld(script: script, store: memory, installation: installation, isRecorded: isTraced)
        world.violated("store", "the durable store cannot be opened: \(error)")
        return Run(world)
      }
    } else {
      world = SimWorld(script: script, store: memory, installation: installation, isRecorded: isTraced)
    }
    world.run()
    return Run(world)
  }

  /// Runs a seed that does not hold with ever fewer steps, as long as the same invariant does not hold.
  /// - Returns: the shortest run that was found, in words; the seed's own run when it holds.
  public static func shrink(seed: UInt64, store: StoreOpener? = nil) -> Run {
    var script = SimScript(seed: seed)
    var best = run(script, store: store)
    guard let broken = best.broken.first else { return best }
    var size = max(1, script.steps.count / 2)
    var attempts = 0
    while attempts < 200 {
      var isShorter = false
      var start = 0
      while start < script.steps.count, attempts < 200 {
        var shorter = script
        shorter.steps.removeSubrange(start..<min(start + size, script.steps.count))
        attempts += 1
        let run = run(shorter, store: store)
        if run.broken.contains(broken) {
          (script, best, isShorter) = (shorter, run, true)
        } else {
          start += size
        }
      }
      if size == 1, !isShorter { break }
      size = max(1, size / 2)
    }
    return run(script, isTraced: true, store: store)
  }
}

extension Simulation.Run {
  init(_ world: SimWorld) {
    self.init(
      seed: world.script.seed, violations: world.checks.violations, hash: world.trace.hash, trace: world.trace.lines,
      script: world.script.steps.map { "\(Double($0.at) / 1000) s  \($0.step)" }, isCalm: !world.script.faults.areOn,
      simulated: .microseconds(world.now),
      events: world.events, commits: world.commits, crashes: world.crashes, coverage: world.coverage,
      evidence: world.checks.evidence)
  }
}
