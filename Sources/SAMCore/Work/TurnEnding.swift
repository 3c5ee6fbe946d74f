// SPDX-License-Identifier: Apache-2.0

/// What follows when a turn is over: work is published, the task moves on, the next turn begins.
enum TurnEnding {
  static func apply(_ end: TurnEnd, to turn: Turn, _ decision: inout Decision) throws {
    let session = try decision.get(Session.self, turn.session)
    let task = try decision.get(SAMTask.self, session.task)
    let ended = try Conversation.end(turn, with: event(end), &decision)
    switch end {
    case .finished(let stopReason) where stopReason != "cancelled":
      decision.owe(.publishWork(turn.id), lane: session.id.rawValue, subject: turn.id.rawValue)
      try TaskProgress.working(session.task, &decision)
    case .failed(let reason):
      if try isLast(session.id, &decision) { try TaskProgress.end(task.id, with: .failed(reason: reason), &decision) }
    case .finished, .cancelled:
      if task.cancelRequested {
        try TaskProgress.end(task.id, with: .cancelled, &decision)
      } else {
        try pause(task.id, "the turn was cancelled; say what to do next, or cancel the task", &decision)
      }
    case .interrupted(let reason):
      try interrupted(task, "the turn was interrupted (\(reason)); say how to go on", &decision)
    case .ambiguous(let reason):
      try interrupted(
        task,
        "nobody can say whether the agent got prompt \(ended.number) (\(reason)); "
          + "look at the workspace, then say it again or go on", &decision)
    }
    try Conversation.advance(session.id, &decision)
  }

  private static func interrupted(_ task: SAMTask, _ why: String, _ decision: inout Decision) throws {
    if task.cancelRequested {
      try TaskProgress.end(task.id, with: .cancelled, &decision)
    } else {
      try pause(task.id, why, &decision)
    }
  }

  private static func pause(_ task: TaskID, _ why: String, _ decision: inout Decision) throws {
    try TaskProgress.wait(task, for: .human(why), &decision)
  }

  /// Whether nothing else is said in the session.
  static func isLast(_ id: SessionID, _ decision: inout Decision) throws -> Bool {
    let session = try decision.get(Session.self, id)
    return session.active == nil && session.queue.isEmpty
  }

  private static func event(_ end: TurnEnd) -> Turn.Event {
    switch end {
    case .finished(let reason): .finished(stopReason: reason)
    case .failed(let reason): .failed(reason: reason)
    case .interrupted(let reason): .interrupted(reason: reason)
    case .ambiguous(let reason): .lost(reason: reason)
    case .cancelled: .cancelled
    }
  }
}
