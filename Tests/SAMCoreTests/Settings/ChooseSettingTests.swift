// SPDX-License-Identifier: Apache-2.0
@testable import SAMCore
import SAMTestKit
import Testing

/// What is set last holds, whoever set it; and who names what there is not hears what there is.
@Suite struct ChooseSettingTests {
  private func mode(_ value: String) -> AgentSetting {
    AgentSetting(
      id: "mode", name: "Mode", category: AgentSetting.mode, value: value,
      choices: ["ask", "plan", "auto"].map { .init(value: $0, name: $0.capitalized) })
  }

  private let effort = AgentSetting(
    id: "thinking", name: "Thinking", category: AgentSetting.effort, value: "low",
    choices: [.init(value: "low", name: "Low"), .init(value: "high", name: "High")])

  /// A session whose agent has said what can be set.
  private func known() throws -> (World, SessionID, TurnID) {
    var world = World()
    let (_, session, turn) = try world.runningTask()
    try world.report(session, nil, .settings([mode("ask"), effort], told: [:]))
    return (world, session, turn)
  }

  private func notes(_ world: World, _ session: SessionID) throws -> [SettingsNote] {
    try world.entries(session).compactMap { if case .settings(let note) = $0.body { note } else { nil } }
  }

  @Test("A setting is named by its id or by what it is about, its value as it is or as people read it")
  func names() throws {
    var (world, session, _) = try known()
    for (setting, value) in [("thinking", "high"), ("effort", "Low"), ("mode", "PLAN")] {
      try world.perform(ChooseSetting(session: session, setting: setting, value: value))
    }
    #expect(try world.get(Session.self, session).chosen == ["thinking": "low", "mode": "plan"])
    #expect(world.violations == [])
  }

  @Test(
    "Who names what there is not hears what there is",
    arguments: [
      ("mod", "plan", "did you mean 'mode'? there is mode, thinking"), ("colour", "red", "there is mode, thinking"),
      ("mode", "plam", "did you mean 'plan'? there is ask, plan, auto"), ("effort", "max", "there is low, high"),
    ])
  func wrong(_ setting: String, _ value: String, _ hint: String) throws {
    var (world, session, _) = try known()
    let refused = #expect(throws: Rejection.self) {
      try world.perform(ChooseSetting(session: session, setting: setting, value: value))
    }
    #expect(refused?.message.hasSuffix(hint) == true, "\(String(describing: refused))")
    #expect(try world.get(Session.self, session).chosen == nil)
  }

  @Test(
    "What is chosen before anybody knows what there is counts as named, and gives way to a later choice of the same")
  func unknown() throws {
    var world = World()
    let (_, session, _) = try world.runningTask()
    try world.perform(ChooseSetting(session: session, setting: "effort", value: "high"))
    #expect(try world.get(Session.self, session).chosen == ["effort": "high"])
    try world.report(session, nil, .settings([mode("ask"), effort], told: [:]))
    try world.perform(ChooseSetting(session: session, setting: "thinking", value: "low"))
    #expect(try world.get(Session.self, session).chosen == ["thinking": "low"])
    for name in ["", "a\nb", String(repeating: "x", count: 201)] {
      #expect(throws: Rejection.self) {
        try SettingChoices.check([name: "x"])
      }
    }
  }

  @Test("The same choice again is no news, and neither is what it comes to")
  func twice() throws {
    var (world, session, _) = try known()
    for _ in 0..<2 {
      try world.perform(ChooseSetting(session: session, setting: "mode", value: "plan", chooser: "laptop"))
    }
    try world.report(session, nil, .settings([mode("plan"), effort], told: ["mode": "plan"]))
    let notes = try notes(world, session)
    #expect(
      notes == [SettingsNote(), SettingsNote([.init(setting: "mode", value: "plan")], by: "laptop"), SettingsNote()])
  }

  @Test("What the agent changes itself takes the place of what was chosen, and people are told")
  func itself() throws {
    var (world, session, turn) = try known()
    try world.perform(ChooseSetting(session: session, setting: "mode", value: "plan"))
    try world.report(session, nil, .settings([mode("plan"), effort], told: ["mode": "plan"]))
    try world.report(session, turn, .settings([mode("auto"), effort], told: ["mode": "plan"]))
    #expect(try world.get(Session.self, session).chosen == nil)
    #expect(try notes(world, session).last == SettingsNote([.init(setting: "mode", value: "auto")]))
  }

  @Test("A choice that the agent had not been told is still to come, whatever it does meanwhile")
  func stillToCome() throws {
    var (world, session, turn) = try known()
    try world.perform(ChooseSetting(session: session, setting: "mode", value: "ask"))
    try world.report(session, turn, .settings([mode("auto"), effort], told: [:]))
    #expect(try world.get(Session.self, session).chosen == ["mode": "ask"])
  }

  @Test("What is refused is not chosen any more, unless something else was chosen meanwhile")
  func refused() throws {
    var (world, session, _) = try known()
    let refusal = RefusedSetting(setting: "mode", value: "plan", reason: "not here; it stays 'ask'")
    try world.perform(ChooseSetting(session: session, setting: "mode", value: "plan"))
    try world.perform(ChooseSetting(session: session, setting: "mode", value: "auto"))
    try world.report(session, nil, .settingRefused(refusal))
    #expect(try world.get(Session.self, session).chosen == ["mode": "auto"])
    try world.perform(ChooseSetting(session: session, setting: "mode", value: "plan"))
    try world.report(session, nil, .settingRefused(refusal))
    #expect(try world.get(Session.self, session).chosen == nil)
    let said = try world.entries(session).compactMap {
      if case .notice(let notice) = $0.body { notice.text } else { nil }
    }
    #expect(said.last == "'mode' was not set to 'plan': not here; it stays 'ask'")
  }

  @Test("What is set for a task is what each of its attempts begins with, and rides with the order")
  func task() throws {
    var world = World()
    let (project, profile, machine) = try world.furnish()
    let task = try world.perform(
      CreateTask(project: project, profile: profile, prompt: "Fix it", chosen: ["mode": "plan"]))
    let session = try #require(task.session)
    #expect(try world.get(Session.self, session).chosen == ["mode": "plan"])
    try world.settle(.prepared(baseCommit: "c0ffee")) { if case .prepareWorkspace = $0 { true } else { false } }
    let row = try #require(try world.effects().first { if case .deliverPrompt = $0.effect { true } else { false } })
    guard case .ask(machine, .deliver(let delivery)) = try world.read({ try EffectOrder.of(row, in: $0) }) else {
      Issue.record("no delivery")
      return
    }
    #expect(delivery.spec.chosen == ["mode": "plan"])
  }

  @Test("An agent chooses nothing for itself, and a session that is closed takes no choice")
  func nobody() throws {
    var (world, session, _) = try known()
    let agent = Actor(kind: .agent, id: "agent")
    #expect(throws: Rejection.self) {
      try world.perform(ChooseSetting(session: session, setting: "mode", value: "auto"), by: agent)
    }
    let task = try world.get(Session.self, session).task
    try world.perform(CancelTask(task: task))
    try world.report(session, try world.get(Session.self, session).active, .ended(.cancelled))
    try world.perform(RetryTask(task: task))
    #expect(throws: Rejection.self) {
      try world.perform(ChooseSetting(session: session, setting: "mode", value: "auto"))
    }
  }

  @Test(
    "What an agent offers is kept with its definition: only what a conversation shows in which nobody chose, at its start"
  )
  func profile() throws {
    var (world, session, turn) = try known()
    let profile = try world.get(Session.self, session).profile
    let first = [mode("ask"), effort]
    #expect(try world.get(Profile.self, profile).offered == first)
    try world.report(session, turn, .settings([mode("auto"), effort], told: [:]))
    #expect(try world.get(Profile.self, profile).offered == first, "what it does in a turn is that turn's")
    try world.perform(ChooseSetting(session: session, setting: "mode", value: "plan"))
    try world.report(session, nil, .settings([mode("plan"), effort], told: ["mode": "plan"]))
    #expect(try world.get(Profile.self, profile).offered == first)
    try world.perform(DefineProfile(name: "vibe", launch: AgentLaunch(command: "other"), approvals: .ask))
    #expect(try world.get(Profile.self, profile).offered == nil)
    #expect(world.violations == [])
  }
}
