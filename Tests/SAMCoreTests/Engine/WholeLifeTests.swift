// SPDX-License-Identifier: Apache-2.0
@testable import SAMCore
import SAMTestKit
import Testing

/// Tasks from their creation to their end, as a person and a machine live them.
@Suite struct WholeLifeTests {
  let approval = ApprovalID(trusted: "approval_1")
  let options = [
    ApprovalOption(id: "yes", name: "Allow", kind: "allow_once"),
    ApprovalOption(id: "no", name: "Refuse", kind: "reject_once"),
  ]
  let work = PublishedWork(
    result: TaskResult(branch: "sam/fix", head: "abc", commits: [Commit(sha: "abc", subject: "Fix")], files: 1))

  private func ask(_ id: ApprovalID) -> OutboxItem.Content {
    .asked(id, title: "Run make?", tool: nil, options: options)
  }

  @Test("Created, prepared, delivered, asked, answered, ended, published, followed up, cancelled, retried")
  func life() throws {
    var world = World()
    let (task, session, turn) = try world.runningTask()
    #expect(try world.get(SAMTask.self, task).state == .running)
    #expect(try world.get(Turn.self, turn).state == .started)
    try world.report(session, turn, .entry(.agent(TextBlock("Hello")), raw: nil), ask(approval))
    #expect(try world.get(SAMTask.self, task).waiting == .approval(approval))
    try world.perform(AnswerApproval(approval: approval, option: "yes"))
    #expect(try world.get(SAMTask.self, task).state == .running)
    try world.settle(.done) { $0 == .answerApproval(approval) }
    try world.report(session, turn, .ended(.finished(stopReason: "end_turn")))
    try world.settle(.published(work)) { $0 == .publishWork(turn) }
    #expect(try world.get(SAMTask.self, task).state == .completed)
    #expect(try world.get(SAMTask.self, task).result == work.result)
    #expect(try world.effects().isEmpty)

    let second = try world.perform(SendPrompt(session: session, text: "And the docs"))
    #expect(second.number == 2)
    #expect(try world.get(SAMTask.self, task).state == .running)
    #expect(try world.get(SAMTask.self, task).attempt == 2)
    try world.settle(.done) { $0 == .deliverPrompt(second.id) }
    try world.perform(CancelTask(task: task))
    #expect(try world.get(Turn.self, second.id).state == .cancelling)
    try world.settle(.done) { $0 == .cancelTurn(second.id) }
    try world.report(session, second.id, .ended(.finished(stopReason: "cancelled")))
    #expect(try world.get(SAMTask.self, task).state == .cancelled)

    let again = try world.perform(RetryTask(task: task))
    #expect(again.session != session && again.attempt == 3)
    #expect(try world.get(Session.self, session).state == .closed)
    let (_, newSession, newTurn) = try world.start(task)
    try world.report(newSession, newTurn, .ended(.finished(stopReason: "end_turn")))
    try world.settle(.published(work)) { $0 == .publishWork(newTurn) }
    #expect(try world.get(SAMTask.self, task).state == .completed)
    try world.settle(.done) { $0 == .endSession(session) }
    #expect(try world.effects().isEmpty)
    #expect(world.violations == [])
    let said = try world.entries(session).map(\.body.type)
    #expect(said == ["user", "agent", "approval", "approval", "turn", "work", "user", "turn", "turn"])
  }

  @Test("What comes of an earlier attempt's work does not touch the new attempt")
  func earlierAttempt() throws {
    for outcome in [EffectOutcome.published(work), .refused(reason: "no remote"), .unknown] {
      var world = World()
      let (task, session, turn) = try world.runningTask()
      try world.report(session, turn, .ended(.finished(stopReason: "end_turn")))
      try world.perform(CancelTask(task: task))
      try world.perform(RetryTask(task: task))
      try world.settle(outcome) { $0 == .publishWork(turn) }
      #expect(try world.get(SAMTask.self, task).state == .starting)
      let late = ApprovalID(trusted: "approval_late")
      try world.report(session, nil, ask(late))
      #expect(try world.get(SAMTask.self, task).state == .starting)
      #expect(world.violations == [])
    }
  }

  @Test("An approval that is asked and withdrawn in one report is void")
  func askedAndGone() throws {
    let endings: [[OutboxItem.Content]] = [
      [.ended(.failed(reason: "crashed"))], [.agentGone(reason: "crashed"), .ended(.failed(reason: "crashed"))],
      [.ended(.finished(stopReason: "end_turn"))], [.ended(.interrupted(reason: "restart"))],
    ]
    for ending in endings {
      var world = World()
      let (_, session, turn) = try world.runningTask()
      try world.report(session, turn, [ask(approval)] + ending)
      #expect(try world.get(Approval.self, approval).state == .void, "\(ending)")
      #expect(world.violations == [])
    }
  }

  @Test("What is asked while its turn is being cancelled is void, and nobody is asked")
  func askedWhileCancelling() throws {
    var world = World()
    let (task, session, turn) = try world.runningTask()
    try world.perform(CancelTurn(turn: turn))
    try world.report(session, turn, ask(approval))
    #expect(try world.get(Approval.self, approval).state == .void)
    #expect(try world.get(SAMTask.self, task).state == .running)
    #expect(throws: Rejection.self) { try world.perform(AnswerApproval(approval: approval, option: "yes")) }
    #expect(world.violations == [])
  }

  @Test("Cancelling a prompt that waits does not withdraw what the live turn asks")
  func queuedCancel() throws {
    var world = World()
    let (task, session, turn) = try world.runningTask()
    try world.report(session, turn, ask(approval))
    let next = try world.perform(SendPrompt(session: session, text: "And then"))
    try world.perform(CancelTurn(turn: next.id))
    #expect(try world.get(Approval.self, approval).state == .asked)
    #expect(try world.get(SAMTask.self, task).waiting == .approval(approval))
    #expect(world.violations == [])
  }

  @Test("When the only prompt is cancelled before the workspace is there, the task waits for a person")
  func nothingToDo() throws {
    var world = World()
    let (project, profile, _) = try world.furnish()
    let task = try world.perform(CreateTask(project: project, profile: profile, prompt: "Fix it"))
    let turn = try #require(try world.all(Turn.self).first)
    try world.perform(CancelTurn(turn: turn.id))
    try world.settle(.prepared(baseCommit: nil)) { _ in true }
    #expect(try world.get(SAMTask.self, task.id).state == .waiting)
    let session = try #require(task.session)
    try world.perform(SendPrompt(session: session, text: "Something else"))
    #expect(try world.get(SAMTask.self, task.id).state == .running)
    #expect(world.violations == [])
  }

  @Test("Two questions: the task waits until both are answered")
  func twoQuestions() throws {
    var world = World()
    let (task, session, turn) = try world.runningTask()
    let other = ApprovalID(trusted: "approval_2")
    try world.report(session, turn, ask(approval), ask(other))
    try world.perform(AnswerApproval(approval: other, option: "yes"))
    #expect(try world.get(SAMTask.self, task).waiting == .approval(approval))
    try world.perform(AnswerApproval(approval: approval, option: "no"))
    #expect(try world.get(SAMTask.self, task).state == .running)
    #expect(world.violations == [])
  }

  @Test("A policy answers by itself, once", arguments: [(ApprovalPolicy.allow, "yes"), (.deny, "no")])
  func policy(_ policy: ApprovalPolicy, _ option: String) throws {
    var world = World()
    let (task, session, turn) = try world.runningTask(approvals: policy)
    try world.report(session, turn, ask(approval))
    #expect(try world.get(Approval.self, approval).chosen == option)
    #expect(try world.get(SAMTask.self, task).state == .running)
    #expect(try world.effects().map(\.effect) == [.answerApproval(approval)])
    #expect(world.violations == [])
  }

  @Test("An answer to a question outside a turn does not begin an ended task again")
  func questionAfterwards() throws {
    for policy in ApprovalAction.allCases.map({ ApprovalPolicy(standard: $0) }) {
      var world = World()
      let (task, session, turn) = try world.runningTask(approvals: policy)
      try world.report(session, turn, .ended(.finished(stopReason: "end_turn")))
      try world.settle(.published(work)) { $0 == .publishWork(turn) }
      try world.report(session, nil, ask(approval))
      if policy == .ask { try world.perform(AnswerApproval(approval: approval, option: "yes")) }
      #expect(try world.get(SAMTask.self, task).state == .completed)
      #expect(world.violations == [])
    }
  }

  @Test("Whatever ends the turn of a task that a person cancels, the task is cancelled")
  func cancelledHowever() throws {
    let ends: [TurnEnd] = [
      .finished(stopReason: "cancelled"), .failed(reason: "crashed"), .interrupted(reason: "restart"),
      .ambiguous(reason: "unknown"), .cancelled,
    ]
    for end in ends {
      var world = World()
      let (task, session, turn) = try world.runningTask()
      try world.perform(CancelTask(task: task))
      try world.report(session, turn, .ended(end))
      #expect(try world.get(SAMTask.self, task).state == .cancelled, "\(end)")
      #expect(world.violations == [])
    }
    var world = World()
    let (task, session, turn) = try world.runningTask()
    try world.perform(CancelTask(task: task))
    try world.report(session, turn, .ended(.finished(stopReason: "end_turn")))
    try world.settle(.published(work)) { $0 == .publishWork(turn) }
    #expect(try world.get(SAMTask.self, task).state == .cancelled)
    #expect(world.violations == [])
  }

  @Test("A task that is cancelled before its workspace is there owes nothing more, and a late outcome changes nothing")
  func cancelledEarly() throws {
    var world = World()
    let (project, profile, _) = try world.furnish()
    let task = try world.perform(CreateTask(project: project, profile: profile, prompt: "Fix it"))
    let row = try #require(try world.effects().first)
    try world.perform(CancelTask(task: task.id))
    #expect(try world.effects().isEmpty)
    try world.perform(SettleEffect(effect: row.id, attempt: 1, outcome: .prepared(baseCommit: nil)), by: .system)
    #expect(try world.get(SAMTask.self, task.id).state == .cancelled)
    #expect(world.violations == [])
  }

  @Test(
    "The title is the first line that says something",
    arguments: [
      ("Fix it", "Fix it"), ("\n\n  Fix it\nplease", "Fix it"), ("   \nFix it", "Fix it"), ("\t\r\n x", "x"),
    ])
  func titles(_ prompt: String, _ title: String) throws {
    #expect(Prompts.title(prompt) == title)
    var world = World()
    let (project, profile, _) = try world.furnish()
    #expect(
      try world.perform(CreateTask(project: project, profile: profile, prompt: prompt, title: " ")).title == title)
  }

  @Test("Who says more after a task was cancelled can cancel it again: what was said since ends as well")
  func cancelledAgain() throws {
    var world = World()
    let (task, session, turn) = try world.runningTask()
    try world.perform(CancelTask(task: task))
    let next = try world.perform(SendPrompt(session: session, text: "No, go on"))
    // The agent was ready before it heard that it was to stop.
    try world.report(session, turn, .ended(.finished(stopReason: "end_turn")))
    #expect(try world.get(Turn.self, next.id).state == .delivering)
    try world.perform(CancelTask(task: task))
    #expect(try world.get(Turn.self, next.id).state == .cancelling)
    try world.report(session, next.id, .ended(.finished(stopReason: "cancelled")))
    #expect(try world.get(SAMTask.self, task).state == .cancelled)
    #expect(world.violations == [])
  }

  @Test("What is said while a task is being cancelled is done, also when the agent was ready before it heard of it")
  func saidWhileCancelled() throws {
    var world = World()
    let (task, session, turn) = try world.runningTask()
    try world.perform(CancelTask(task: task))
    let next = try world.perform(SendPrompt(session: session, text: "No, go on"))
    try world.report(session, turn, .ended(.finished(stopReason: "end_turn")))
    #expect(try world.get(SAMTask.self, task).state == .running)
    #expect(try !world.get(SAMTask.self, task).cancelRequested)
    try world.report(session, next.id, .ended(.finished(stopReason: "end_turn")))
    for row in try world.effects() where [.publishWork(turn), .publishWork(next.id)].contains(row.effect) {
      let work = PublishedWork(result: TaskResult())
      try world.perform(SettleEffect(effect: row.id, attempt: row.attempt, outcome: .published(work)), by: .system)
    }
    #expect(try world.get(SAMTask.self, task).state == .completed)
    #expect(world.violations == [])
  }
}
