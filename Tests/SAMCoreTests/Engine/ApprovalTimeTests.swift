// SPDX-License-Identifier: Apache-2.0
@testable import SAMCore
import SAMTestKit
import Testing

/// A question that nobody answers is a no, after a day.
@Suite struct ApprovalTimeTests {
  let approval = ApprovalID(trusted: "approval_1")
  let options = [
    ApprovalOption(id: "yes", name: "Allow", kind: "allow_once"),
    ApprovalOption(id: "no", name: "Refuse", kind: "reject_once"),
  ]

  private func asked(
    _ options: [ApprovalOption]
  ) throws -> (world: World, task: TaskID, session: SessionID, turn: TurnID) {
    var world = World()
    let (task, session, turn) = try world.runningTask()
    try world.report(session, turn, .asked(approval, title: "Run make?", tool: nil, options: options))
    return (world, task, session, turn)
  }

  private func order(_ world: World) throws -> EffectOrder? {
    try world.effects().first { $0.effect == .answerApproval(approval) }.map { row in
      try world.read { try EffectOrder.of(row, in: $0) }
    }
  }

  @Test("It runs out after a day: the agent is refused, its task goes on, and a late answer is told so")
  func expires() throws {
    var (world, task, session, _) = try asked(options)
    #expect(try world.delay(of: .approval(approval)) == .seconds(86_400))
    try world.expire(.approval(approval))
    #expect(try world.get(Approval.self, approval).state == .expired)
    #expect(try world.get(SAMTask.self, task).state == .running)
    let machine = try world.get(Session.self, session).machine
    #expect(try order(world) == .ask(machine, .answer(session: session, approval: approval, option: "no")))
    let note = try world.entries(session).last
    guard case .approval(let shown) = note?.body else {
      Issue.record("\(String(describing: note)) is not the question's end")
      return
    }
    #expect(shown.state == .expired && shown.by == nil)
    let late = #expect(throws: Rejection.self) {
      try world.perform(AnswerApproval(approval: approval, option: "yes"))
    }
    #expect(late?.code == .alreadyAnswered)
    #expect(world.violations == [])
  }

  @Test("Where there is no option to refuse with, the agent hears that the question is withdrawn")
  func noReject() throws {
    var (world, _, session, _) = try asked([options[0]])
    try world.expire(.approval(approval))
    let machine = try world.get(Session.self, session).machine
    #expect(try order(world) == .ask(machine, .answer(session: session, approval: approval, option: nil)))
    #expect(world.violations == [])
  }

  @Test("An answer, the end of the turn and a cancel withdraw the timer")
  func withdrawn() throws {
    let ends: [(inout World, SessionID, TurnID) throws -> Void] = [
      { world, _, _ in try world.perform(AnswerApproval(approval: approval, option: "yes")) },
      { world, session, turn in try world.report(session, turn, .ended(.failed(reason: "crashed"))) },
      { world, _, turn in try world.perform(CancelTurn(turn: turn)) },
      { world, session, turn in try world.report(session, turn, .agentGone(reason: "crashed")) },
    ]
    for end in ends {
      var (world, _, session, turn) = try asked(options)
      try end(&world, session, turn)
      #expect(try world.delay(of: .approval(approval)) == nil)
      #expect(world.violations == [])
    }
  }

  @Test("A policy that answers by itself sets no timer", arguments: [ApprovalPolicy.allow, .deny])
  func policy(_ policy: ApprovalPolicy) throws {
    var world = World()
    let (_, session, turn) = try world.runningTask(approvals: policy)
    try world.report(session, turn, .asked(approval, title: "?", tool: nil, options: options))
    #expect(try world.delay(of: .approval(approval)) == nil)
    #expect(world.violations == [])
  }

  @Test("Two questions: when one runs out, the task waits for the other")
  func two() throws {
    var (world, task, session, turn) = try asked(options)
    let other = ApprovalID(trusted: "approval_2")
    world.pass(.seconds(3600))
    try world.report(session, turn, .asked(other, title: "And?", tool: nil, options: options))
    try world.expire(.approval(approval))
    #expect(try world.get(SAMTask.self, task).waiting == .approval(other))
    try world.expire(.approval(other))
    #expect(try world.get(SAMTask.self, task).state == .running)
    #expect(world.violations == [])
  }

  @Test("A silent agent's task says so and goes on when the agent speaks")
  func silent() throws {
    var world = World()
    let (task, session, turn) = try world.runningTask()
    let since = world.now
    try world.report(session, turn, .silent(since: since))
    let silent = try world.get(SAMTask.self, task)
    #expect(silent.state == .waiting && silent.waiting == .silent(since: since))
    try world.report(session, turn, .heard)
    #expect(try world.get(SAMTask.self, task).state == .running)
    try world.report(session, turn, .silent(since: since))
    try world.perform(CancelTurn(turn: turn))
    try world.report(session, turn, .ended(.finished(stopReason: "cancelled")))
    guard case .human = try world.get(SAMTask.self, task).waiting else {
      Issue.record("the task waits for nobody who can help")
      return
    }
    #expect(world.violations == [])
  }

  @Test("What is said of silence outside a turn changes no task")
  func silentOutside() throws {
    var world = World()
    let (task, session, turn) = try world.runningTask()
    try world.report(session, turn, .ended(.finished(stopReason: "end_turn")))
    try world.settle(.published(PublishedWork(result: TaskResult()))) { $0 == .publishWork(turn) }
    for content in [OutboxItem.Content.silent(since: world.now), .heard] {
      try world.report(session, turn, content)
      #expect(try world.get(SAMTask.self, task).state == .completed)
    }
    #expect(world.violations == [])
  }
}
