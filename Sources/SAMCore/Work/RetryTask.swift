// SPDX-License-Identifier: Apache-2.0

/// A person wants a task that failed or was cancelled done again, from the start.
public struct RetryTask: Command {
  /// The stable name.
  public static let name = "task.retry"
  /// Which.
  public var task: TaskID

  /// - Parameter task: which.
  public init(task: TaskID) { self.task = task }

  /// Closes the old conversation and begins a new attempt with a workspace of its own.
  public func decide(in decision: inout Decision) throws -> SAMTask {
    let current = try decision.get(SAMTask.self, task)
    guard current.state == .failed || current.state == .cancelled else {
      throw Rejection(
        .wrongState, "task '\(task)' is \(current.state.rawValue); only a failed or cancelled one is retried")
    }
    if let session = current.session, try decision.get(Session.self, session).state != .closed {
      try Conversation.close(session, because: "the task was retried", &decision)
      decision.owe(.endSession(session), lane: session.rawValue, subject: session.rawValue)
    }
    try decision.record(.retried, on: task, as: SAMTask.self)
    return try Supply.place(task, &decision)
  }
}
