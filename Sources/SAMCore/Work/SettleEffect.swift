// SPDX-License-Identifier: Apache-2.0

/// The outcome of an effect comes back: decided and settled in one transaction.
///
/// It is total: an outcome of an earlier attempt, or of an effect that was withdrawn, changes nothing.
public struct SettleEffect: Command {
  /// The stable name.
  public static let name = "effect.settle"
  /// Which.
  public var effect: EffectID
  /// Which attempt; another one's outcome is stale.
  public var attempt: Int
  /// What came of it.
  public var outcome: EffectOutcome

  /// - Parameters: as the properties of the same names.
  public init(effect: EffectID, attempt: Int, outcome: EffectOutcome) {
    self.effect = effect
    self.attempt = attempt
    self.outcome = outcome
  }

  /// Applies the outcome.
  public func decide(in decision: inout Decision) throws -> Done {
    guard let row = try decision.effect(effect), row.attempt == attempt else { return Done() }
    if case .away(let reason) = outcome {
      var next = row
      next.status = .runnable
      next.lastError = reason
      next.dueAt = decision.now + .seconds(15)
      decision.update(next)
      return Done()
    }
    if let reason = outcome.reasonToRetry(row.effect) {
      guard let most = row.effect.attempts, row.attempt >= most else {
        var next = row
        next.attempt += 1
        next.status = .runnable
        next.lastError = reason
        next.dueAt = decision.now + Effect.delay(after: row.attempt)
        decision.update(next)
        return Done()
      }
      decision.settle(row.id)
      try apply(.refused(reason: "\(reason) (tried \(row.attempt) times)"), of: row.effect, &decision)
      return Done()
    }
    decision.settle(row.id)
    try apply(outcome, of: row.effect, &decision)
    return Done()
  }

  private func apply(_ outcome: EffectOutcome, of effect: Effect, _ decision: inout Decision) throws {
    switch effect {
    case .prepareWorkspace(let id): try WorkspaceOutcome.apply(outcome, to: id, &decision)
    case .deliverPrompt(let id): try delivered(id, &decision)
    case .publishWork(let id): try PublishOutcome.apply(outcome, to: id, &decision)
    case .saveWork(let id): try Draining.saved(outcome, id, &decision)
    case .createMachine(let id): try MachineOutcome.created(outcome, id, &decision)
    case .findMachine(let id, let isLast): try MachineOutcome.found(outcome, id, isLast: isLast, &decision)
    case .destroyMachine(let id): try MachineOutcome.destroyed(id, &decision)
    case .sweep(let id): try Reaper.swept(outcome, id, &decision)
    case .timer(let timer): try TimerOutcome.apply(timer, &decision)
    case .cancelTurn, .answerApproval, .endSession, .attachSession: break
    }
  }

  private func delivered(_ id: TurnID, _ decision: inout Decision) throws {
    let turn = try decision.get(Turn.self, id)
    // When the machine has reported more already, the outcome says nothing new.
    guard turn.state == .delivering || turn.state == .cancelling else { return }
    switch outcome {
    case .refused(let reason): try TurnEnding.apply(.failed(reason: reason), to: turn, &decision)
    case .unknown: try TurnEnding.apply(.ambiguous(reason: "the delivery's outcome is unknown"), to: turn, &decision)
    default: try decision.record(.delivered, on: id, as: Turn.self)
    }
  }
}

extension EffectOutcome {
  /// Why the effect is to be tried again as it is; nil = the outcome is decided upon.
  fileprivate func reasonToRetry(_ effect: Effect) -> String? {
    switch (self, effect) {
    case (.retry(let reason), _): reason
    // Looking and removing are tried until they succeed, whatever the provider says; so much hangs on it.
    case (.provider(let error), .findMachine), (.provider(let error), .destroyMachine): error.description
    case (.unknown, .findMachine), (.unknown, .destroyMachine): "the provider gave no answer"
    case (.refused(let reason), .destroyMachine): reason
    default: nil
    }
  }
}

/// What follows when a workspace is complete, or cannot be made.
enum WorkspaceOutcome {
  static func apply(_ outcome: EffectOutcome, to id: WorkspaceID, _ decision: inout Decision) throws {
    let workspace = try decision.get(Workspace.self, id)
    guard workspace.state == .requested else { return }
    let session = try decision.get(Session.self, workspace.session)
    if case .prepared(let commit) = outcome {
      try decision.record(.prepared(baseCommit: commit), on: id, as: Workspace.self)
      try decision.record(.prepared, on: session.id, as: Session.self)
      try Conversation.advance(session.id, &decision)
      try TaskProgress.idle(session.id, &decision)
      return
    }
    let reason: String =
      if case .refused(let why) = outcome { why } else { "the workspace could not be made" }
    try decision.record(.failed(reason: reason), on: id, as: Workspace.self)
    for turn in session.queue.reversed() {
      _ = try Conversation.end(decision.get(Turn.self, turn), with: .failed(reason: reason), &decision)
    }
    try decision.say(.notice(Notice(.error, reason)), in: session.id)
    try Conversation.close(session.id, because: reason, &decision)
    try TaskProgress.end(session, with: .failed(reason: reason), &decision)
  }
}

/// What follows when work is published, or cannot be.
enum PublishOutcome {
  static func apply(_ outcome: EffectOutcome, to id: TurnID, _ decision: inout Decision) throws {
    let turn = try decision.get(Turn.self, id)
    let session = try decision.get(Session.self, turn.session)
    let task = try decision.get(SAMTask.self, session.task)
    var problem: String?
    var result = TaskResult()
    switch outcome {
    case .published(let work):
      if work.isSafe, try decision.get(Workspace.self, session.workspace).state == .ready {
        try decision.record(
          .saved(through: turn.number, bundle: work.bundle), on: session.workspace, as: Workspace.self)
      }
      result = work.result
      problem = work.problem
      if let branch = work.result.branch {
        try decision.say(
          .work(WorkNote(branch: branch, commits: result.commits, pushed: problem == nil, problem: problem)),
          in: session.id, turn: id)
      }
    case .refused(let reason), .retry(let reason): problem = reason
    default: problem = "nobody can say whether the work was pushed; look at the remote"
    }
    if let problem { try decision.say(.notice(Notice(.error, problem)), in: session.id, turn: id) }
    guard try TurnEnding.isLast(session.id, &decision) else { return }
    if task.cancelRequested { return try TaskProgress.end(session, with: .cancelled, &decision) }
    // A later turn may have ended without an answer: a person is asked how to go on.
    guard task.state != .waiting else { return }
    let end = problem.map { SAMTask.Event.failed(reason: $0) } ?? .completed(result)
    try TaskProgress.end(session, with: end, &decision)
  }
}
