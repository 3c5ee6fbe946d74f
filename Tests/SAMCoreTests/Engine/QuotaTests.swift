// SPDX-License-Identifier: Apache-2.0
@testable import SAMCore
import SAMTestKit
import Testing

/// A limit of use that is reached: what was cut off waits, says why, and goes on by itself, once.
@Suite struct QuotaTests {
  private func told(_ seconds: Int64? = nil, at now: Timestamp) -> OutboxItem.Content {
    .ended(.limited(reason: "usage limit reached", until: seconds.map { now + .seconds($0) }))
  }

  /// Another task of the same agent, prepared.
  private func another(_ world: inout World) throws -> SessionID {
    let first = try #require(world.all(SAMTask.self).first)
    let task = try world.perform(CreateTask(project: first.project, profile: first.profile, prompt: "Another"))
    let session = try #require(try world.get(SAMTask.self, task.id).session)
    try world.settle(.prepared(baseCommit: "c0ffee")) { if case .prepareWorkspace = $0 { true } else { false } }
    return session
  }

  @Test("The turn ends, another one goes on with it at the time that the agent named, before what waits, and once")
  func goesOn() throws {
    var world = World()
    let (task, session, turn) = try world.runningTask()
    let waiting = try world.perform(SendPrompt(session: session, text: "And then this"))
    try world.report(session, turn, told(600, at: world.now))

    let cut = try world.get(Turn.self, turn)
    #expect(cut.state == .failed && cut.reason == "usage limit reached")
    let held = try world.get(Session.self, session)
    #expect(held.active == nil && held.queue.count == 2 && held.queue.last == waiting.id)
    let next = try world.get(Turn.self, #require(held.queue.first))
    #expect(next.supersedes == turn && next.text.hasSuffix("Fix the test"))
    guard case .quota(let until, let why) = try world.get(SAMTask.self, task).waiting else {
      Issue.record("the task does not say what it waits for")
      return
    }
    #expect(why.contains("the login of vibe") && why.contains("usage limit reached"))
    let notices = try world.entries(session).filter { if case .notice = $0.body { true } else { false } }
    #expect(notices.count == 1)
    let delay = try #require(try world.delay(of: .quota(QuotaID(of: held))))
    #expect(delay <= .seconds(600) && delay > .seconds(599) && until - world.now <= delay)

    try world.expire(.quota(QuotaID(of: held)))
    #expect(try world.get(Session.self, session).active == next.id)
    #expect(try world.get(Session.self, session).hold == nil)
    #expect(try world.get(SAMTask.self, task).state == .running)
    #expect(try world.all(Turn.self, parent: session.rawValue).count == 3)
    #expect(world.violations == [])
  }

  @Test("What waited behind it leaves work to save too, although its number is the lower one")
  func savedInOrder() throws {
    var world = World()
    let (_, session, turn) = try world.runningTask()
    let waiting = try world.perform(SendPrompt(session: session, text: "And then this"))
    try world.report(session, turn, told(600, at: world.now))
    let next = try #require(try world.get(Session.self, session).queue.first)
    try world.expire(.quota(QuotaID(of: world.get(Session.self, session))))
    try world.settle(.done) { $0 == .deliverPrompt(next) }
    try world.report(session, next, .started)
    try world.report(session, next, .ended(.finished(stopReason: "end_turn")))
    #expect(try world.get(Session.self, session).active == waiting.id)
    try world.settle(.published(PublishedWork(result: TaskResult()))) { $0 == .publishWork(next) }
    let workspace = try world.get(Workspace.self, world.get(Session.self, session).workspace)
    #expect(workspace.isUnsaved, "an agent works in it")
    #expect(world.violations == [])
  }

  @Test("Who shares the credential waits with it; one tries, and the others follow when it is done")
  func oneTries() throws {
    var world = World()
    let (_, first, turn) = try world.runningTask()
    try world.report(first, turn, told(600, at: world.now))
    let second = try another(&world)
    let third = try another(&world)
    for session in [second, third] {
      let held = try world.get(Session.self, session)
      #expect(held.active == nil && held.hold != nil)
      if case .quota = try world.get(SAMTask.self, held.task).waiting {
      } else {
        Issue.record("\(session) waits silently")
      }
    }
    let quota = QuotaID(of: try world.get(Session.self, first))
    try world.expire(.quota(quota))
    #expect(try world.all(Session.self).filter { $0.active != nil }.map(\.id) == [first])

    // It is refused again: nobody else has asked, and all wait longer.
    let probe = try #require(try world.get(Session.self, first).active)
    try world.settle(.done) { $0 == .deliverPrompt(probe) }
    try world.report(first, probe, told(at: world.now))
    #expect(try world.all(Session.self).allSatisfy { $0.active == nil && $0.hold != nil })
    #expect(try world.get(Quota.self, quota).refusals == 2)

    // Now the next one tries, is done, and the others follow.
    try world.expire(.quota(quota))
    let tries = try #require(try world.all(Session.self).first { $0.active != nil })
    let active = try #require(tries.active)
    try world.settle(.done) { $0 == .deliverPrompt(active) }
    try world.report(tries.id, active, .started, .ended(.finished(stopReason: "end_turn")))
    #expect(try world.all(Session.self).filter { $0.active != nil }.count == 2)
    #expect(try world.get(Quota.self, quota).state == .free)
    #expect(world.violations == [])
  }

  @Test("A session that tries and is not refused for a minute has its quota: the others need not wait for its end")
  func longProbe() throws {
    var world = World()
    let (_, first, turn) = try world.runningTask()
    try world.report(first, turn, told(at: world.now))
    let quota = QuotaID(of: try world.get(Session.self, first))
    #expect(try world.delay(of: .quota(quota)) == .seconds(60))
    let second = try another(&world)
    try world.expire(.quota(quota))
    try world.expire(.quota(quota))
    #expect(try world.get(Session.self, second).active != nil)
    #expect(world.violations == [])
  }

  @Test("A person lets it go on earlier, or cancels it")
  func person() throws {
    var world = World()
    let (task, session, turn) = try world.runningTask()
    #expect(throws: Rejection.self) { try world.perform(ContinueSession(session: session)) }
    try world.report(session, turn, told(86_400, at: world.now))
    try world.perform(ContinueSession(session: session))
    let active = try #require(try world.get(Session.self, session).active)
    try world.settle(.done) { $0 == .deliverPrompt(active) }
    try world.report(session, active, told(86_400, at: world.now))

    let held = try #require(try world.get(Session.self, session).queue.first)
    try world.perform(CancelTurn(turn: held))
    if case .human = try world.get(SAMTask.self, task).waiting {} else { Issue.record("nobody is asked what to do") }
    try world.perform(CancelTask(task: task))
    #expect(try world.get(SAMTask.self, task).state == .cancelled)
    try world.expire(.quota(QuotaID(of: try world.get(Session.self, session))))
    #expect(try world.all(Quota.self).map(\.state) == [.free])
    #expect(world.violations == [])
  }

  @Test("A turn that is being cancelled does not go on by itself")
  func cancelled() throws {
    var world = World()
    let (_, session, turn) = try world.runningTask()
    try world.perform(CancelTurn(turn: turn))
    try world.report(session, turn, told(600, at: world.now))
    #expect(try world.get(Session.self, session).queue == [])
    #expect(try world.all(Quota.self).isEmpty)
    #expect(world.violations == [])
  }

  @Test("Another secret is another quota")
  func credentials() throws {
    func session(_ secrets: [String: String], file: String? = nil) throws -> Session {
      var world = World()
      let (project, _, _) = try world.furnish()
      let profile = try world.perform(
        DefineProfile(
          name: "keyed",
          launch: AgentLaunch(
            command: "vibe", secrets: secrets,
            files: file.map { [HomeFile(path: "auth", content: .secret($0))] })))
      let task = try world.perform(CreateTask(project: project, profile: profile.id, prompt: "x"))
      return try world.get(Session.self, #require(try world.get(SAMTask.self, task.id).session))
    }
    #expect(try QuotaID(of: session(["KEY": "a"])) == QuotaID(of: session(["OTHER": "a"])))
    #expect(try QuotaID(of: session(["KEY": "a"])) != QuotaID(of: session(["KEY": "b"])))
    #expect(try QuotaID(of: session([:])) != QuotaID(of: session(["KEY": "a"])))
    #expect(try QuotaID(of: session([:], file: "a")) == QuotaID(of: session(["KEY": "a"])), "a login file is one too")
    #expect(try QuotaID(of: session([:], file: "a")) != QuotaID(of: session([:], file: "b")))
  }
}
