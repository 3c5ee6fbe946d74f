// SPDX-License-Identifier: Apache-2.0

/// What an entry says, in SAM's own words: the agent's protocol may change, history does not.
///
/// On the wire: an object with `type` and the fields of the payload beside it.
public enum EntryBody: Hashable, Sendable {
  /// A person's or agent's prompt.
  case user(TextBlock)
  /// What the agent says.
  case agent(TextBlock)
  /// What the agent thinks.
  case thought(TextBlock)
  /// A tool call, begun or changed: whole state each time.
  case tool(ToolActivity)
  /// The agent's plan, whole each time.
  case plan(Plan)
  /// Tokens and money used so far.
  case usage(Usage)
  /// An approval was asked.
  case approval(ApprovalNote)
  /// A turn changed its state.
  case turn(TurnNote)
  /// Work was pushed, or could not be.
  case work(WorkNote)
  /// What can be set, or what is set, has changed.
  case settings(SettingsNote)
  /// Something that people should know.
  case notice(Notice)
  /// An update of a kind that this version does not know; `raw` has it whole.
  case other(OtherBody)
}

/// A piece of text of one message.
public struct TextBlock: Codable, Hashable, Sendable {
  /// The text: a piece of the message, in order.
  public var text: String
  /// The agent's id of the message, where it gives one.
  public var message: String?
  /// What was sent along with a prompt, without its content.
  public var attachments: [AttachmentNote]?
  /// - Parameters: as the properties of the same names.
  public init(_ text: String, message: String? = nil, attachments: [AttachmentNote]? = nil) {
    self.text = text
    self.message = message
    self.attachments = attachments
  }
}

/// A tool call as it stands. Absent fields are unchanged since the call's last entry.
public struct ToolActivity: Codable, Hashable, Sendable {
  /// One file's change.
  public struct Diff: Codable, Hashable, Sendable {
    /// The file.
    public var path: String
    /// Before; nil = the file is new.
    public var oldText: String?
    /// After.
    public var newText: String
    /// - Parameters: as the properties of the same names.
    public init(path: String, oldText: String?, newText: String) {
      self.path = path
      self.oldText = oldText
      self.newText = newText
    }
  }
  /// The agent's id of the call.
  public var id: String
  /// What people read.
  public var title: String?
  /// read, edit, delete, move, search, execute, think, fetch, switch_mode, other.
  public var kind: String?
  /// pending, in_progress, completed, failed.
  public var status: String?
  /// What it printed or returned, as text.
  public var output: String?
  /// The files that it changes.
  public var diffs: [Diff]?
  /// The files that it touches.
  public var paths: [String]?
  /// The command line that it runs.
  public var command: String?
  /// - Parameters: as the properties of the same names.
  public init(
    id: String, title: String? = nil, kind: String? = nil, status: String? = nil, output: String? = nil,
    diffs: [Diff]? = nil, paths: [String]? = nil, command: String? = nil
  ) {
    self.id = id
    self.title = title
    self.kind = kind
    self.status = status
    self.output = output
    self.diffs = diffs
    self.paths = paths
    self.command = command
  }

  /// Takes over what a later report says; what it leaves out stays.
  public mutating func merge(_ later: ToolActivity) {
    title = later.title ?? title
    kind = later.kind ?? kind
    status = later.status ?? status
    output = later.output ?? output
    diffs = later.diffs ?? diffs
    paths = later.paths ?? paths
    command = later.command ?? command
  }
}

/// An agent's plan.
public struct Plan: Codable, Hashable, Sendable {
  /// One step.
  public struct Step: Codable, Hashable, Sendable {
    /// What is to be done.
    public var text: String
    /// high, medium, low.
    public var priority: String
    /// pending, in_progress, completed.
    public var status: String
    /// - Parameters: as the properties of the same names.
    public init(text: String, priority: String, status: String) {
      self.text = text
      self.priority = priority
      self.status = status
    }
  }
  /// The steps.
  public var steps: [Step]
  /// - Parameter steps: the steps.
  public init(steps: [Step]) { self.steps = steps }
}

/// What a session has used.
public struct Usage: Codable, Hashable, Sendable {
  /// Tokens in the context now.
  public var usedTokens: Int64
  /// Tokens that the context holds.
  public var contextTokens: Int64
  /// Money spent so far, as the agent counts it.
  public var cost: Double?
  /// ISO 4217.
  public var currency: String?
  /// - Parameters: as the properties of the same names.
  public init(usedTokens: Int64, contextTokens: Int64, cost: Double? = nil, currency: String? = nil) {
    self.usedTokens = usedTokens
    self.contextTokens = contextTokens
    self.cost = cost
    self.currency = currency
  }
}

/// An approval, seen from the conversation.
public struct ApprovalNote: Codable, Hashable, Sendable {
  /// Which.
  public var approval: ApprovalID
  /// asked, answered, expired, void.
  public var state: ApprovalState
  /// What is asked.
  public var title: String
  /// What may be answered.
  public var options: [ApprovalOption]
  /// What was answered.
  public var chosen: String?
  /// Who answered: the person's token, `policy`, or `grant`.
  public var by: String?
  /// The rule of the policy that answered.
  public var rule: String?
  /// The grant that answered, or was given with the answer.
  public var grant: GrantID?
  /// How far the answer reaches that was given; nil = this question.
  public var scope: GrantScope?
  /// Why it is not asked any more.
  public var reason: String?
  /// What is to be filled in.
  public var form: ApprovalForm?
  /// What it was filled with.
  public var values: [String: FormValue]?
  /// - Parameters: as the properties of the same names.
  public init(
    approval: ApprovalID, state: ApprovalState, title: String, options: [ApprovalOption], chosen: String? = nil,
    by: String? = nil, rule: String? = nil, grant: GrantID? = nil, scope: GrantScope? = nil, reason: String? = nil,
    form: ApprovalForm? = nil, values: [String: FormValue]? = nil
  ) {
    self.approval = approval
    self.state = state
    self.title = title
    self.options = options
    self.chosen = chosen
    self.by = by
    self.rule = rule
    self.grant = grant
    self.scope = scope
    self.reason = reason
    self.form = form
    self.values = values
  }
}

/// A turn's new state, seen from the conversation.
public struct TurnNote: Codable, Hashable, Sendable {
  /// The state.
  public var state: TurnState
  /// Why, where there is a why: the stop reason, the failure, what to do next.
  public var reason: String?
  /// - Parameters: as the properties of the same names.
  public init(state: TurnState, reason: String? = nil) {
    self.state = state
    self.reason = reason
  }
}

/// Work that left the machine, or could not.
public struct WorkNote: Codable, Hashable, Sendable {
  /// The branch.
  public var branch: String
  /// The commits that are new on it.
  public var commits: [Commit]
  /// Whether the branch is on the remote.
  public var pushed: Bool
  /// Why it is not, and where the work is kept.
  public var problem: String?
  /// - Parameters: as the properties of the same names.
  public init(branch: String, commits: [Commit], pushed: Bool, problem: String? = nil) {
    self.branch = branch
    self.commits = commits
    self.pushed = pushed
    self.problem = problem
  }
}

/// That a session's settings have changed; the session has them whole.
public struct SettingsNote: Codable, Hashable, Sendable {
  /// What has another value now.
  public struct Change: Codable, Hashable, Sendable {
    /// The setting.
    public var setting: String
    /// Its value.
    public var value: String
    /// - Parameters: as the properties of the same names.
    public init(setting: String, value: String) {
      self.setting = setting
      self.value = value
    }
  }
  /// What people are to know; none when only what can be set has changed, or what they know already has come about.
  public var changes: [Change]
  /// Who chose it: the person's token. It holds from the next prompt on. Nil = the agent says so.
  public var by: String?
  /// - Parameters: as the properties of the same names.
  public init(_ changes: [Change] = [], by: String? = nil) {
    self.changes = changes
    self.by = by
  }
}

/// One commit.
public struct Commit: Codable, Hashable, Sendable {
  /// The object name, 40 hexadecimal digits.
  public var sha: String
  /// The first line of the message.
  public var subject: String
  /// - Parameters: as the properties of the same names.
  public init(sha: String, subject: String) {
    self.sha = sha
    self.subject = subject
  }
}

/// Something that people should know.
public struct Notice: Codable, Hashable, Sendable {
  /// How much it matters.
  public enum Level: String, Codable, Sendable {
    /// Good to know.
    case info
    /// Worth a look.
    case warning
    /// Something went wrong.
    case error
  }
  /// How much it matters.
  public var level: Level
  /// What happened and what to do next.
  public var text: String
  /// - Parameters: as the properties of the same names.
  public init(_ level: Level, _ text: String) {
    self.level = level
    self.text = text
  }
}

/// An update that this version has no words for.
public struct OtherBody: Codable, Hashable, Sendable {
  /// The agent's name for the kind of update.
  public var update: String
  /// - Parameter update: the agent's name for the kind of update.
  public init(update: String) { self.update = update }
}
