// SPDX-License-Identifier: Apache-2.0
public import SAMCore

/// Runs the production code in a simulated world, from a seed: with faults at every step, and a check after each.
///
/// ```swift
/// let run = Simulation.run(seed: 42)
/// if let violation = run.violations.first { print(run.seed, violation) }
/// ```
public enum Simulation {
  /// What came of one run.
  public struct Run: Sendable {
    /// The seed.
    public var seed: UInt64
    /// What does not hold; empty = all is well.
    public var violations: [String]
    /// The hash of all that happened: the same for the same seed, everywhere.
    public var hash: UInt64
    /// What happened, in words, when that was wanted.
    public var trace: [String]
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
    /// How much each invariant has seen.
    public var evidence: [(id: String, count: Int)]
  }

  /// Runs one seed.
  /// - Parameters:
  ///   - seed: the seed.
  ///   - isTraced: whether it says what happened, in words.
  ///   - store: makes the store of a run that wants a durable one; nil = all stores are in memory.
  public static func run(
    seed: UInt64, isTraced: Bool = false, store: ((InstallationID) -> (any SynchronousStore)?)? = nil
  ) -> Run {
    run(SimScript(seed: seed), isTraced: isTraced, store: store)
  }

  static func run(
    _ script: SimScript, isTraced: Bool = false, store: ((InstallationID) -> (any SynchronousStore)?)? = nil
  ) -> Run {
    let installation = InstallationID(trusted: "sam_simulated")
    var made: (any SynchronousStore)?
    if script.wantsSQLite { made = store?(installation) }
    let memory = InMemoryStore(
      metadata: StoreMetadata(installation: installation, restoreGeneration: 0, schemaVersion: 1))
    let world = SimWorld(script: script, store: made ?? memory, installation: installation, isRecorded: isTraced)
    world.run()
    return Run(world)
  }
}

extension Simulation.Run {
  init(_ world: SimWorld) {
    self.init(
      seed: world.script.seed, violations: world.checks.violations, hash: world.trace.hash, trace: world.trace.lines,
      simulated: .microseconds(world.now), events: world.events, commits: world.commits, crashes: world.crashes,
      coverage: world.coverage, evidence: world.checks.evidence)
  }
}
