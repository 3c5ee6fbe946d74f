// SPDX-License-Identifier: Apache-2.0
public import SAMCore

/// A turn on the wire.
public struct TurnView: Codable, Hashable, Sendable {
  /// Its id.
  public var id: TurnID
  /// The conversation.
  public var session: SessionID
  /// The place in the conversation, from 1.
  public var number: Int
  /// queued, delivering, delivered, started, cancelling, finished, failed, interrupted, ambiguous, cancelled.
  public var state: String
  /// The prompt.
  public var text: String
  /// What was sent along, without its content.
  public var attachments: [AttachmentNote]?
  /// The turn that this one takes the place of.
  public var supersedes: TurnID?
  /// Why it ended: the agent's stop reason, or what went wrong.
  public var reason: String?
  /// When it was accepted.
  public var createdAt: APITimestamp
  /// When it ended.
  public var endedAt: APITimestamp?

  /// - Parameter turn: the turn's state.
  public init(_ turn: Turn) {
    id = turn.id
    session = turn.session
    number = turn.number
    state = turn.state.rawValue
    text = turn.text
    attachments = turn.attachments
    supersedes = turn.supersedes
    reason = turn.reason
    createdAt = APITimestamp(turn.createdAt)
    endedAt = turn.endedAt.map(APITimestamp.init)
  }

  /// The state, where this version knows it.
  public var knownState: TurnState? { TurnState(rawValue: state) }

  private enum CodingKeys: String, CodingKey {
    case id
    case session
    case number
    case state
    case text
    case attachments
    case supersedes
    case reason
    case createdAt = "created_at"
    case endedAt = "ended_at"
  }
}
