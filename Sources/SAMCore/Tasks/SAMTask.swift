// SPDX-License-Identifier: Apache-2.0

/// A node of the task graph: something to be done on a project, in one or more attempts.
public struct SAMTask: Aggregate {
  /// The kind's name.
  public static let kind = AggregateKind(rawValue: "task")

  /// What can happen to a task.
  public enum Event: Codable, Sendable, Equatable {
    /// It was written down.
    case created(
      title: String, prompt: String, project: ProjectID, profile: ProfileID, owner: UserID, parent: TaskID?,
      root: TaskID, depth: Int, wish: MachineWish? = nil,
      attachments: [AttachmentNote]? = nil, chosen: [String: String]? = nil)
    /// It is wanted.
    case readied
    /// It waits for a machine.
    case queued
    /// What it waits for, while it is queued.
    case held(WaitReason)
    /// An attempt began.
    case started(session: SessionID, workspace: WorkspaceID, machine: MachineID, branch: String)
    /// Its agent works.
    case running
    /// It has to wait.
    case waiting(WaitReason)
    /// A person wants it to end; the agent is being told.
    case cancelRequested
    /// Its work is done.
    case completed(TaskResult)
    /// It cannot go on.
    case failed(reason: String)
    /// It ended by a person's wish.
    case cancelled
    /// Another prompt came after it had ended.
    case reopened
    /// A new attempt from the start.
    case retried
  }

  /// Its id.
  public let id: TaskID
  /// Where it stands.
  public private(set) var state: TaskState
  /// What people call it.
  public let title: String
  /// What is to be done.
  public let prompt: String
  /// What was sent along with it.
  public let attachments: [AttachmentNote]?
  /// What was chosen for its agent, by setting: each attempt begins with it; nil = nothing.
  public let chosen: [String: String]?
  /// The project.
  public let project: ProjectID
  /// The agent with its settings.
  public let profile: ProfileID
  /// What machine it wants; nil = this one.
  public let wish: MachineWish?
  /// Whose it is.
  public let owner: UserID
  /// The task that made it.
  public let parent: TaskID?
  /// The task at the top of its tree; itself, when nobody made it.
  public let root: TaskID
  /// How far below the root.
  public let depth: Int
  /// Which attempt this is, from 1.
  public private(set) var attempt: Int
  /// The conversation of this attempt.
  public private(set) var session: SessionID?
  /// The workspace of this attempt.
  public private(set) var workspace: WorkspaceID?
  /// The machine of this attempt.
  public private(set) var machine: MachineID?
  /// The branch of this attempt.
  public private(set) var branch: String?
  /// What it waits for, while it waits.
  public private(set) var waiting: WaitReason?
  /// Whether a person wants it to end.
  public private(set) var cancelRequested: Bool
  /// What came of it.
  public private(set) var result: TaskResult?
  /// Why it failed.
  public private(set) var failure: String?
  /// When it was written down.
  public let createdAt: Timestamp
  /// When it ended.
  public private(set) var endedAt: Timestamp?

  /// Folds `created`.
  public init(first event: Event, id: TaskID, at: Timestamp) throws {
    guard
      case .created(
        let title, let prompt, let project, let profile, let owner, let parent, let root, let depth, let wish,
        let attachments, let chosen) = event
    else { throw Rejection(.wrongState, "task '\(id)' does not exist") }
    self.id = id
    state = .draft
    self.title = title
    self.prompt = prompt
    self.attachments = attachments
    self.chosen = chosen
    self.project = project
    self.profile = profile
    self.wish = wish
    self.owner = owner
    self.parent = parent
    self.root = root
    self.depth = depth
    attempt = 1
    cancelRequested = false
    createdAt = at
  }

  /// Folds a later event.
  public mutating func apply(_ event: Event, at: Timestamp) throws {
    if case .cancelRequested = event {
      cancelRequested = true
      return
    }
    if case .held(let reason) = event {
      guard state == .queued else {
        throw Rejection(.wrongState, "task '\(id)' is \(state.rawValue); it waits for no machine")
      }
      waiting = reason
      return
    }
    guard let trigger = event.trigger, let next = Self.table.next(from: state, on: trigger) else {
      throw Rejection(.wrongState, "task '\(id)' is \(state.rawValue); that cannot happen to it now")
    }
    state = next
    waiting = nil
    endedAt = Self.ended.contains(next) ? at : nil
    switch event {
    case .started(let session, let workspace, let machine, let branch):
      self.session = session
      self.workspace = workspace
      self.machine = machine
      self.branch = branch
    case .waiting(let reason): waiting = reason
    case .completed(let result): self.result = result
    case .failed(let reason): failure = reason
    case .reopened, .retried:
      attempt += 1
      cancelRequested = false
      failure = nil
      if event == .retried { (session, workspace, machine, branch) = (nil, nil, nil, nil) }
    default: break
    }
  }

  /// Whether it waits for the end of a limit of use.
  var isHeld: Bool { if case .quota = waiting { true } else { false } }

  /// What lists are made by.
  public var index: StateIndex {
    StateIndex(
      status: state.rawValue, owner: owner, project: project, parent: parent?.rawValue, name: nil)
  }
}

extension SAMTask.Event {
  /// What this event does to the state; nil for those that only note something.
  var trigger: TaskTrigger? {
    switch self {
    case .created, .cancelRequested, .held: nil
    case .readied: .ready
    case .queued: .queue
    case .started: .start
    case .running: .run
    case .waiting: .wait
    case .completed: .complete
    case .failed: .fail
    case .cancelled: .cancel
    case .reopened: .reopen
    case .retried: .retry
    }
  }
}

/// What came of a task.
public struct TaskResult: Codable, Hashable, Sendable {
  /// The branch on the remote; nil when nothing was changed.
  public var branch: String?
  /// The branch's last commit.
  public var head: String?
  /// All commits since the work started.
  public var commits: [Commit]
  /// What changed, as numbers.
  public var files: Int
  /// Lines added.
  public var insertions: Int
  /// Lines removed.
  public var deletions: Int

  /// - Parameters: as the properties of the same names.
  public init(
    branch: String? = nil, head: String? = nil, commits: [Commit] = [], files: Int = 0, insertions: Int = 0,
    deletions: Int = 0
  ) {
    self.branch = branch
    self.head = head
    self.commits = commits
    self.files = files
    self.insertions = insertions
    self.deletions = deletions
  }
}
