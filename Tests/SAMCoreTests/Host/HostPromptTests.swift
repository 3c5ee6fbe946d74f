// SPDX-License-Identifier: Apache-2.0
@testable import SAMCore
import Testing

/// From arrival to hand-over, and what a restart makes of it.
@Suite struct HostPromptTests {
  let one = TurnID(trusted: "turn_1")
  let two = TurnID(trusted: "turn_2")

  private func place(_ actions: [SessionHost.Action], _ match: (SessionHost.Action) -> Bool) throws -> Int {
    let place = actions.firstIndex(where: match)
    return try #require(place)
  }

  @Test("A prompt is on disk before it is acknowledged")
  func received() throws {
    var probe = HostProbe()
    let actions = probe.deliver(one)
    let journalled = try place(actions) { $0 == .journal(.received(one, text: "Do it", correlation: nil)) }
    let synced = try #require(actions[journalled...].firstIndex(of: .sync))
    let acknowledged = try place(actions) { $0 == .reply(.done) }
    #expect(journalled < synced && synced < acknowledged)
  }

  @Test("The hand-over is on disk before the agent gets a byte")
  func handing() throws {
    var probe = HostProbe()
    probe.deliver(one)
    let actions = probe.agentOpens()
    let journalled = try place(actions) { $0 == .journal(.handing(one)) }
    let synced = try #require(actions[journalled...].firstIndex(of: .sync))
    let prompted = try place(actions) { if case .prompt = $0 { true } else { false } }
    #expect(journalled < synced && synced < prompted)
  }

  @Test("A prompt that comes again is acknowledged again and never handed over again")
  func repeated() {
    var probe = HostProbe()
    probe.begin(one)
    #expect(probe.deliver(one).contains(.reply(.done)))
    probe.answers(one)
    #expect(probe.deliver(one).contains(.reply(.done)))
    probe.restart()
    #expect(probe.deliver(one).contains(.reply(.done)))
    probe.agentOpens()
    #expect(probe.prompted == [one])
    #expect(probe.ends(of: one) == [.finished(stopReason: "end_turn")])
  }

  @Test("Prompts are handed over in the order of their arrival, one at a time")
  func order() {
    var probe = HostProbe()
    probe.begin(one)
    probe.deliver(two)
    #expect(probe.prompted == [one])
    probe.answers(one)
    #expect(probe.prompted == [one, two])
  }

  @Test("A prompt that was only received is handed over once after a restart")
  func receivedThenRestart() {
    var probe = HostProbe()
    probe.deliver(one)
    probe.restart()
    #expect(probe.on(.attach(probe.spec())).contains(.reply(.done)))
    probe.agentOpens()
    #expect(probe.prompted == [one])
  }

  /// What is known after a restart that cut a hand-over off.
  struct Restart: Sendable, CustomTestStringConvertible {
    var name: String
    var evident = false
    var echoes = true
    var loads = true
    var replayed: [String] = []
    var end: String
    var testDescription: String { name }
  }

  @Test(
    "After a restart a turn that was handed over ends as the evidence says",
    arguments: [
      Restart(name: "the agent had spoken", evident: true, end: "interrupted"),
      Restart(name: "the replay has it", replayed: ["Do it"], end: "interrupted"),
      Restart(name: "the replay has it with other white space", replayed: [" Do\r\nit\n"], end: "interrupted"),
      Restart(name: "the replay lacks it", replayed: ["Something else"], end: "ambiguous"),
      Restart(name: "the agent does not repeat prompts", echoes: false, replayed: ["Do it"], end: "ambiguous"),
      Restart(name: "the agent cannot load", loads: false, end: "ambiguous"),
    ])
  func restart(_ restart: Restart) throws {
    var probe = HostProbe()
    probe.launch.echoesPrompts = restart.echoes
    probe.begin(one)
    if restart.evident { probe.says("Working") }
    probe.restart()
    probe.on(.attach(probe.spec()))
    if probe.run > 0 { probe.agentOpens(loads: restart.loads, loaded: restart.loads, replayed: restart.replayed) }
    let end = try #require(probe.ends(of: one).first)
    #expect("\(end)".hasPrefix(restart.end))
    #expect(probe.ends(of: one).count == 1)
    #expect(probe.prompted == [one])
  }

  @Test("The same words from an earlier prompt are no evidence for a later one")
  func sameWords() {
    var probe = HostProbe()
    probe.begin(one, "go on ")
    probe.says("Yes")
    probe.answers(one)
    probe.deliver(two, "go on")
    probe.restart()
    probe.on(.attach(probe.spec()))
    probe.agentOpens(loaded: true, replayed: ["go on"])
    #expect("\(probe.ends(of: two))".contains("ambiguous"), "the one replayed prompt is the first one")
  }

  @Test("A prompt that the history did not show is not one that it may show later")
  func notTaken() {
    var probe = HostProbe()
    probe.begin(one)
    probe.restart()
    probe.on(.attach(probe.spec()))
    probe.agentOpens(loaded: true, replayed: [])
    #expect("\(probe.ends(of: one))".contains("ambiguous"))
    probe.restart()
    probe.deliver(two)
    probe.agentOpens(loaded: true, replayed: [])
    #expect(probe.prompted == [one, two])
    probe.restart()
    probe.on(.attach(probe.spec()))
    probe.agentOpens(loaded: true, replayed: ["Do it"])
    #expect("\(probe.ends(of: two))".contains("interrupted"), "the replayed prompt can only be the second one")
  }

  @Test("A prompt of which nobody knows counts as one that the history may have")
  func possiblyTaken() {
    var probe = HostProbe()
    probe.begin(one)
    probe.restart()
    probe.on(.attach(probe.spec()))
    probe.on(.agentFailed(run: probe.run, reason: "it cannot load"))
    probe.on(.agentExited(run: probe.run, reason: "ended"))
    #expect("\(probe.ends(of: one))".contains("ambiguous"))
    probe.deliver(two)
    probe.agentOpens(loaded: true, replayed: ["Do it"])
    probe.restart()
    probe.on(.attach(probe.spec()))
    probe.agentOpens(loaded: true, replayed: ["Do it"])
    #expect("\(probe.ends(of: two))".contains("ambiguous"), "the replayed prompt may be the first one")
  }

  @Test("Prompts of an earlier conversation are not looked for in a later one")
  func otherConversation() {
    var probe = HostProbe()
    probe.begin(one)
    probe.says("Yes")
    probe.answers(one)
    probe.restart()
    probe.deliver(two)
    probe.agentOpens("another", loads: false)
    #expect(probe.prompted == [one, two])
    probe.restart()
    probe.on(.attach(probe.spec()))
    probe.agentOpens("another", loaded: true, replayed: ["Do it"])
    #expect("\(probe.ends(of: two))".contains("interrupted"), "the new conversation has only the second prompt")
  }

  @Test("Updates that a load replays never reach the outbox")
  func replay() {
    var probe = HostProbe()
    probe.begin(one)
    probe.says("Yes")
    probe.answers(one)
    probe.restart()
    probe.deliver(two)
    probe.on(.agentReady(run: probe.run, AgentAbilities(load: true)))
    let before = probe.items.count
    probe.says("Yes")
    probe.on(.update(run: probe.run, .tool(ToolActivity(id: "old")), raw: nil, echo: nil))
    probe.wait(.seconds(1))
    #expect(probe.items.count == before)
    probe.on(.conversationOpen(run: probe.run, id: "c", loaded: true, replayed: ["Do it"]))
    #expect(probe.prompted == [one, two])
    #expect(probe.texts == ["Yes"])
  }

  @Test("What an earlier run of the agent says late is passed over")
  func earlierRun() {
    var probe = HostProbe()
    probe.begin(one)
    probe.on(.agentExited(run: 1, reason: "gone"))
    probe.agentOpens(loaded: true)
    let before = probe.items.count
    probe.on(.update(run: 1, .agent(TextBlock("late")), raw: nil, echo: nil))
    probe.on(.answered(run: 1, one, .finished(stopReason: "end_turn")))
    #expect(probe.items.count == before)
  }

  @Test("An agent that does not start fails one prompt, and the next one tries again")
  func notStarting() {
    var probe = HostProbe()
    probe.deliver(one)
    probe.deliver(two)
    let actions = probe.on(.agentFailed(run: 1, reason: "no such program"))
    #expect(actions.contains(.stopAgent(run: 1)))
    #expect(probe.ends(of: one) == [.failed(reason: "no such program")])
    #expect(probe.ends(of: two) == [])
    probe.on(.agentExited(run: 1, reason: "ended"))
    probe.agentOpens()
    #expect(probe.prompted == [two])
  }

  @Test("An idle agent is ended after its time, and not before")
  func idle() {
    var probe = HostProbe(settings: .init(idle: .seconds(120)))
    probe.begin(one)
    probe.answers(one)
    #expect(!probe.wait(.seconds(119)).contains(.stopAgent(run: 1)))
    #expect(probe.wait(.seconds(1)).contains(.stopAgent(run: 1)))
  }
}
