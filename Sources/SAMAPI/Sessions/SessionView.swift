// SPDX-License-Identifier: Apache-2.0
public import SAMCore

/// A session on the wire.
public struct SessionView: Codable, Hashable, Sendable {
  /// Its id.
  public var id: SessionID
  /// preparing, ready, closed.
  public var state: String
  /// What people call it.
  public var title: String
  /// The task whose attempt this is.
  public var task: TaskID
  /// The project.
  public var project: ProjectID
  /// The agent's name.
  public var agent: String
  /// ask, allow, deny: what happens to the agent's requests for permission.
  public var approvals: String
  /// The rules for its agent's requests for permission, as they were when it was opened.
  public var rules: [ApprovalRuleView]
  /// The turn that the agent is busy with.
  public var activeTurn: TurnID?
  /// Prompts that wait, in order.
  public var queuedTurns: [TurnID]
  /// What the prompts that wait are held back for.
  public var waiting: WaitingView?
  /// How many prompts there were.
  public var turns: Int
  /// Where it runs.
  public var machine: MachineID
  /// What it works in.
  public var workspace: WorkspaceID
  /// What its agent lets people set, and what was chosen; nil in lists, and while nobody knows.
  public var settings: [SettingView]?
  /// Which binding to a machine this is, from 1.
  public var epoch: Int64
  /// Why it was closed.
  public var closeReason: String?
  /// When it was opened.
  public var createdAt: APITimestamp

  /// - Parameters:
  ///   - session: the session's state.
  ///   - agent: the name of its profile.
  ///   - isWhole: whether its settings are shown.
  public init(_ session: Session, agent: String, isWhole: Bool = true) {
    id = session.id
    state = session.state.rawValue
    title = session.title
    task = session.task
    project = session.project
    self.agent = agent
    approvals = session.approvals.standard.rawValue
    rules = session.approvals.rules.map { ApprovalRuleView($0.action, $0.match) }
    activeTurn = session.active
    queuedTurns = session.queue
    waiting = session.hold.map { WaitingView(.quota(until: $0.until, reason: $0.reason)) }
    turns = session.turns
    machine = session.machine
    workspace = session.workspace
    settings = isWhole ? SettingView.all(session) : nil
    epoch = session.epoch
    closeReason = session.closeReason
    createdAt = APITimestamp(session.createdAt)
  }

  private enum CodingKeys: String, CodingKey {
    case id
    case state
    case title
    case task
    case project
    case agent
    case approvals
    case rules
    case activeTurn = "active_turn"
    case queuedTurns = "queued_turns"
    case waiting
    case turns
    case machine
    case workspace
    case settings
    case epoch
    case closeReason = "close_reason"
    case createdAt = "created_at"
  }
}
