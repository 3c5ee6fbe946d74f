// SPDX-License-Identifier: Apache-2.0

/// Where an approval stands.
public enum ApprovalState: String, Codable, Sendable, CaseIterable {
  /// The agent waits for an answer.
  case asked
  /// Somebody answered; nobody else can any more.
  case answered
  /// Nobody answered in time; that is a no.
  case expired
  /// The agent that asked is gone; an answer would reach nobody.
  case void
}

/// One of the answers that an agent accepts.
public struct ApprovalOption: Codable, Hashable, Sendable {
  /// The agent's id of the option; answers name it.
  public var id: String
  /// What people read.
  public var name: String
  /// allow_once, allow_always, reject_once, reject_always.
  public var kind: String
  /// - Parameters: as the properties of the same names.
  public init(id: String, name: String, kind: String) {
    self.id = id
    self.name = name
    self.kind = kind
  }

  /// What it answers; nil for a kind that this version does not know.
  var action: ApprovalAction? {
    switch kind {
    case "allow_once", "allow_always": .allow
    case "reject_once", "reject_always": .deny
    default: nil
    }
  }
  /// Whether the agent would not ask again.
  var isLasting: Bool { kind == "allow_always" || kind == "reject_always" }
}

/// What an answer rests on when it was not given to this one question alone.
public enum AnswerBasis: Codable, Hashable, Sendable {
  /// The policy of the agent, by this rule.
  case rule(String)
  /// A grant that was there.
  case grant(GrantID)
  /// A grant that was given with it.
  case granting(GrantID, GrantScope)
}

/// A question to a human, asked by an agent, answered at most once.
public struct Approval: Aggregate {
  /// The kind's name.
  public static let kind = AggregateKind(rawValue: "approval")

  /// What can happen to an approval.
  public enum Event: Codable, Sendable, Equatable {
    /// The agent asks.
    case asked(
      session: SessionID, turn: TurnID?, title: String, tool: ToolActivity?, options: [ApprovalOption], owner: UserID,
      project: ProjectID, form: ApprovalForm? = nil)
    /// Somebody answered, or the policy, or a grant; `name` is the name of the person's token, `values` what the form was
    /// filled with.
    case answered(
      option: String, by: Actor, basis: AnswerBasis? = nil, name: String? = nil, values: [String: FormValue]? = nil)
    /// Nobody answered in time.
    case expired
    /// The agent that asked is gone.
    case voided(reason: String)
  }
  /// What moves it.
  public enum Trigger: String, Sendable, CaseIterable {
    /// Somebody answers.
    case answer
    /// Time is over.
    case expire
    /// The agent is gone.
    case void
  }
  /// The arrows.
  public static let table = StateTable<ApprovalState, Trigger>([
    .asked: [.answer: .answered, .expire: .expired, .void: .void],
    .answered: [:], .expired: [:], .void: [:],
  ])

  /// Its id.
  public let id: ApprovalID
  /// Where it stands.
  public private(set) var state: ApprovalState
  /// The conversation in which it was asked.
  public let session: SessionID
  /// The turn in which it was asked.
  public let turn: TurnID?
  /// What is asked.
  public let title: String
  /// What the agent wants to do.
  public let tool: ToolActivity?
  /// What may be answered.
  public let options: [ApprovalOption]
  /// What is to be filled in; nil = only one of the options is to be chosen.
  public let form: ApprovalForm?
  /// What was answered.
  public private(set) var chosen: String?
  /// What the form was filled with.
  public private(set) var values: [String: FormValue]?
  /// Who answered.
  public private(set) var answeredBy: Actor?
  /// What the answer rests on; nil = it was given to this question alone.
  public private(set) var basis: AnswerBasis?
  /// The name of the token with which it was answered.
  public private(set) var answererName: String?
  /// Why nobody is asked any more.
  public private(set) var voidReason: String?
  /// Whose it is.
  public let owner: UserID
  /// The project.
  public let project: ProjectID
  /// When it was asked.
  public let createdAt: Timestamp

  /// Folds `asked`.
  public init(first event: Event, id: ApprovalID, at: Timestamp) throws {
    guard
      case .asked(let session, let turn, let title, let tool, let options, let owner, let project, let form) = event
    else { throw Rejection(.wrongState, "approval '\(id)' does not exist") }
    self.id = id
    state = .asked
    self.session = session
    self.turn = turn
    self.title = title
    self.tool = tool
    self.options = options
    self.form = form
    self.owner = owner
    self.project = project
    createdAt = at
  }

  /// Folds a later event.
  public mutating func apply(_ event: Event, at: Timestamp) throws {
    let trigger: Trigger
    switch event {
    case .asked: throw Rejection(.wrongState, "approval '\(id)' was asked already")
    case .answered: trigger = .answer
    case .expired: trigger = .expire
    case .voided: trigger = .void
    }
    guard let next = Self.table.next(from: state, on: trigger) else {
      throw Rejection(.alreadyAnswered, "approval '\(id)' is \(state.rawValue); nothing more can be answered to it")
    }
    state = next
    switch event {
    case .answered(let option, let by, let basis, let name, let values):
      chosen = option
      self.values = values
      answeredBy = by
      self.basis = basis
      answererName = name
    case .voided(let reason): voidReason = reason
    case .asked, .expired: break
    }
  }

  /// What the agent is told: what was chosen; a refusal when nobody answered; nil = cancelled.
  var reply: String? { state == .expired ? option(of: "reject_once")?.id : chosen }

  /// The option of a kind, where the agent offers one.
  func option(of kind: String) -> ApprovalOption? { options.first { $0.kind == kind } }

  /// The option that allows or refuses once; nil for `ask`, and where the agent offers none.
  func once(_ action: ApprovalAction) -> ApprovalOption? {
    switch action {
    case .ask: nil
    case .allow: option(of: "allow_once")
    case .deny: option(of: "reject_once")
    }
  }

  /// Who answered, in a word: the person's token, `policy`, or `grant`.
  public var answerer: String? {
    switch basis {
    case .rule: "policy"
    case .grant: "grant"
    case .granting, nil: answererName ?? (answeredBy == .system ? "policy" : answeredBy?.id)
    }
  }

  /// What became of it, to follow "approval … ".
  var outcome: String {
    switch state {
    case .asked: "is still asked"
    case .answered:
      "was answered '\(chosen.map { id in options.first { $0.id == id }?.name ?? id } ?? "?")' by \(answerer ?? "somebody")"
        + (rule.map { " ('\($0)')" } ?? grant.map { " ('\($0)')" } ?? "")
    case .expired: "was not answered in time, so the agent was told no"
    case .void: "is not asked any more: \(voidReason ?? "the agent that asked is gone")"
    }
  }

  /// The rule of the policy that answered.
  public var rule: String? { if case .rule(let rule) = basis { rule } else { nil } }

  /// The grant that answered, or was given with the answer.
  public var grant: GrantID? {
    switch basis {
    case .grant(let grant), .granting(let grant, _): grant
    case .rule, nil: nil
    }
  }

  /// How far the answer reaches; nil = this question.
  public var scope: GrantScope? { if case .granting(_, let scope) = basis { scope } else { nil } }

  /// What lists are made by.
  public var index: StateIndex {
    StateIndex(status: state.rawValue, owner: owner, project: project, parent: session.rawValue)
  }

  /// This approval, seen from the conversation.
  var note: EntryBody {
    .approval(
      ApprovalNote(
        approval: id, state: state, title: title, options: state == .asked ? options : [], chosen: chosen, by: answerer,
        rule: rule, grant: grant, scope: scope, reason: voidReason, form: state == .asked ? form : nil, values: values))
  }
}
