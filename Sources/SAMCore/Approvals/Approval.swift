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
      project: ProjectID)
    /// Somebody answered.
    case answered(option: String, by: Actor)
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
  /// What was answered.
  public private(set) var chosen: String?
  /// Who answered.
  public private(set) var answeredBy: Actor?
  /// Whose it is.
  public let owner: UserID
  /// The project.
  public let project: ProjectID
  /// When it was asked.
  public let createdAt: Timestamp

  /// Folds `asked`.
  public init(first event: Event, id: ApprovalID, at: Timestamp) throws {
    guard
      case .asked(let session, let turn, let title, let tool, let options, let owner, let project) = event
    else { throw Rejection(.wrongState, "approval '\(id)' does not exist") }
    self.id = id
    state = .asked
    self.session = session
    self.turn = turn
    self.title = title
    self.tool = tool
    self.options = options
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
    if case .answered(let option, let by) = event {
      chosen = option
      answeredBy = by
    }
  }

  /// What the agent is told: what was chosen; a refusal when nobody answered; nil = cancelled.
  var reply: String? {
    state == .expired ? options.first { $0.kind == "reject_once" }?.id : chosen
  }

  /// What lists are made by.
  public var index: StateIndex {
    StateIndex(status: state.rawValue, owner: owner, project: project, parent: session.rawValue)
  }

  /// This approval, seen from the conversation.
  func note(by: String? = nil) -> EntryBody {
    .approval(
      ApprovalNote(
        approval: id, state: state, title: title, options: state == .asked ? options : [], chosen: chosen, by: by))
  }
}
