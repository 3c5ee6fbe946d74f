// SPDX-License-Identifier: Apache-2.0

/// What moves a session's turns: one at a time, in order, never two live ones.
enum Conversation {
  /// Accepts a prompt; it begins at once when nothing is before it.
  static func queue(
    _ text: String, _ attachments: [AttachmentNote]?, supersedes: TurnID?, in id: SessionID,
    _ decision: inout Decision
  ) throws -> Turn {
    let session = try decision.get(Session.self, id)
    try Occupancy.admit(session, &decision)
    let turn = decision.newID(TurnID.self)
    try decision.record(.turnQueued(turn), on: id, as: Session.self)
    try decision.record(
      .queued(
        session: id, number: session.turns + 1, text: text, supersedes: supersedes, owner: session.owner,
        project: session.project, attachments: attachments), on: turn, as: Turn.self)
    try advance(id, &decision)
    return try decision.get(Turn.self, turn)
  }

  /// Goes on with a turn that was cut off, in a turn of its own before all that waits.
  static func goOn(_ text: String, from turn: Turn, _ decision: inout Decision) throws {
    let next = decision.newID(TurnID.self)
    let session = try decision.record(.turnPutFirst(next), on: turn.session, as: Session.self)
    try decision.record(
      .queued(
        session: session.id, number: session.turns, text: text, supersedes: turn.id, owner: session.owner,
        project: session.project, attachments: turn.attachments), on: next, as: Turn.self)
  }

  /// Begins the next waiting turn, when the session is ready and idle.
  static func advance(_ id: SessionID, _ decision: inout Decision) throws {
    let session = try decision.get(Session.self, id)
    guard session.state == .ready, session.active == nil, let turn = session.queue.first else { return }
    guard try Quotas.admits(session, &decision) else { return }
    try decision.record(.turnActivated(turn), on: id, as: Session.self)
    let active = try decision.record(.dispatched, on: turn, as: Turn.self)
    try decision.say(.user(TextBlock(active.text, attachments: active.attachments)), in: id, turn: turn)
    try decision.record(.touched(turn: active.number), on: session.workspace, as: Workspace.self)
    decision.owe(.deliverPrompt(turn), lane: id.rawValue, subject: turn.rawValue)
    try TaskProgress.begin(session, &decision)
  }

  /// Ends a turn, whatever it was doing, and lets the next one begin.
  static func end(_ turn: Turn, with event: Turn.Event, _ decision: inout Decision) throws -> Turn {
    let session = try decision.get(Session.self, turn.session)
    let ended = try decision.record(event, on: turn.id, as: Turn.self)
    if session.active == turn.id {
      try decision.record(.turnOver(turn.id), on: session.id, as: Session.self)
      try voidApprovals(of: session.id, because: "the turn is over", &decision)
    } else {
      try decision.record(.turnDropped(turn.id), on: session.id, as: Session.self)
    }
    try decision.say(
      .turn(TurnNote(state: ended.state, reason: ended.reason)), in: session.id, turn: turn.id)
    return ended
  }

  /// What the session's machine said until now is all that counts of it: its turn is over, another epoch begins.
  /// - Parameter least: the epoch is at least this one.
  static func rebind(
    _ id: SessionID, because reason: String, atLeast least: Int64 = 0, _ decision: inout Decision
  ) throws {
    let epoch = max(try decision.get(Session.self, id).epoch + 1, least)
    let session = try decision.record(.rebound(epoch: epoch), on: id, as: Session.self)
    try decision.applied(through: 0, epoch: session.epoch, of: id)
    guard let active = session.active else { return }
    try TurnEnding.apply(.ambiguous(reason: reason), to: decision.get(Turn.self, active), &decision)
  }

  /// Takes no more prompts.
  static func close(_ id: SessionID, because reason: String, _ decision: inout Decision) throws {
    let closed = try decision.record(.closed(reason: reason), on: id, as: Session.self)
    try Occupancy.release(closed, &decision)
  }

  /// Ends a session whose machine will not come back, with all that it was about.
  static func bury(_ session: Session, because reason: String, _ decision: inout Decision) throws {
    for turn in session.queue.reversed() {
      _ = try end(decision.get(Turn.self, turn), with: .failed(reason: reason), &decision)
    }
    try rebind(session.id, because: reason, &decision)
    try decision.say(.notice(Notice(.error, "\(reason); retry the task on another machine")), in: session.id)
    try decision.record(.closed(reason: reason), on: session.id, as: Session.self)
    try TaskProgress.end(session, with: .failed(reason: reason), &decision)
  }

  /// Withdraws what the agent asked: nobody is there to hear an answer.
  static func voidApprovals(of session: SessionID, because reason: String, _ decision: inout Decision) throws {
    let open = StateQuery(
      Approval.kind, statuses: [ApprovalState.asked.rawValue], parent: session.rawValue, limit: 1000)
    for approval in try decision.all(Approval.self, open) { try void(approval, because: reason, &decision) }
    try TaskProgress.answered(decision.get(Session.self, session), &decision)
  }

  /// Withdraws one question.
  static func void(_ approval: Approval, because reason: String, _ decision: inout Decision) throws {
    try Timers.cancel(subject: approval.id.rawValue, &decision)
    let void = try decision.record(.voided(reason: reason), on: approval.id, as: Approval.self)
    try decision.say(void.note, in: void.session, turn: void.turn)
  }
}

/// How a task follows the conversation of its present attempt. What comes of an earlier attempt does not touch it.
enum TaskProgress {
  /// A turn begins. A task that has ended begins again, also one that was to be cancelled before this was said.
  static func begin(_ session: Session, _ decision: inout Decision) throws {
    guard var task = try task(of: session, &decision) else { return }
    if task.cancelRequested, !SAMTask.ended.contains(task.state) {
      // Its machine does not rest in between: one that is given back would be taken from under the turn.
      task = try decision.record(.cancelled, on: task.id, as: SAMTask.self)
    }
    switch task.state {
    case .starting, .waiting: try decision.record(.running, on: task.id, as: SAMTask.self)
    case .completed, .failed, .cancelled:
      try decision.record(.reopened, on: task.id, as: SAMTask.self)
      try Occupancy.resume(session, &decision)
    default: break
    }
  }

  /// Its workspace is there, or its limit of use still reached, and its prompts were withdrawn meanwhile.
  static func idle(_ id: SessionID, _ decision: inout Decision) throws {
    let session = try decision.get(Session.self, id)
    guard session.state == .ready, session.active == nil, session.queue.isEmpty,
      let task = try task(of: session, &decision), task.state == .starting || task.isHeld
    else { return }
    if task.state == .starting { try decision.record(.running, on: task.id, as: SAMTask.self) }
    try wait(session, for: .human("its prompt was cancelled; say what to do, or cancel the task"), &decision)
  }

  /// A person is to be asked; without a live turn nothing waits for the answer.
  static func ask(_ session: Session, _ approval: ApprovalID, _ decision: inout Decision) throws {
    if session.active != nil { try wait(session, for: .approval(approval), &decision) }
  }

  /// No question is open any more: its agent goes on.
  static func answered(_ session: Session, _ decision: inout Decision) throws {
    guard let task = try task(of: session, &decision), case .approval = task.waiting else { return }
    try decision.record(.running, on: task.id, as: SAMTask.self)
  }

  /// It waits for a person.
  static func wait(_ session: Session, for reason: WaitReason, _ decision: inout Decision) throws {
    guard let task = try task(of: session, &decision), task.state == .running || task.state == .waiting,
      task.waiting != reason
    else { return }
    try decision.record(.waiting(reason), on: task.id, as: SAMTask.self)
  }

  /// Its next prompt is held back. A task that has ended begins again.
  static func hold(_ session: Session, for reason: WaitReason, _ decision: inout Decision) throws {
    guard let task = try task(of: session, &decision), task.waiting != reason else { return }
    if task.state != .running { try begin(session, &decision) }
    try wait(session, for: reason, &decision)
  }

  /// It ends, unless it has ended.
  static func end(_ session: Session, with event: SAMTask.Event, _ decision: inout Decision) throws {
    guard let task = try task(of: session, &decision), !SAMTask.ended.contains(task.state) else { return }
    try decision.record(event, on: task.id, as: SAMTask.self)
    try Occupancy.rest(session, &decision)
  }

  /// Its agent has said nothing for a while.
  static func silent(_ session: Session, since: Timestamp, _ decision: inout Decision) throws {
    if session.active != nil { try wait(session, for: .silent(since: since), &decision) }
  }

  /// Its agent says something again.
  static func heard(_ session: Session, _ decision: inout Decision) throws {
    guard let task = try task(of: session, &decision), case .silent = task.waiting else { return }
    try decision.record(.running, on: task.id, as: SAMTask.self)
  }

  private static func task(of session: Session, _ decision: inout Decision) throws -> SAMTask? {
    let task = try decision.get(SAMTask.self, session.task)
    return task.session == session.id ? task : nil
  }
}
