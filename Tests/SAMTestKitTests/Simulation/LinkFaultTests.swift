// SPDX-License-Identifier: Apache-2.0
@testable import SAMTestKit
import Testing

/// What happens to a link in the simulated world is found out by the ends that production runs, and by nobody else.
@Suite struct LinkFaultTests {
  /// What one fault did to the connection that it hit.
  private struct Fate {
    var isHit = false
    var atControl: String?
    var atMachine: String?
    var violations: [String]
  }

  /// Runs a task on a machine and lets something happen to its connection, a minute later.
  private func fate(_ seed: UInt64, _ step: SimScript.Step, _ hit: String) -> Fate {
    var script = SimScript(seed: seed)
    script.faults = SimFaults()
    script.faults.areOn = false
    script.faults.silentCut = 1
    script.wantsSQLite = false
    // Somebody comes two hours later, so that the run does not end before.
    script.steps = [(1_000, .task(agent: 2)), (60_000, step), (61_000, .prompt(pick: 0)), (7_200_000, .task(agent: 0))]
    let run = Simulation.run(script, isTraced: true)
    var fate = Fate(violations: run.violations)
    guard let line = run.trace.firstIndex(where: { $0.contains(hit) }) else { return fate }
    fate.isHit = true
    let words = run.trace[line].split(separator: " ")
    let number = words.firstIndex(of: "connection").map { String(words[$0 + 1]) } ?? "?"
    for line in run.trace[line...] where line.contains("connection \(number) ends at") {
      let reason = line.split(separator: ": ").last.map(String.init)
      if line.contains("control plane:") { fate.atControl = reason } else { fate.atMachine = reason }
    }
    return fate
  }

  private let silence = "nothing was heard of the other side for 30 s"

  @Test("A partition of an hour is noticed by both sides, by silence alone")
  func partition() {
    var hits = 0
    for seed in 1...8 as ClosedRange<UInt64> {
      let fate = fate(seed, .partition(pick: 0, seconds: 3_600), "is silent for")
      #expect(fate.violations == [], "seed \(seed)")
      guard fate.isHit else { continue }
      hits += 1
      #expect(fate.atControl == silence && fate.atMachine == silence, "seed \(seed)")
    }
    #expect(hits > 0)
  }

  @Test("A partition of some seconds costs no connection")
  func shortPartition() {
    var kept = 0
    for seed in 1...8 as ClosedRange<UInt64> {
      let fate = fate(seed, .partition(pick: 0, seconds: 8), "is silent for")
      #expect(fate.violations == [], "seed \(seed)")
      // It ends when its machine does.
      #expect(fate.atMachine == nil, "seed \(seed)")
      if fate.isHit { kept += 1 }
    }
    #expect(kept > 0)
  }

  @Test("A connection that breaks without a word is not believed in for ever, on neither side")
  func halfOpen() {
    var hits = 0
    for seed in 1...8 as ClosedRange<UInt64> {
      let fate = fate(seed, .cutLink(pick: 0), "breaks")
      #expect(fate.violations == [], "seed \(seed)")
      guard fate.isHit, fate.atMachine != nil else { continue }
      hits += 1
      // Unless the machine has called anew in the meantime.
      #expect(fate.atMachine == silence && (fate.atControl == silence || fate.atControl?.contains("anew") == true))
    }
    #expect(hits > 0)
  }
}
