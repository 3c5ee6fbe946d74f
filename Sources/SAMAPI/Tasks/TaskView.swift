// SPDX-License-Identifier: Apache-2.0
public import SAMCore

/// A task on the wire.
public struct TaskView: Codable, Hashable, Sendable {
  /// Its id.
  public var id: TaskID
  /// What people call it.
  public var title: String
  /// What is to be done.
  public var prompt: String
  /// What was sent along with it, without its content.
  public var attachments: [AttachmentNote]?
  /// Where it stands: draft, ready, queued, starting, running, waiting, completed, failed, cancelled.
  public var state: String
  /// The project.
  public var project: ProjectID
  /// The agent's name.
  public var agent: String
  /// Which attempt this is, from 1.
  public var attempt: Int
  /// The conversation of this attempt.
  public var session: SessionID?
  /// The workspace of this attempt.
  public var workspace: WorkspaceID?
  /// The machine of this attempt.
  public var machine: MachineID?
  /// The branch of this attempt.
  public var branch: String?
  /// What it waits for, while it waits.
  public var waiting: WaitingView?
  /// Whether a person wants it to end.
  public var cancelRequested: Bool
  /// What came of it.
  public var result: TaskResultView?
  /// Why it failed.
  public var failure: String?
  /// The task that made it.
  public var parent: TaskID?
  /// When it was written down.
  public var createdAt: APITimestamp
  /// When it ended.
  public var endedAt: APITimestamp?

  /// - Parameters:
  ///   - task: the task's state.
  ///   - agent: the name of its profile.
  public init(_ task: SAMTask, agent: String) {
    id = task.id
    title = task.title
    prompt = task.prompt
    attachments = task.attachments
    state = task.state.rawValue
    project = task.project
    self.agent = agent
    attempt = task.attempt
    session = task.session
    workspace = task.workspace
    machine = task.machine
    branch = task.branch
    waiting = task.waiting.map(WaitingView.init)
    cancelRequested = task.cancelRequested
    result = task.result.map(TaskResultView.init)
    failure = task.failure
    parent = task.parent
    createdAt = APITimestamp(task.createdAt)
    endedAt = task.endedAt.map(APITimestamp.init)
  }

  /// The state, where this version knows it.
  public var knownState: TaskState? { TaskState(rawValue: state) }

  private enum CodingKeys: String, CodingKey {
    case id
    case title
    case prompt
    case attachments
    case state
    case project
    case agent
    case attempt
    case session
    case workspace
    case machine
    case branch
    case waiting
    case cancelRequested = "cancel_requested"
    case result
    case failure
    case parent
    case createdAt = "created_at"
    case endedAt = "ended_at"
  }
}
