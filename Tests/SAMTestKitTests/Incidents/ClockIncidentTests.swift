// SPDX-License-Identifier: Apache-2.0
import SAMCore
@testable import SAMTestKit
import Testing

/// Machines that went too early, because a clock was wrong or somebody came at the last moment.
@Suite("Incidents: machines that go too early")
struct ClockIncidentTests {
  /// After a suspend, or a wrong time server, all timers seemed to have run out.
  @Test("a wall clock that jumps by a day destroys no warm machine", arguments: [86_400, -86_400], [false, true])
  func jump(_ seconds: Int, withRestart: Bool) {
    let incident = Incident(warmSeconds: 600)
    incident.ask("write it")
    #expect(incident.reach { incident.machines.first?.state == .idle })
    incident.world.run(seconds: 5)
    incident.world.perform(.jump(seconds: seconds))
    if withRestart { incident.world.perform(.crashControl) }
    incident.world.run(seconds: 45)
    #expect(incident.calls(.destroy).isEmpty)
    incident.ask("and this")
    #expect(incident.reach { incident.state("and this") == .finished })
    #expect(incident.made.count == 1, "the warm machine has done it")
    #expect(incident.end() == [])
    #expect(incident.made.count == 1)
  }

  /// The same, in the moment between the commit that sets the timer and the dispatcher that takes it in: a suspend can
  /// fall there.
  @Test(
    "a wall clock that jumps as a timer is set neither hurries nor holds up that timer", arguments: [86_400, -86_400])
  func jumpAsItIsSet(_ seconds: Int) {
    let incident = Incident(warmSeconds: 600)
    incident.ask("write it")
    #expect(incident.reach { incident.machines.first?.state == .idle })
    incident.world.perform(.jump(seconds: seconds))
    incident.world.run(seconds: 590)
    #expect(incident.calls(.destroy).isEmpty)
    incident.world.run(seconds: 60)
    #expect(incident.calls(.destroy).count == 1)
  }

  /// A session that was resumed while its machine was being given back: both happened
  /// (anomalyco/opencode#49239, anthropics/claude-code#74689).
  @Test("a prompt that comes as its machine is given back either runs, or is refused with what to do")
  func lastMoment() throws {
    var outcomes: Set<String> = []
    let calm = Incident(warmSeconds: 60)
    calm.ask("write it")
    #expect(calm.reach { calm.machines.first?.state == .draining || calm.machines.first?.state == .destroying })
    let moment = calm.world.now / 1000
    for offset in stride(from: Int64(-60), through: 60, by: 3) {
      let incident = Incident(warmSeconds: 60)
      incident.ask("write it")
      incident.world.run(to: moment + offset)
      try incident.say("go on", after: "write it")
      let isAccepted = incident.state("go on") != nil
      #expect(incident.end() == [], "at \(offset) ms")
      if isAccepted {
        #expect(incident.state("go on") == .finished, "at \(offset) ms")
        #expect(incident.world.remote.pushes == 2)
      } else {
        #expect(incident.taken("go on") == 0)
      }
      outcomes.insert(isAccepted ? "runs" : "refused")
    }
    #expect(outcomes == ["runs", "refused"], "both happened")
  }
}
