// SPDX-License-Identifier: Apache-2.0
public import SAMCore

/// An approval on the wire.
public struct ApprovalView: Codable, Hashable, Sendable {
  /// One of the answers that the agent accepts, on the wire.
  public struct OptionView: Codable, Hashable, Sendable {
    /// The agent's id of the option; answers name it.
    public var id: String
    /// What people read.
    public var name: String
    /// allow_once, allow_always, reject_once, reject_always.
    public var kind: String

    /// - Parameter option: the option.
    public init(_ option: ApprovalOption) {
      id = option.id
      name = option.name
      kind = option.kind
    }

    private enum CodingKeys: String, CodingKey {
      case id
      case name
      case kind
    }
  }
  /// Its id.
  public var id: ApprovalID
  /// asked, answered, expired, void.
  public var state: String
  /// The conversation in which it was asked.
  public var session: SessionID
  /// The turn in which it was asked.
  public var turn: TurnID?
  /// The project.
  public var project: ProjectID
  /// What is asked.
  public var title: String
  /// What the agent wants to do.
  public var tool: ToolView?
  /// What may be answered.
  public var options: [OptionView]
  /// What is to be filled in; nil = only one of the options is to be chosen.
  public var form: ApprovalForm?
  /// What was answered: an option's id.
  public var chosen: String?
  /// What the form was filled with.
  public var values: [String: FormValue]?
  /// Who answered: the name of the person's token, `policy`, or `grant`.
  public var answeredBy: String?
  /// The rule of the policy that answered.
  public var rule: String?
  /// The grant that answered, or was given with the answer.
  public var grant: GrantID?
  /// How far the answer reaches that was given; nil = this question.
  public var scope: String?
  /// Why nobody is asked any more.
  public var reason: String?
  /// When it was asked.
  public var createdAt: APITimestamp

  /// - Parameter approval: the approval's state.
  public init(_ approval: Approval) {
    id = approval.id
    state = approval.state.rawValue
    session = approval.session
    turn = approval.turn
    project = approval.project
    title = approval.title
    tool = approval.tool.map(ToolView.init)
    options = approval.options.map(OptionView.init)
    form = approval.form
    chosen = approval.chosen
    values = approval.values
    answeredBy = approval.answerer
    rule = approval.rule
    grant = approval.grant
    scope = approval.scope?.rawValue
    reason = approval.voidReason
    createdAt = APITimestamp(approval.createdAt)
  }

  /// The state, where this version knows it.
  public var knownState: ApprovalState? { ApprovalState(rawValue: state) }

  private enum CodingKeys: String, CodingKey {
    case id
    case state
    case session
    case turn
    case project
    case title
    case tool
    case options
    case form
    case chosen
    case values
    case answeredBy = "answered_by"
    case rule
    case grant
    case scope
    case reason
    case createdAt = "created_at"
  }
}
