// SPDX-License-Identifier: Apache-2.0
@testable import SAMTestKit
import Testing

/// Something dies at every place of a small run: before and after every write of the store, before and after every
/// request and answer, after every action of a session's host and every step of an agent.
@Suite("Crash points")
struct CrashPointTests {
  static let scenarios: [CrashScenario] =
    CrashScenario.Agent.all.flatMap { agent in
      [
        .prompt(agent, asks: false, isElsewhere: false), .prompt(agent, asks: false, isElsewhere: true),
        .prompt(agent, asks: true, isElsewhere: false),
      ]
    }
    + [.prompt(CrashScenario.Agent.all[0], asks: true, isElsewhere: true)]
    + [.create(isLate: false), .create(isLate: true), .destroy(isLate: false), .destroy(isLate: true)]

  @Test("nothing is lost, repeated, leaked or doubled, wherever something dies", arguments: scenarios)
  func everyPlace(_ scenario: CrashScenario) async {
    let clock = ContinuousClock()
    let start = clock.now
    let report = await aside { CrashPoints(scenario) }
    print(report.line, clock.now - start)
    #expect(report.flaws.prefix(8) == [])
    #expect(report.points.count > 20)
    #expect(report.lost.isEmpty)
    #expect(report.repeated.isEmpty)
    #expect(report.ambiguous == report.unknowable)
    if scenario.subject == .prompt {
      #expect(!report.ambiguous.isEmpty, "something dies between the hand-over and the first evidence at least once")
    } else {
      #expect(report.ambiguous.isEmpty)
    }
  }
}
