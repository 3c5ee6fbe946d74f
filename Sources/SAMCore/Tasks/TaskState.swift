// SPDX-License-Identifier: Apache-2.0

/// Where a task stands.
public enum TaskState: String, Codable, Sendable, CaseIterable {
  /// Written down, not yet wanted.
  case draft
  /// Wanted; what it depends on is there.
  case ready
  /// Waits for a machine.
  case queued
  /// Its workspace is being prepared.
  case starting
  /// Its agent works.
  case running
  /// It waits for what ``SAMTask/waiting`` names.
  case waiting
  /// Done; its work is pushed.
  case completed
  /// Ended with a reason.
  case failed
  /// Ended by a person.
  case cancelled
}

/// What moves a task.
public enum TaskTrigger: String, Sendable, CaseIterable {
  /// It is wanted.
  case ready
  /// It waits for a machine.
  case queue
  /// A machine takes it.
  case start
  /// Its agent works, or works again.
  case run
  /// It has to wait.
  case wait
  /// Its work is done.
  case complete
  /// It cannot go on.
  case fail
  /// A person ends it.
  case cancel
  /// Another prompt in its conversation: a new attempt where it left off.
  case reopen
  /// A new attempt from the start.
  case retry
}

/// What a waiting task waits for.
public enum WaitReason: Codable, Hashable, Sendable {
  /// A person's answer to an approval.
  case approval(ApprovalID)
  /// A person's next prompt; the text says why.
  case human(String)
  /// A machine; the text says why there is none yet.
  case capacity(String)
  /// A word of the agent, which has said nothing since.
  case silent(since: Timestamp)
  /// The end of a limit of use; the reason says whose limit it is.
  case quota(until: Timestamp, reason: String)

  /// The wait, in words.
  public var explanation: String {
    switch self {
    case .approval(let id): "the agent asks for permission; answer approval \(id)"
    case .human(let text), .capacity(let text): text
    case .quota(let until, let reason): "a limit of use is reached (\(reason)); it goes on by itself at \(until.words)"
    case .silent: "the agent has said nothing for a while; wait, or cancel the turn"
    }
  }
}

extension SAMTask {
  /// The arrows.
  public static let table = StateTable<TaskState, TaskTrigger>([
    .draft: [.ready: .ready],
    .ready: [.queue: .queued],
    .queued: [.start: .starting, .cancel: .cancelled],
    .starting: [.run: .running, .fail: .failed, .cancel: .cancelled],
    .running: [.wait: .waiting, .complete: .completed, .fail: .failed, .cancel: .cancelled],
    .waiting: [.run: .running, .wait: .waiting, .fail: .failed, .cancel: .cancelled],
    .completed: [.reopen: .running],
    .failed: [.reopen: .running, .retry: .queued],
    .cancelled: [.reopen: .running, .retry: .queued],
  ])

  /// The states in which a task has ended, though a new attempt may follow.
  public static let ended: Set<TaskState> = [.completed, .failed, .cancelled]
}
