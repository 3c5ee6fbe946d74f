// SPDX-License-Identifier: Apache-2.0
@testable import SAMCore
import SAMTestKit
import Testing

/// The outcome of an effect: fenced by its attempt, tried again with patience, and total.
@Suite struct SettleTests {
  /// A world that owes one effect, and that effect.
  private func owing(_ name: String) throws -> (World, EffectRow) {
    var world = World()
    if name == "prepareWorkspace" {
      let (project, profile, _) = try world.furnish()
      try world.perform(CreateTask(project: project, profile: profile, prompt: "Fix"))
      return (world, try #require(try world.effects().first))
    }
    let (task, session, turn) = try world.runningTask()
    let approval = ApprovalID(trusted: "approval_1")
    switch name {
    case "deliverPrompt":
      try world.report(session, turn, .ended(.failed(reason: "x")))
      try world.perform(SendPrompt(session: session, text: "Again"))
    case "cancelTurn": try world.perform(CancelTurn(turn: turn))
    case "answerApproval":
      let options = [ApprovalOption(id: "yes", name: "Yes", kind: "allow_once")]
      try world.report(session, turn, .asked(approval, title: "?", tool: nil, options: options))
      try world.perform(AnswerApproval(approval: approval, option: "yes"))
    case "publishWork": try world.report(session, turn, .ended(.finished(stopReason: "end_turn")))
    default:
      try world.report(session, turn, .ended(.failed(reason: "x")))
      try world.perform(RetryTask(task: task))
    }
    let row = try #require(try world.effects().first { "\($0.effect)".contains(name) })
    return (world, row)
  }

  static let kinds = ["prepareWorkspace", "deliverPrompt", "cancelTurn", "answerApproval", "publishWork", "endSession"]
  static let outcomes: [EffectOutcome] = [
    .done, .prepared(baseCommit: "c"), .published(PublishedWork(result: TaskResult())), .refused(reason: "no"),
    .retry(reason: "later"), .away(reason: "not connected"), .unknown,
  ]

  private func settle(_ world: inout World, _ row: EffectRow, _ outcome: EffectOutcome) throws {
    try world.perform(SettleEffect(effect: row.id, attempt: row.attempt, outcome: outcome), by: .system)
  }

  @Test("Every outcome of every effect is taken, and the effect is done or tried again", arguments: kinds)
  func total(_ kind: String) throws {
    for outcome in Self.outcomes {
      var (world, row) = try owing(kind)
      try settle(&world, row, outcome)
      let after = try world.effects().first { $0.id == row.id }
      switch outcome {
      case .retry: #expect(after?.attempt == 2)
      case .away: #expect(after?.attempt == 1 && after?.lastError == "not connected")
      default: #expect(after == nil, "\(kind) \(outcome)")
      }
      #expect(world.violations == [], "\(kind) \(outcome)")
    }
  }

  @Test("A stale outcome changes nothing: of an earlier attempt, or of what is done", arguments: kinds)
  func stale(_ kind: String) throws {
    var (world, row) = try owing(kind)
    try settle(&world, row, .retry(reason: "later"))
    for outcome in Self.outcomes {
      try settle(&world, row, outcome)
      #expect(world.last.events.isEmpty && world.last.settled.isEmpty && world.last.updated.isEmpty)
    }
    row.attempt = 2
    try settle(&world, row, .done)
    for outcome in Self.outcomes {
      try settle(&world, row, outcome)
      #expect(world.last.events.isEmpty && world.last.settled.isEmpty && world.last.updated.isEmpty)
    }
  }

  @Test("Every retry waits twice as long, at most 30 s")
  func backoff() throws {
    var (world, row) = try owing("deliverPrompt")
    var waits: [Duration] = []
    for _ in 0..<9 {
      try settle(&world, row, .retry(reason: "no link"))
      row = try #require(try world.effects().first { $0.id == row.id })
      #expect(row.status == .runnable && row.lastError == "no link")
      waits.append(row.dueAt - world.now)
    }
    #expect(waits == [500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000].map { .milliseconds($0) })
  }

  @Test("Whoever is not there has not failed: it is asked again, as often as it takes", arguments: kinds)
  func away(_ kind: String) throws {
    var (world, row) = try owing(kind)
    for _ in 0..<300 {
      try settle(&world, row, .away(reason: "not connected"))
      let after = try #require(try world.effects().first { $0.id == row.id })
      #expect(after.status == .runnable && after.attempt == 1)
      #expect(after.dueAt - world.now == .seconds(15))
    }
    #expect(world.violations == [])
  }

  @Test(
    "What cannot be prepared or published fails after 4 attempts; what a machine must hear is never given up",
    arguments: kinds)
  func exhaustion(_ kind: String) throws {
    var (world, first) = try owing(kind)
    let task = try #require(try world.all(SAMTask.self).first)
    var row = first
    while row.attempt < 500 {
      try settle(&world, row, .retry(reason: "no link"))
      guard let next = try world.effects().first(where: { $0.id == first.id }), next.status == .runnable else { break }
      row = next
    }
    let last = try world.effects().first { $0.id == first.id }
    if ["prepareWorkspace", "publishWork"].contains(kind) {
      #expect(row.attempt == 4)
      #expect(last == nil)
      let after = try world.get(SAMTask.self, task.id)
      #expect(after.state == .failed)
      #expect(after.failure == "no link (tried 4 times)")
    } else {
      #expect(last?.attempt == 500)
      #expect(last?.status == .runnable)
      #expect(last?.lastError == "no link")
      #expect(last.map { $0.dueAt - world.now } == .seconds(30))
    }
    #expect(world.violations == [])
  }

  @Test("A refusal says why: the task fails with the reason")
  func refusals() throws {
    for kind in ["prepareWorkspace", "deliverPrompt", "publishWork"] {
      var (world, row) = try owing(kind)
      try settle(&world, row, .refused(reason: "the repository is private"))
      let task = try #require(try world.all(SAMTask.self).first)
      #expect(task.state == .failed)
      #expect(task.failure == "the repository is private")
      #expect(try world.effects().isEmpty)
      #expect(world.violations == [])
    }
  }

  @Test("A cancel may race with every outcome of a delivery", arguments: outcomes)
  func race(_ outcome: EffectOutcome) throws {
    for cancelTask in [true, false] {
      var (world, row) = try owing("deliverPrompt")
      let turn = try #require(try world.all(Turn.self).first { $0.state == .delivering })
      if cancelTask {
        let task = try #require(try world.all(SAMTask.self).first)
        try world.perform(CancelTask(task: task.id))
      } else {
        try world.perform(CancelTurn(turn: turn.id))
      }
      try settle(&world, row, outcome)
      let after = try world.get(Turn.self, turn.id)
      #expect(after.state == .cancelling || Turn.table.isFinal(after.state))
      if after.state == .cancelling {
        try world.report(turn.session, turn.id, .ended(.cancelled))
        #expect(try world.get(Turn.self, turn.id).state == .cancelled)
      }
      #expect(world.violations == [])
    }
  }

  @Test("When the machine has said more already, a late refusal or an unknown outcome does not end the turn")
  func overtaken() throws {
    for outcome in Self.outcomes {
      var (world, row) = try owing("deliverPrompt")
      let turn = try #require(try world.all(Turn.self).first { $0.state == .delivering })
      try world.report(turn.session, turn.id, .started)
      try settle(&world, row, outcome)
      #expect(try world.get(Turn.self, turn.id).state == .started, "\(outcome)")
      #expect(world.violations == [])
    }
  }

  @Test("What a later turn asks of a person is not answered by an earlier turn's work", arguments: outcomes)
  func earlierWork(_ outcome: EffectOutcome) throws {
    var (world, row) = try owing("publishWork")
    let session = try #require(try world.all(Session.self).first)
    let later = try world.perform(SendPrompt(session: session.id, text: "And the docs"))
    try world.report(session.id, later.id, .ended(.interrupted(reason: "its agent is gone")))
    let waiting = try #require(try world.get(SAMTask.self, session.task).waiting)
    try settle(&world, row, outcome)
    let task = try world.get(SAMTask.self, session.task)
    #expect(task.state == .waiting)
    #expect(task.waiting == waiting)
    #expect(world.violations == [])
  }

  @Test("A lease is given once, and not for what was withdrawn")
  func lease() throws {
    var (world, row) = try owing("deliverPrompt")
    #expect(try world.perform(LeaseEffect(effect: row.id, attempt: 1), by: .system))
    #expect(try world.effects().first { $0.id == row.id }?.status == .leased)
    #expect(try !world.perform(LeaseEffect(effect: row.id, attempt: 1), by: .system), "it has begun")
    #expect(try !world.perform(LeaseEffect(effect: row.id, attempt: 2), by: .system), "another attempt")
    try settle(&world, row, .done)
    #expect(try !world.perform(LeaseEffect(effect: row.id, attempt: 1), by: .system), "it is done")
  }
}
