// SPDX-License-Identifier: Apache-2.0
import SAMCore
@testable import SAMTestKit
import Testing

/// I12: one item fails for ever, and every other one advances as if it were not there.
@Suite("One poisoned item")
struct StarvationTests {
  static let words = (1...4).map { "task \($0)" }

  private func start(_ change: (inout SimPlan) -> Void = { _ in }) -> Incident {
    Incident { plan in
      plan.agents = [
        SimPlan.Agent(machine: MachineWish(provider: "sim", warmSeconds: 60, limit: 4)),
        SimPlan.Agent(machine: MachineWish(provider: "dead", warmSeconds: 60)),
      ]
      change(&plan)
    }
  }

  private func isDone(_ incident: Incident, but poisoned: String? = nil) -> Bool {
    Self.words.allSatisfy { $0 == poisoned || incident.task($0)?.state == .completed }
      && incident.machines.allSatisfy { $0.state == .gone || incident.world.poison.machines.contains($0.id) }
  }

  /// How long it takes until everything is done and gone when nothing is poisoned, in seconds.
  private func undisturbed() -> Int64 {
    let incident = start()
    for text in Self.words { incident.ask(text) }
    #expect(incident.reach(within: 3_600) { isDone(incident) })
    return incident.world.now / 1_000_000
  }

  @Test("a machine whose removal always fails holds up no other machine and no task")
  func machine() throws {
    let bound = undisturbed() + 3 * 60
    let incident = start()
    incident.ask(Self.words[0])
    #expect(incident.reach { incident.machines.first?.state == .ready })
    let poisoned = try #require(incident.machines.first)
    incident.world.poison.machines = [poisoned.id]
    for text in Self.words.dropFirst() { incident.ask(text) }
    #expect(incident.reach(within: bound) { isDone(incident) })
    incident.world.run(seconds: 7_200)
    #expect(incident.world.find(Machine.self, poisoned.id)?.state == .destroying)
    #expect(incident.billed.count == 1, "only that one is billed")
    incident.ask("after that")
    #expect(incident.reach(within: 120) { incident.state("after that") == .finished })
    incident.world.othersCameToRest()
    #expect(incident.end() == [])
    #expect(incident.world.checks.evidence.contains { $0.id == "I12" && $0.count == 1 })
  }

  @Test("a session whose requests never get through holds up no other one on the same machine")
  func session() throws {
    let bound = undisturbed() + 3 * 60
    let incident = start { $0.agents[0].machine = MachineWish(provider: "sim", slots: 4, warmSeconds: 60) }
    for text in Self.words { incident.ask(text) }
    #expect(incident.reach { incident.turn(Self.words[1]) != nil })
    let turn = try #require(incident.turn(Self.words[1]))
    incident.world.poison.sessions = [turn.session]
    let others = Self.words.filter { $0 != turn.text }
    #expect(incident.reach(within: bound) { others.allSatisfy { incident.task($0)?.state == .completed } })
    // For so long that a bound on attempts would be reached.
    incident.world.run(seconds: 10_800)
    #expect(incident.state(turn.text) == .delivering)
    incident.world.othersCameToRest()
    #expect(incident.end() == [])
    #expect(incident.state(turn.text) == .finished, "when it gets through again, it runs")
  }

  @Test("a provider that is always out of order holds up no other one")
  func provider() {
    let bound = undisturbed() + 3 * 60
    let incident = start()
    incident.world.poison.provider = "dead"
    incident.world.crashControl("to be configured anew")
    #expect(incident.reach { incident.world.control.isUp })
    incident.world.run(seconds: 1)
    incident.ask("never", agent: 1)
    for text in Self.words { incident.ask(text) }
    #expect(incident.reach(within: bound) { isDone(incident, but: "never") })
    incident.world.run(seconds: 7_200)
    let task = incident.task("never")
    #expect(task?.state == .queued)
    guard case .capacity(let reason) = task?.waiting else {
      Issue.record("it says what it waits for")
      return
    }
    #expect(reason.contains("dead"))
    incident.world.othersCameToRest()
    if let task { incident.world.order(.cancelTask(task.id)) }
    #expect(incident.end() == [])
  }
}
