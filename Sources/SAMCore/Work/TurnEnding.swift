// SPDX-License-Identifier: Apache-2.0

/// What follows when a turn is over: work is published, the task moves on, the next turn begins.
enum TurnEnding {
  static func apply(_ end: TurnEnd, to turn: Turn, _ decision: inout Decision) throws {
    let session = try decision.get(Session.self, turn.session)
    let task = try decision.get(SAMTask.self, session.task)
    let ended = try Conversation.end(turn, with: event(end, of: turn), &decision)
    if case .limited = end {} else { try Quotas.ended(session, end, &decision) }
    switch end {
    case .finished(let stopReason) where stopReason != "cancelled":
      decision.owe(.publishWork(turn.id), lane: session.id.rawValue, subject: turn.id.rawValue)
    case _ where task.cancelRequested: try TaskProgress.end(session, with: .cancelled, &decision)
    case .failed(let reason):
      if try isLast(session.id, &decision) { try TaskProgress.end(session, with: .failed(reason: reason), &decision) }
    case .limited(let reason, let until) where turn.state != .cancelling:
      try Quotas.exhausted(session, by: turn, because: reason, until: until, &decision)
    case .finished, .cancelled, .limited:
      try pause(session, "the turn was cancelled; say what to do next, or cancel the task", &decision)
    case .interrupted(let reason):
      try pause(session, "the turn was interrupted (\(reason)); say how to go on", &decision)
    case .ambiguous(let reason):
      try pause(
        session,
        "nobody can say whether the agent got prompt \(ended.number) (\(reason)); "
          + "look at the workspace, then say it again or go on", &decision)
    }
    try Conversation.advance(session.id, &decision)
  }

  private static func pause(_ session: Session, _ why: String, _ decision: inout Decision) throws {
    try TaskProgress.wait(session, for: .human(why), &decision)
  }

  /// Whether nothing else is said in the session.
  static func isLast(_ id: SessionID, _ decision: inout Decision) throws -> Bool {
    let session = try decision.get(Session.self, id)
    return session.active == nil && session.queue.isEmpty
  }

  /// The machine may have lost what it said before; this side has not: a turn that has started was not lost on its way.
  private static func event(_ end: TurnEnd, of turn: Turn) -> Turn.Event {
    switch end {
    case .ambiguous(let reason) where turn.state == .started: .interrupted(reason: reason)
    case .cancelled where turn.state == .started: .finished(stopReason: "cancelled")
    case .finished(let reason): .finished(stopReason: reason)
    case .failed(let reason), .limited(let reason, _): .failed(reason: reason)
    case .interrupted(let reason): .interrupted(reason: reason)
    case .ambiguous(let reason): .lost(reason: reason)
    case .cancelled: .cancelled
    }
  }
}
