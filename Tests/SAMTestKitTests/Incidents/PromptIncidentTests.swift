// SPDX-License-Identifier: Apache-2.0
import SAMCore
@testable import SAMTestKit
import Testing

/// Prompts that ran twice, or never.
@Suite("Incidents: prompts")
struct PromptIncidentTests {
  /// An acknowledgement got lost and the prompt was executed twice (PocketShell-io/pocketshell#961,
  /// PrimeIntellect-ai/prime-agent#821, anthropics/claude-code#91353).
  @Test("a prompt whose acknowledgement is lost runs once")
  func lostAcknowledgement() throws {
    let incident = Incident()
    incident.ask("write it")
    let world = incident.world
    #expect(
      world.run(atMost: 600) { world in
        world.machines.values.flatMap(\.journals.values).contains { journal in
          journal.records.prefix(journal.synced).contains { if case .received = $0 { true } else { false } }
        }
      }, "the machine has it on its disk")
    #expect(incident.state("write it") == .delivering, "and the control plane does not know")
    try incident.cut(incident.running())
    #expect(incident.reach { incident.state("write it") == .finished })
    #expect(incident.taken("write it") == 1)
    #expect(world.checks.handOver.handed.values.allSatisfy { $0 == 1 })
    #expect(incident.end() == [])
  }

  /// A client that got no answer sent its prompt again, and it stood there twice (fwdai/fletch#83).
  @Test("a prompt that is sent again, because its answer was lost, is the same prompt")
  func sentAgain() throws {
    let incident = Incident(isElsewhere: false)
    incident.ask("write it")
    let session = try #require(incident.turn("write it")).session
    let again = SimOrder(id: "once", kind: .prompt(session, "go on"))
    incident.world.carryOut(again)
    incident.world.perform(.crashControl)
    incident.world.carryOut(again)
    #expect(incident.reach { incident.state("go on") == .finished })
    incident.world.carryOut(again)
    #expect(incident.end() == [])
    #expect(incident.world.all(Turn.self).count == 2)
    #expect(incident.taken("go on") == 1)
  }

  /// A message was acknowledged into a queue and never ran; the session was idle for 11.3 hours
  /// (anthropics/claude-code#78338).
  @Test("a prompt that was accepted behind another one runs, whatever dies before its turn comes")
  func acceptedIsNotForgotten() throws {
    let incident = Incident()
    incident.ask("write it")
    #expect(incident.reach { incident.state("write it") == .started })
    try incident.say("go on", after: "write it")
    #expect(incident.state("go on") == .queued)
    let machine = try incident.running()
    incident.world.perform(.crashControl)
    incident.world.crashMachine(machine, power: true)
    incident.world.machines[machine]?.unreachableUntil = incident.world.now + 300_000_000
    incident.world.run(seconds: 290)
    #expect(incident.state("go on") == .queued, "it waits for the machine")
    #expect(incident.reach(within: 60) { incident.state("go on") == .finished }, "and does not wait on")
    #expect(incident.state("write it") == .interrupted)
    #expect(incident.taken("go on") == 1)
    #expect(incident.end() == [])
  }

  /// Questions of agents were lost when the server started again, and the turn never ended
  /// (openkaiden/kaiden#2897, anomalyco/opencode#30756, NousResearch/hermes-agent#32201).
  @Test("a question outlives a restart of the control plane, and its answer reaches the agent once")
  func questionOutlivesRestart() throws {
    let incident = Incident { $0.acts = [.take, .ask, .edit, .finish("end_turn")] }
    incident.ask("write it")
    #expect(incident.reach { !incident.world.all(Approval.self, statuses: ["asked"]).isEmpty })
    incident.world.perform(.crashControl)
    incident.world.run(seconds: 3_600)
    let question = try #require(incident.world.all(Approval.self, statuses: ["asked"]).first)
    incident.world.order(.answer(question.id, "yes"))
    try incident.cut(incident.running())
    #expect(incident.reach { incident.state("write it") == .finished })
    #expect(incident.world.checks.approvals.count == 1, "the agent heard one answer")
    #expect(incident.end() == [])
  }

  /// An answer was replayed to the next request of another process (agentrq/agentrq#392, ThinkInAIXYZ/deepchat#1881).
  @Test("an answer to a question of an agent that is gone reaches nobody, not even the next one that asks")
  func answerToTheDead() throws {
    let incident = Incident { $0.acts = [.take, .ask, .edit, .finish("end_turn")] }
    incident.ask("write it")
    #expect(incident.reach { !incident.world.all(Approval.self, statuses: ["asked"]).isEmpty })
    let first = try #require(incident.world.all(Approval.self, statuses: ["asked"]).first)
    let machine = try incident.running()
    try incident.cut(machine)
    incident.world.run(seconds: 1)
    // Answered while the machine is away: its agent dies before it can hear it.
    incident.world.order(.answer(first.id, "yes"))
    incident.world.crashMachine(machine, power: false)
    #expect(incident.reach { incident.state("write it") == .interrupted })
    try incident.say("go on", after: "write it")
    #expect(incident.reach { !incident.world.all(Approval.self, statuses: ["asked"]).isEmpty })
    incident.world.run(seconds: 600)
    #expect(incident.state("go on") == .started, "it waits for its own answer")
    let second = try #require(incident.world.all(Approval.self, statuses: ["asked"]).first)
    #expect(second.id != first.id)
    incident.world.order(.answer(first.id, "yes"))
    incident.world.order(.answer(second.id, "no"))
    #expect(incident.reach { incident.state("go on") == .finished })
    #expect(incident.world.checks.approvals.count == 1)
    #expect(incident.end() == [])
  }
}
