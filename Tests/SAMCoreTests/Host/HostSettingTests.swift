// SPDX-License-Identifier: Apache-2.0
@testable import SAMCore
import Testing

/// What people chose holds before a prompt is handed over, and what is set again is only what the agent was not told.
@Suite struct HostSettingTests {
  let one = TurnID(trusted: "turn_1")
  let two = TurnID(trusted: "turn_2")

  private func order(_ turn: TurnID, _ chosen: [String: String]?, in probe: inout HostProbe) -> [SessionHost.Action] {
    var spec = probe.spec()
    spec.chosen = chosen
    return probe.on(.deliver(PromptDelivery(spec: spec, turn: turn, text: "Do it")))
  }

  /// A session whose agent has answered its first prompt.
  private func idle(_ chosen: [String: String]? = nil) -> HostProbe {
    var probe = HostProbe()
    _ = order(one, chosen, in: &probe)
    probe.agentOpens()
    probe.answers(one)
    return probe
  }

  private func isHanding(_ action: SessionHost.Action, _ turn: TurnID) -> Bool {
    if case .journal(.handing(turn)) = action { true } else { false }
  }

  @Test("A prompt is not even noted as being handed over before what was chosen is set")
  func before() {
    var probe = idle()
    let ordered = order(two, ["mode": "plan"], in: &probe)
    #expect(ordered.contains(.choose(run: 1, ["mode": "plan"])))
    #expect(!ordered.contains { isHanding($0, two) } && probe.prompted == [one])
    let set = probe.on(.chosen(run: 1, refused: []))
    #expect(set.contains { isHanding($0, two) } && probe.prompted == [one, two])
  }

  @Test("What the agent was told is not set again, and of several only what is new")
  func once() {
    var probe = idle(["mode": "plan"])
    #expect(!order(two, ["mode": "plan"], in: &probe).contains { if case .choose = $0 { true } else { false } })
    #expect(probe.prompted == [one, two])
    probe.answers(two)
    let three = order(TurnID(trusted: "turn_3"), ["mode": "plan", "model": "large"], in: &probe)
    #expect(three.contains(.choose(run: 1, ["model": "large"])))
  }

  @Test("An agent that is started again is started with what was chosen, which is not set once more")
  func restart() {
    var probe = idle(["mode": "plan"])
    probe.on(.agentExited(run: 1, reason: "gone"))
    let started = order(two, ["mode": "auto"], in: &probe)
    var spec = probe.spec()
    spec.chosen = ["mode": "auto"]
    #expect(started.contains(.startAgent(run: 2, spec)))
    probe.agentOpens(loaded: true)
    #expect(probe.prompted == [one, two])
  }

  @Test("What is refused is reported, and the prompt goes all the same")
  func refused() {
    var probe = idle()
    _ = order(two, ["mode": "never"], in: &probe)
    let refusal = RefusedSetting(setting: "mode", value: "never", reason: "there is none; it stays 'ask'")
    probe.on(.chosen(run: 1, refused: [refusal]))
    #expect(probe.items.contains { $0.content == .settingRefused(refusal) && $0.turn == nil })
    #expect(probe.prompted == [one, two])
  }

  @Test("An agent that ends while it is set is started again, and the prompt is handed over once")
  func dies() {
    var probe = idle()
    _ = order(two, ["mode": "plan"], in: &probe)
    probe.on(.agentExited(run: 1, reason: "exit status 7"))
    #expect(probe.run == 2 && probe.ends(of: two) == [])
    probe.agentOpens(loaded: true)
    #expect(probe.prompted == [one, two])
  }

  @Test("An agent that does not answer while it is set fails the prompt, which it never had")
  func silent() {
    var probe = idle()
    _ = order(two, ["mode": "plan"], in: &probe)
    let failed = probe.on(.agentFailed(run: 1, reason: "it did not answer"))
    #expect(failed.contains(.stopAgent(run: 1)))
    #expect(probe.ends(of: two) == [.failed(reason: "it did not answer")] && probe.prompted == [one])
  }

  @Test("A turn that is cancelled while its agent is set never begins")
  func cancelled() {
    var probe = idle()
    _ = order(two, ["mode": "plan"], in: &probe)
    probe.on(.cancel(two))
    probe.on(.chosen(run: 1, refused: []))
    #expect(probe.ends(of: two) == [.cancelled] && probe.prompted == [one])
    #expect(probe.wait(.seconds(120)).contains(.stopAgent(run: 1)), "it is idle, and ends in its time")
  }

  @Test("What can be set is reported when it has changed, with what the agent was told; it is no word about the prompt")
  func reports() {
    var probe = HostProbe()
    _ = order(one, ["mode": "plan"], in: &probe)
    probe.on(.agentReady(run: 1, AgentAbilities(load: true)))
    probe.on(.settings(run: 1, [Samples.setting]))
    probe.on(.conversationOpen(run: 1, id: "c", loaded: false, replayed: []))
    probe.on(.settings(run: 1, [Samples.setting]))
    probe.on(.settings(run: 1, [Samples.setting, Samples.toggle]))
    let reports = probe.items.filter { if case .settings = $0.content { true } else { false } }
    #expect(
      reports.map(\.content) == [
        .settings([Samples.setting], told: ["mode": "plan"]),
        .settings([Samples.setting, Samples.toggle], told: ["mode": "plan"]),
      ])
    #expect(reports.map(\.turn) == [nil, one])
    #expect(!probe.items.contains { $0.content == .started })
  }
}
