// SPDX-License-Identifier: Apache-2.0

/// What the control plane asks of a machine. Every request may be repeated: the machine knows what it has done.
public enum MachineRequest: Codable, Hashable, Sendable {
  /// Make the workspace's clone, or find it complete.
  case prepare(WorkspaceOrder)
  /// Put a prompt into the inbox; the answer comes when it is on disk.
  case deliver(PromptDelivery)
  /// Serve a session again after either side was away: recover its inbox, send what was not acknowledged. `turn` is
  /// the one that the machine must know; one that does not say what became of it.
  case attach(SessionSpec, turn: TurnID? = nil)
  /// Ask the agent to stop a turn.
  case cancel(session: SessionID, turn: TurnID)
  /// Give an approval's answer to the agent that asked. `option` nil = the turn is being cancelled.
  case answer(session: SessionID, approval: ApprovalID, option: String?, values: [String: FormValue]? = nil)
  /// Commit what is left in the workspace and push its branch.
  case publish(PublishOrder)
  /// Commit what is left in the workspace and keep what is not on the remote as a bundle.
  case save(PublishOrder)
  /// End the session's agent. The session can be served again later.
  case end(session: SessionID)
  /// Start an agent, initialise it, open and close a conversation, and say what it can do. `login` = it logs itself in
  /// before, in this way of its own.
  case check(AgentLaunch, login: String? = nil)
}

/// What a machine needs to make a workspace.
public struct WorkspaceOrder: Codable, Hashable, Sendable {
  /// The workspace.
  public var workspace: WorkspaceID
  /// Where the repository comes from.
  public var repository: String
  /// The branch to start from; nil = the remote's HEAD.
  public var baseBranch: String?
  /// The branch to work on.
  public var branch: String
  /// - Parameters: as the properties of the same names.
  public init(workspace: WorkspaceID, repository: String, baseBranch: String?, branch: String) {
    self.workspace = workspace
    self.repository = repository
    self.baseBranch = baseBranch
    self.branch = branch
  }
}

/// What a machine needs to serve a session.
public struct SessionSpec: Codable, Hashable, Sendable {
  /// The session.
  public var session: SessionID
  /// The binding that this order belongs to.
  public var epoch: Int64
  /// The workspace that the agent works in.
  public var workspace: WorkspaceID
  /// How the agent is started. Secrets are filled in; this is never stored.
  public var launch: AgentLaunch
  /// What people chose, by setting: it holds before a prompt is handed over; nil = nothing.
  public var chosen: [String: String]?
  /// - Parameters: as the properties of the same names.
  public init(
    session: SessionID, epoch: Int64, workspace: WorkspaceID, launch: AgentLaunch, chosen: [String: String]? = nil
  ) {
    self.session = session
    self.epoch = epoch
    self.workspace = workspace
    self.launch = launch
    self.chosen = chosen
  }
}

/// A prompt on its way to an agent.
public struct PromptDelivery: Codable, Hashable, Sendable {
  /// The session and how to serve it.
  public var spec: SessionSpec
  /// The prompt's id.
  public var turn: TurnID
  /// What is said.
  public var text: String
  /// What is sent along.
  public var attachments: [PromptAttachment]?
  /// The request that it came with: a W3C `traceparent`, handed on to the agent.
  public var correlation: String?
  /// - Parameters: as the properties of the same names.
  public init(
    spec: SessionSpec, turn: TurnID, text: String, attachments: [PromptAttachment]? = nil, correlation: String? = nil
  ) {
    self.spec = spec
    self.turn = turn
    self.text = text
    self.attachments = attachments
    self.correlation = correlation
  }
}

/// What a machine needs to publish work.
public struct PublishOrder: Codable, Hashable, Sendable {
  /// The workspace.
  public var workspace: WorkspaceID
  /// Where the branch goes.
  public var repository: String
  /// The branch that the work started from; nil = the remote's HEAD.
  public var baseBranch: String?
  /// The branch that the work is on.
  public var branch: String
  /// The commit that the work started from.
  public var baseCommit: String?
  /// The message of the commit that SAM makes of what the agent left uncommitted.
  public var message: String
  /// - Parameters: as the properties of the same names.
  public init(
    workspace: WorkspaceID, repository: String, baseBranch: String?, branch: String, baseCommit: String?,
    message: String
  ) {
    self.workspace = workspace
    self.repository = repository
    self.baseBranch = baseBranch
    self.branch = branch
    self.baseCommit = baseCommit
    self.message = message
  }
}
