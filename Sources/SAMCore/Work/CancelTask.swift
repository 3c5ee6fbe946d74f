// SPDX-License-Identifier: Apache-2.0

/// A person wants a task to end. What the agent did so far stays in the workspace.
public struct CancelTask: Command {
  /// The stable name.
  public static let name = "task.cancel"
  /// Which.
  public var task: TaskID

  /// - Parameter task: which.
  public init(task: TaskID) { self.task = task }

  /// Ends a task that nobody works on at once; otherwise ends its turns first.
  public func decide(in decision: inout Decision) throws -> SAMTask {
    let current = try decision.get(SAMTask.self, task)
    guard !SAMTask.ended.contains(current.state) else {
      throw Rejection(.wrongState, "task '\(task)' is \(current.state.rawValue) already; there is nothing to cancel")
    }
    // Somebody may have said more since that was wanted first: each time ends what there is.
    if !current.cancelRequested { try decision.record(.cancelRequested, on: task, as: SAMTask.self) }
    guard let id = current.session else {
      let cancelled = try decision.record(.cancelled, on: task, as: SAMTask.self)
      if let wish = current.wish { try Supply.run(CloudID(provider: wish.provider), &decision) }
      return cancelled
    }
    let session = try decision.get(Session.self, id)
    for turn in session.queue.reversed() {
      _ = try Conversation.end(decision.get(Turn.self, turn), with: .cancelled, &decision)
    }
    if let active = session.active {
      _ = try Cancellation.cancel(decision.get(Turn.self, active), &decision)
      return try decision.get(SAMTask.self, task)
    }
    if let id = current.workspace, try decision.get(Workspace.self, id).state == .requested {
      for effect in try decision.effects(for: id.rawValue) { decision.settle(effect.id) }
      try decision.record(.failed(reason: "the task was cancelled"), on: id, as: Workspace.self)
      try Conversation.close(session.id, because: "the task was cancelled", &decision)
    }
    let cancelled = try decision.record(.cancelled, on: task, as: SAMTask.self)
    try Occupancy.rest(session, &decision)
    return cancelled
  }
}
