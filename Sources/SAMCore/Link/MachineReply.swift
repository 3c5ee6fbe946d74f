// SPDX-License-Identifier: Apache-2.0

/// What a machine answers to a request.
public enum MachineReply: Codable, Hashable, Sendable {
  /// It is done, or was done before.
  case done
  /// The workspace is complete.
  case prepared(baseCommit: String?)
  /// The work is pushed, or there was nothing to push.
  case published(PublishedWork)
  /// What an agent can do, or what is missing.
  case checked(AgentCheck)
  /// It cannot be done; trying again would not help.
  case refused(reason: String)
}

/// What a trial start of an agent showed.
public struct AgentCheck: Codable, Hashable, Sendable {
  /// Whether a conversation could be opened.
  public var works: Bool
  /// What is missing and what to do; nil when it works.
  public var problem: String?
  /// What the agent calls itself, with its version.
  public var name: String?
  /// What it can do, in words: `load`, `image`, `mcp.http`, …
  public var abilities: [String]
  /// The program that was started.
  public var program: String?
  /// How long start and initialisation took, in milliseconds.
  public var startMilliseconds: Int64?
  /// What does not keep it from working and is not as its definition wants it, in sentences; nil = nothing.
  public var lacks: [String]?
  /// The ways to log it in; nil = it has none of its own.
  public var logins: [AgentLogin]?
  /// What the agent has made of its login files, by the secret's name; nil = nothing. Whoever asked keeps it, and it goes no
  /// further.
  public var rewritten: [String: String]?
  /// - Parameters: as the properties of the same names.
  public init(
    works: Bool, problem: String? = nil, name: String? = nil, abilities: [String] = [], program: String? = nil,
    startMilliseconds: Int64? = nil, lacks: [String]? = nil, logins: [AgentLogin]? = nil,
    rewritten: [String: String]? = nil
  ) {
    self.works = works
    self.problem = problem
    self.name = name
    self.abilities = abilities
    self.program = program
    self.startMilliseconds = startMilliseconds
    self.lacks = lacks
    self.logins = logins
    self.rewritten = rewritten
  }
}

/// A way to log an agent in. Source: ACP v1, Authentication.
public struct AgentLogin: Codable, Hashable, Sendable {
  /// The agent's id of it.
  public var id: String
  /// What people read.
  public var name: String
  /// What it means.
  public var description: String?
  /// What a person runs in a terminal of the machine: a program and its arguments; nil = the agent does it when asked.
  public var command: [String]?
  /// The variables that the command gets besides.
  public var environment: [String: String]?

  /// - Parameters: as the properties of the same names.
  public init(
    id: String, name: String, description: String? = nil, command: [String]? = nil,
    environment: [String: String]? = nil
  ) {
    self.id = id
    self.name = name
    self.description = description
    self.command = command
    self.environment = environment
  }
}

/// Work as the machine published it.
public struct PublishedWork: Codable, Hashable, Sendable {
  /// What changed since the work started; `branch` nil = nothing.
  public var result: TaskResult
  /// Why it could not be pushed, and what to do; nil = it is on the remote.
  public var problem: String?
  /// The work as a git bundle, when it could not be pushed.
  public var bundle: BlobID?
  /// Whether it is anywhere but on the machine: on the remote or in a bundle, or there is none.
  public var isSafe: Bool { problem == nil || bundle != nil }
  /// - Parameters: as the properties of the same names.
  public init(result: TaskResult, problem: String? = nil, bundle: BlobID? = nil) {
    self.result = result
    self.problem = problem
    self.bundle = bundle
  }
}

/// What a machine reports by itself: numbered per session and epoch, kept on its disk until acknowledged.
public struct OutboxItem: Codable, Hashable, Sendable {
  /// The place within session and epoch, from 1 without gaps.
  public var sequence: Int64
  /// When it happened, by the machine's clock.
  public var at: Timestamp
  /// The turn that it belongs to.
  public var turn: TurnID?
  /// What happened.
  public var content: Content

  /// Something said, or something that the control plane decides upon.
  public enum Content: Codable, Hashable, Sendable {
    /// A line of the transcript, and the agent's own message.
    case entry(EntryBody, raw: JSONText?)
    /// The agent has the prompt: there is evidence.
    case started
    /// The turn is over.
    case ended(TurnEnd)
    /// The agent asks for permission.
    case asked(ApprovalID, title: String, tool: ToolActivity?, options: [ApprovalOption], form: ApprovalForm? = nil)
    /// The agent's process is gone; what it asked is void.
    case agentGone(reason: String)
    /// The agent works on a turn and has said nothing since.
    case silent(since: Timestamp)
    /// The agent says something again.
    case heard
    /// What the agent lets people set, and what holds. `told` = which choices of people it had been told by then.
    case settings([AgentSetting], told: [String: String])
    /// The agent does not have or take what was chosen.
    case settingRefused(RefusedSetting)
  }

  /// - Parameters: as the properties of the same names.
  public init(sequence: Int64, at: Timestamp, turn: TurnID?, content: Content) {
    self.sequence = sequence
    self.at = at
    self.turn = turn
    self.content = content
  }
}

/// How a turn ended on the machine.
public enum TurnEnd: Codable, Hashable, Sendable {
  /// The agent answered.
  case finished(stopReason: String)
  /// It could not be done.
  case failed(reason: String)
  /// The agent was told that a limit of use is reached, and perhaps until when.
  case limited(reason: String, until: Timestamp?)
  /// The agent had it and was cut off.
  case interrupted(reason: String)
  /// It was handed over, and nobody can say whether the agent has it.
  case ambiguous(reason: String)
  /// It ended before the agent had it.
  case cancelled
}

/// A run of items of one session and epoch.
public struct OutboxBatch: Codable, Hashable, Sendable {
  /// The session.
  public var session: SessionID
  /// The epoch.
  public var epoch: Int64
  /// The items, in sequence without gaps.
  public var items: [OutboxItem]
  /// - Parameters: as the properties of the same names.
  public init(session: SessionID, epoch: Int64, items: [OutboxItem]) {
    self.session = session
    self.epoch = epoch
    self.items = items
  }
}
