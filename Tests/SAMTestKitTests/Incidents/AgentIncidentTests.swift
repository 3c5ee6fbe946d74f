// SPDX-License-Identifier: Apache-2.0
import SAMCore
@testable import SAMTestKit
import Testing

/// Agents of whom the wrong thing was believed, and work that went with them.
@Suite("Incidents: agents and their work")
struct AgentIncidentTests {
  /// A healthy agent was declared dead after a short silence and its result rejected (stablyai/orca#18368,
  /// sipyourdrink-ltd/bernstein#3012).
  @Test("an agent that is out of reach for some minutes is not declared dead, and its result counts")
  func shortSilence() throws {
    let incident = Incident()
    incident.ask("write it")
    #expect(incident.reach { incident.state("write it") == .started })
    incident.world.perform(.partition(pick: 0, seconds: 480))
    incident.world.run(seconds: 400)
    #expect(incident.state("write it") == .started)
    #expect(incident.machines.first?.state == .lost)
    #expect(incident.reach { incident.task("write it")?.state == .completed })
    #expect(incident.world.remote.pushes == 1)
    #expect(incident.made.count == 1)
    #expect(incident.end() == [])
  }

  /// The other half of it: one that was given up came back, and its late result was taken for the present one's.
  @Test("what an agent says that was given up is refused, and its session goes on in a new epoch")
  func lateResult() throws {
    let incident = Incident()
    incident.ask("write it")
    #expect(incident.reach { incident.state("write it") == .started })
    let machine = try incident.running()
    incident.world.perform(.partition(pick: 0, seconds: 1_500))
    #expect(incident.reach(within: 1_000) { incident.state("write it") == .interrupted })
    let session = try #require(incident.turn("write it")).session
    let journal = try #require(incident.world.machines[machine]?.journals[session])
    let hasEnded = journal.records.contains {
      if case .item(let item) = $0, case .ended(.finished) = item.content { true } else { false }
    }
    #expect(hasEnded, "the agent has finished, and the machine is about to say so")
    #expect(incident.reach(within: 1_500) { incident.machines.first?.state == .ready })
    incident.world.run(seconds: 60)
    #expect(incident.state("write it") == .interrupted)
    #expect(incident.world.remote.pushes == 0)
    try incident.say("go on", after: "write it")
    #expect(incident.reach { incident.task("write it")?.state == .completed })
    let entries = try incident.world.read { try $0.entries(session, after: 0, limit: 1_000) }
    #expect(entries.map(\.epoch) == entries.map(\.epoch).sorted())
    #expect(incident.world.remote.pushes == 1)
    #expect(incident.end() == [])
  }

  /// An agent's process had died and its task was shown as running for ever (realproject7/quadwork#1039,
  /// defilantech/LLMKube#542).
  @Test("a task whose agent dies, or whose machine is gone, is not shown as running", arguments: [true, false])
  func deadAgent(isMachineGone: Bool) throws {
    let incident = Incident { $0.acts = [.take, .say, .hang] }
    incident.ask("write it")
    #expect(incident.reach { incident.state("write it") == .started })
    if isMachineGone {
      incident.world.perform(.vanish(pick: 0))
    } else {
      incident.world.perform(.killAgent(pick: 0))
    }
    #expect(incident.reach(within: isMachineGone ? 900 : 10) { incident.task("write it")?.state == .failed })
    #expect(incident.end() == [])
  }

  /// The process lives and does nothing any more: the turn never ended (anthropics/claude-code#94012,
  /// Yeachan-Heo/gajae-code#5107).
  @Test("an agent that hangs is said to be silent, and a cancel ends it")
  func hangs() throws {
    let incident = Incident { $0.acts = [.take, .say, .hang] }
    incident.ask("write it")
    #expect(
      incident.reach(within: 900) {
        if case .silent = incident.task("write it")?.waiting { true } else { false }
      })
    incident.world.order(.cancelTask(try #require(incident.task("write it")).id))
    #expect(incident.reach(within: 60) { incident.task("write it")?.state == .cancelled })
    #expect(incident.end() == [])
  }

  /// Work was lost when a work tree or a VM was cleaned up (anthropics/claude-code#35983, jwbron/egg#2438,
  /// hojinzs/github-symphony#811).
  @Test("work of an agent that died is kept before its machine goes, also when the machine dies meanwhile")
  func workIsKept() throws {
    let incident = Incident { $0.acts = [.take, .say, .edit, .edit, .die] }
    incident.ask("write it")
    #expect(incident.reach { incident.machines.first?.state == .draining })
    let machine = try incident.running()
    let pieces = try #require(incident.world.machines[machine]?.workspaces.values.first?.pieces)
    #expect(pieces.count == 2)
    #expect(incident.world.remote.branches.isEmpty, "nothing of it is pushed")
    incident.world.crashMachine(machine, power: true)
    #expect(incident.calls(.destroy).isEmpty)
    #expect(incident.end() == [])
    #expect(incident.world.remote.bundles == Set(pieces))
    #expect(incident.world.checks.work.count > 0, "it was looked at when the removal was asked for")
  }

  /// Nobody can bring it off the machine: then it is not SAM's to throw away.
  @Test("a machine with work on it that is not heard of any more is kept until a person lets go of it")
  func unreachableWork() throws {
    let incident = Incident { $0.acts = [.take, .say, .edit, .say, .hang] }
    incident.ask("write it")
    #expect(incident.reach { incident.state("write it") == .started })
    incident.world.run(seconds: 5)
    let machine = try incident.running()
    incident.world.machines[machine]?.unreachableUntil = .max
    try incident.cut(machine)
    incident.world.run(seconds: 86_400)
    #expect(incident.calls(.destroy).isEmpty)
    #expect(incident.machines.first?.state == .lost)
    incident.world.order(.discard(machine))
    #expect(incident.end() == [])
    #expect(incident.calls(.destroy).count == 1)
  }
}
