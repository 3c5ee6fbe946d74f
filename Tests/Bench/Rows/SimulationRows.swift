// SPDX-License-Identifier: Apache-2.0
import SAMTestKit

/// How fast the simulator runs the production code under drawn schedules.
enum SimulationRows {
  static func measure(_ table: Table, _ effort: Effort) async throws {
    let seeds = UInt64(effort.of(300, quick: 10))
    var (schedules, hours): ([Double], [Double]) = ([], [])
    for round in 0..<effort.of(5, quick: 1) {
      let first = UInt64(round) * seeds + 1
      let began = Clock.steady
      let campaign = await SimCampaign.run(seeds: first..<(first + seeds), width: 1)
      let seconds = (Clock.steady - began) / 1000
      guard campaign.failures.isEmpty else { throw BenchFailure(campaign.summary) }
      schedules.append(Double(seeds) / seconds)
      hours.append(campaign.simulated / .seconds(3600) / seconds)
    }
    table.row("simulator, schedules with all invariants checked, one core", Sample(schedules), "1/s")
    table.row("simulator, simulated time", Sample(hours), "h/s", digits: 2)
    table.note(
      "simulator: each schedule is a run of the production code from start to rest, with crashes and restarts, JSON and all; "
        + "docs/simulation.md.")
  }
}
