// SPDX-License-Identifier: Apache-2.0
import Foundation
import SAMCore
import SAMStorage
@testable import SAMTestKit
import Testing

/// The real store in the simulated world: the same runs, to the last bit.
@Suite struct SimulatedStoreTests {
  @Test("A schedule on SQLite, opened again at every start, is the same run as in memory")
  func same() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "sam-sim-\(UUID().uuidString)").path
    defer { #expect(throws: Never.self) { try FileManager.default.removeItem(atPath: folder) } }
    let seeds = (UInt64(1)...400).filter { SimScript(seed: $0).wantsSQLite }.prefix(6)
    #expect(seeds.count == 6)
    for seed in seeds {
      let durable = Simulation.run(seed: seed) { seed, _ in try SQLiteStore(directory: "\(folder)/\(seed)") }
      let memory = Simulation.run(seed: seed)
      #expect(durable.violations == [], "seed \(seed)")
      #expect(durable.hash == memory.hash, "seed \(seed): \(durable.events) and \(memory.events) events")
    }
  }
}
