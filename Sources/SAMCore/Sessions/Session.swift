// SPDX-License-Identifier: Apache-2.0

/// A conversation with one agent in one workspace. It holds the epoch, the queue, and at most one active turn.
public struct Session: Aggregate {
  /// The kind's name.
  public static let kind = AggregateKind(rawValue: "session")

  /// What can happen to a session.
  public enum Event: Codable, Sendable, Equatable {
    /// It was opened for a task's attempt.
    case opened(
      task: TaskID, project: ProjectID, profile: ProfileID, launch: AgentLaunch, approvals: ApprovalPolicy,
      machine: MachineID, workspace: WorkspaceID, title: String, owner: UserID)
    /// Its workspace is there.
    case prepared
    /// A prompt waits.
    case turnQueued(TurnID)
    /// A prompt waits before all others: it goes on with one that was cut off.
    case turnPutFirst(TurnID)
    /// Its prompts are held back.
    case held(QuotaHold)
    /// A waiting prompt was withdrawn.
    case turnDropped(TurnID)
    /// A waiting prompt is the active one now.
    case turnActivated(TurnID)
    /// The active turn is over.
    case turnOver(TurnID)
    /// What its machine said until now is closed; what it says from now on is of this later epoch.
    case rebound(epoch: Int64)
    /// A person chose how its agent works, by the setting's id, or as it was named while nobody knew what there is.
    case settingChosen(setting: String, value: String)
    /// A choice does not hold any more.
    case choiceDropped(setting: String)
    /// What its agent offers, and what holds.
    case settingsOffered([AgentSetting])
    /// No more prompts.
    case closed(reason: String)
  }
  /// Where its life stands.
  public enum State: String, Codable, Sendable, CaseIterable {
    /// Its workspace is being prepared.
    case preparing
    /// It takes turns.
    case ready
    /// No more prompts.
    case closed
  }
  /// What moves it.
  public enum Trigger: String, Sendable, CaseIterable {
    /// The workspace is there.
    case prepare
    /// It ends.
    case close
  }
  /// The arrows.
  public static let table = StateTable<State, Trigger>([
    .preparing: [.prepare: .ready, .close: .closed],
    .ready: [.close: .closed],
    .closed: [:],
  ])

  /// Its id.
  public let id: SessionID
  /// Where its life stands.
  public private(set) var state: State
  /// The task whose attempt this is.
  public let task: TaskID
  /// The project.
  public let project: ProjectID
  /// The profile, as it was named.
  public let profile: ProfileID
  /// How the agent is started, as it was when the session was opened.
  public let launch: AgentLaunch
  /// What happens to its requests for permission.
  public let approvals: ApprovalPolicy
  /// Where it runs.
  public let machine: MachineID
  /// What it works in.
  public let workspace: WorkspaceID
  /// What people call it.
  public let title: String
  /// Which binding to a machine this is, from 1; what an earlier one says is refused.
  public private(set) var epoch: Int64
  /// The turn that the agent is busy with.
  public private(set) var active: TurnID?
  /// Prompts that wait, in order.
  public private(set) var queue: [TurnID]
  /// Why the prompts that wait are held back, and until when.
  public private(set) var hold: QuotaHold?
  /// How many prompts there were.
  public private(set) var turns: Int
  /// What its agent lets people set, and what holds, as it said last; nil = it has said nothing yet.
  public private(set) var offered: [AgentSetting]?
  /// What people chose, by setting; nil = nothing. It wins over the agent's definition.
  public private(set) var chosen: [String: String]?
  /// Why it was closed.
  public private(set) var closeReason: String?
  /// Whose it is.
  public let owner: UserID
  /// When it was opened.
  public let createdAt: Timestamp

  /// Folds `opened`.
  public init(first event: Event, id: SessionID, at: Timestamp) throws {
    guard
      case .opened(
        let task, let project, let profile, let launch, let approvals, let machine, let workspace, let title,
        let owner) = event
    else { throw Rejection(.wrongState, "session '\(id)' does not exist") }
    self.id = id
    state = .preparing
    self.task = task
    self.project = project
    self.profile = profile
    self.launch = launch
    self.approvals = approvals
    self.machine = machine
    self.workspace = workspace
    self.title = title
    self.owner = owner
    epoch = 1
    queue = []
    turns = 0
    createdAt = at
  }

  /// Folds a later event.
  public mutating func apply(_ event: Event, at: Timestamp) throws {
    switch event {
    case .opened: throw Rejection(.wrongState, "session '\(id)' is open already")
    case .prepared: try move(.prepare)
    case .closed(let reason):
      try move(.close)
      closeReason = reason
    case .rebound(let later):
      guard state != .closed else { throw closedRejection }
      guard later > epoch else { throw Rejection(.wrongState, "session '\(id)' is in epoch \(epoch) already") }
      epoch = later
    case .turnQueued(let turn):
      guard state != .closed else { throw closedRejection }
      queue.append(turn)
      turns += 1
    case .turnPutFirst(let turn):
      guard state != .closed else { throw closedRejection }
      queue.insert(turn, at: 0)
      turns += 1
    case .held(let hold):
      guard state == .ready, active == nil, !queue.isEmpty else {
        throw Rejection(.wrongState, "session '\(id)' has nothing to hold back")
      }
      self.hold = hold
    case .turnDropped(let turn):
      queue.removeAll { $0 == turn }
      if queue.isEmpty { hold = nil }
    case .turnActivated(let turn):
      guard state == .ready, active == nil, queue.first == turn else {
        throw Rejection(.wrongState, "session '\(id)' cannot begin turn '\(turn)' now")
      }
      queue.removeFirst()
      active = turn
      hold = nil
    case .turnOver(let turn):
      guard active == turn else { throw Rejection(.wrongState, "turn '\(turn)' is not the active one") }
      active = nil
    case .settingChosen(let setting, let value):
      guard state != .closed else { throw closedRejection }
      chosen = (chosen ?? [:]).merging([setting: value]) { $1 }
    case .choiceDropped(let setting):
      chosen?[setting] = nil
      if chosen?.isEmpty == true { chosen = nil }
    case .settingsOffered(let settings): offered = settings
    }
  }

  private mutating func move(_ trigger: Trigger) throws {
    guard let next = Self.table.next(from: state, on: trigger) else {
      throw Rejection(.wrongState, "session '\(id)' is \(state.rawValue); it cannot \(trigger.rawValue)")
    }
    state = next
  }

  /// What is said to those who send a prompt to a closed session.
  var closedRejection: Rejection {
    Rejection(.wrongState, "session '\(id)' is closed (\(closeReason ?? "ended")); retry its task, or make a new one")
  }

  /// What lists are made by.
  public var index: StateIndex {
    StateIndex(status: state.rawValue, owner: owner, project: project, parent: task.rawValue)
  }
}
