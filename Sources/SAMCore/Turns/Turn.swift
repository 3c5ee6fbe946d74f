// SPDX-License-Identifier: Apache-2.0

/// One prompt and all that follows, until the stop reason.
public struct Turn: Aggregate {
  /// The kind's name.
  public static let kind = AggregateKind(rawValue: "turn")

  /// What can happen to a turn.
  public enum Event: Codable, Sendable, Equatable {
    /// A prompt was accepted.
    case queued(
      session: SessionID, number: Int, text: String, supersedes: TurnID?, owner: UserID, project: ProjectID,
      attachments: [AttachmentNote]? = nil)
    /// It is on its way to the machine.
    case dispatched
    /// The machine has it on disk.
    case delivered
    /// There is evidence that the agent has it.
    case started
    /// A person wants it to end.
    case cancelRequested
    /// The agent answered.
    case finished(stopReason: String)
    /// It could not be done.
    case failed(reason: String)
    /// The agent had it and was cut off.
    case interrupted(reason: String)
    /// Nobody can say whether the agent has it.
    case lost(reason: String)
    /// It ended before the agent had it.
    case cancelled
  }

  /// Its id: also the id under which the machine's inbox knows the prompt.
  public let id: TurnID
  /// Where it stands.
  public private(set) var state: TurnState
  /// The conversation.
  public let session: SessionID
  /// The place in the conversation, from 1.
  public let number: Int
  /// The prompt.
  public let text: String
  /// What was sent along.
  public let attachments: [AttachmentNote]?
  /// The turn that this one takes the place of: the way out of `ambiguous`.
  public let supersedes: TurnID?
  /// Why it ended: the agent's stop reason, or what went wrong.
  public private(set) var reason: String?
  /// Whose it is.
  public let owner: UserID
  /// The project.
  public let project: ProjectID
  /// When it was accepted.
  public let createdAt: Timestamp
  /// When it ended.
  public private(set) var endedAt: Timestamp?

  /// Folds `queued`.
  public init(first event: Event, id: TurnID, at: Timestamp) throws {
    guard
      case .queued(let session, let number, let text, let supersedes, let owner, let project, let attachments) = event
    else {
      throw Rejection(.wrongState, "turn '\(id)' does not exist")
    }
    self.id = id
    state = .queued
    self.session = session
    self.number = number
    self.text = text
    self.attachments = attachments
    self.supersedes = supersedes
    self.owner = owner
    self.project = project
    createdAt = at
  }

  /// Folds a later event.
  public mutating func apply(_ event: Event, at: Timestamp) throws {
    guard let trigger = event.trigger, let next = Self.table.next(from: state, on: trigger) else {
      throw Rejection(.wrongState, "turn '\(id)' is \(state.rawValue); that cannot happen to it now")
    }
    state = next
    if Self.table.isFinal(next) { endedAt = at }
    switch event {
    case .finished(let stopReason): reason = stopReason
    case .failed(let why), .interrupted(let why), .lost(let why): reason = why
    default: break
    }
  }

  /// What lists are made by.
  public var index: StateIndex {
    StateIndex(status: state.rawValue, owner: owner, project: project, parent: session.rawValue)
  }
}

extension Turn.Event {
  /// What this event does to the state; nil for the first.
  var trigger: TurnTrigger? {
    switch self {
    case .queued: nil
    case .dispatched: .dispatch
    case .delivered: .deliver
    case .started: .start
    case .cancelRequested: .requestCancel
    case .finished: .finish
    case .failed: .fail
    case .interrupted: .interrupt
    case .lost: .lose
    case .cancelled: .cancel
    }
  }
}
