// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import SAMAgentRuntime

/// Whoever waits is woken in time, and a wait that is given up costs nothing any more.
@Suite("Alarms", .timeLimit(.minutes(1)))
struct AlarmsTests {
  @Test func nobodyIsWokenTooEarly() async throws {
    let alarms = Alarms()
    try await withThrowingTaskGroup(of: Duration.self) { group in
      for milliseconds in [40, 5, 80, 20, 0, 60] {
        group.addTask {
          let start = ContinuousClock.now
          let wanted = Duration.milliseconds(milliseconds)
          try await alarms.sleep(for: wanted)
          return ContinuousClock.now - start - wanted
        }
      }
      for try await late in group { #expect(late >= .milliseconds(-1)) }
    }
    #expect(alarms.counts == (0, 0))
  }

  @Test func whoComesLaterAndIsDueEarlierIsNotKeptWaiting() async throws {
    let alarms = Alarms()
    let long = Task { try await alarms.sleep(for: .seconds(3600)) }
    try await until { alarms.counts.waiters == 1 }
    try await alarms.sleep(for: .milliseconds(10))
    #expect(alarms.counts == (1, 1))
    long.cancel()
    await #expect(throws: CancellationError.self) { try await long.value }
    #expect(alarms.counts.waiters == 0)
  }

  @Test func limitsThatWereNotReachedLeaveNothing() async throws {
    let alarms = Alarms()
    for _ in 0..<1000 {
      await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await alarms.sleep(for: .seconds(300)) }
        group.cancelAll()
        await #expect(throws: CancellationError.self) { try await group.next() }
      }
      let limit = Task { try await alarms.sleep(for: .seconds(300)) }
      await Task.yield()
      limit.cancel()
      await #expect(throws: CancellationError.self) { try await limit.value }
    }
    #expect(alarms.counts.waiters == 0)
    // The first of them set the only alarm; all later ones were due after it.
    #expect(alarms.counts.alarms <= 1)
  }

  private func until(_ condition: () -> Bool) async throws {
    while !condition() { try await Task.sleep(for: .milliseconds(1)) }
  }
}
