// SPDX-License-Identifier: Apache-2.0

/// What moves a session's turns: one at a time, in order, never two live ones.
enum Conversation {
  /// Accepts a prompt; it begins at once when nothing is before it.
  static func queue(
    _ text: String, supersedes: TurnID?, in id: SessionID, _ decision: inout Decision
  ) throws -> Turn {
    let session = try decision.get(Session.self, id)
    let turn = decision.newID(TurnID.self)
    try decision.record(.turnQueued(turn), on: id, as: Session.self)
    try decision.record(
      .queued(
        session: id, number: session.turns + 1, text: text, supersedes: supersedes, owner: session.owner,
        project: session.project), on: turn, as: Turn.self)
    try advance(id, &decision)
    return try decision.get(Turn.self, turn)
  }

  /// Begins the next waiting turn, when the session is ready and idle.
  static func advance(_ id: SessionID, _ decision: inout Decision) throws {
    let session = try decision.get(Session.self, id)
    guard session.state == .ready, session.active == nil, let turn = session.queue.first else { return }
    try decision.record(.turnActivated(turn), on: id, as: Session.self)
    let active = try decision.record(.dispatched, on: turn, as: Turn.self)
    try decision.say(.user(TextBlock(active.text)), in: id, turn: turn)
    decision.owe(.deliverPrompt(turn), lane: id.rawValue, subject: turn.rawValue)
    try TaskProgress.working(session.task, &decision)
  }

  /// Ends a turn, whatever it was doing, and lets the next one begin.
  static func end(_ turn: Turn, with event: Turn.Event, _ decision: inout Decision) throws -> Turn {
    let session = try decision.get(Session.self, turn.session)
    let ended = try decision.record(event, on: turn.id, as: Turn.self)
    if session.active == turn.id {
      try decision.record(.turnOver(turn.id), on: session.id, as: Session.self)
    } else {
      try decision.record(.turnDropped(turn.id), on: session.id, as: Session.self)
    }
    try voidApprovals(of: session.id, because: "the turn is over", &decision)
    try decision.say(
      .turn(TurnNote(state: ended.state, reason: ended.reason)), in: session.id, turn: turn.id)
    return ended
  }

  /// Withdraws what the agent asked: nobody is there to hear an answer.
  static func voidApprovals(of session: SessionID, because reason: String, _ decision: inout Decision) throws {
    let open = StateQuery(
      Approval.kind, statuses: [ApprovalState.asked.rawValue], parent: session.rawValue, limit: 1000)
    for approval in try decision.all(Approval.self, open) where approval.state == .asked {
      let void = try decision.record(.voided(reason: reason), on: approval.id, as: Approval.self)
      try decision.say(void.note(), in: session, turn: approval.turn)
    }
  }
}

/// How a task follows its conversation.
enum TaskProgress {
  /// Its agent works.
  static func working(_ id: TaskID, _ decision: inout Decision) throws {
    let task = try decision.get(SAMTask.self, id)
    switch task.state {
    case .starting, .waiting: try decision.record(.running, on: id, as: SAMTask.self)
    case .completed, .failed, .cancelled: try decision.record(.reopened, on: id, as: SAMTask.self)
    default: break
    }
  }

  /// It waits for a person.
  static func wait(_ id: TaskID, for reason: WaitReason, _ decision: inout Decision) throws {
    let task = try decision.get(SAMTask.self, id)
    guard task.state == .running || task.state == .waiting, task.waiting != reason else { return }
    try decision.record(.waiting(reason), on: id, as: SAMTask.self)
  }

  /// It ends, unless it has ended or its conversation goes on.
  static func end(_ id: TaskID, with event: SAMTask.Event, _ decision: inout Decision) throws {
    let task = try decision.get(SAMTask.self, id)
    guard !SAMTask.ended.contains(task.state), task.state != .draft else { return }
    try decision.record(event, on: id, as: SAMTask.self)
  }
}
