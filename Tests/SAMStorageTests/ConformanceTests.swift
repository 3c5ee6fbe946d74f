// SPDX-License-Identifier: Apache-2.0
import SAMCore
import SAMStorage
import SAMTestKit
import Testing

@Suite("Every store keeps what a store promises")
struct ConformanceTests {
  @Test("the SQLite store")
  func sqlite() async throws {
    let place = try Scratch()
    let report = await StoreConformance.run(
      title: "SQLiteStore",
      makeStore: { try SQLiteStore(directory: place.fresh()) },
      reopen: { store in
        guard let store = store as? SQLiteStore else { return store }
        try store.close()
        return try SQLiteStore(directory: store.directory)
      })
    print(report)
    #expect(report.conforms, "\(report)")
    #expect(report.checks.count == 32)
  }

  @Test("the store in memory")
  func inMemory() async {
    let report = await StoreConformance.run(
      title: "InMemoryStore", makeStore: { InMemoryStore() },
      reopen: { ($0 as? InMemoryStore)?.durableCopy() ?? $0 })
    print(report)
    #expect(report.conforms, "\(report)")
  }

  @Test("without a way to reopen, that check says so")
  func skipsReopening() async {
    let report = await StoreConformance.run(makeStore: { InMemoryStore() })
    #expect(report.conforms)
    #expect(report.checks.last?.outcome == .skipped("no way to reopen was given"))
  }

  @Test(
    "a store with one fault breaks exactly the promises that the fault touches", arguments: FaultyStore.Fault.allCases)
  func negativeControl(_ fault: FaultyStore.Fault) async {
    let report = await StoreConformance.run(
      title: "\(fault)", makeStore: { FaultyStore(fault) },
      reopen: { ($0 as? FaultyStore)?.reopened() ?? $0 })
    #expect(report.broken == fault.breaks, "\(report)")
  }
}
