// SPDX-License-Identifier: Apache-2.0

/// A person wants a turn to end.
public struct CancelTurn: Command {
  /// The stable name.
  public static let name = "turn.cancel"
  /// Which.
  public var turn: TurnID

  /// - Parameter turn: which.
  public init(turn: TurnID) { self.turn = turn }

  /// Ends a waiting turn at once; asks the agent to end a live one. Cancelling twice is fine.
  public func decide(in decision: inout Decision) throws -> Turn {
    let current = try decision.get(Turn.self, turn)
    if current.state == .cancelling { return current }
    guard !Turn.table.isFinal(current.state) else {
      throw Rejection(.wrongState, "turn '\(turn)' is \(current.state.rawValue) already; there is nothing to cancel")
    }
    return try Cancellation.cancel(current, &decision)
  }
}

/// How turns are cancelled.
enum Cancellation {
  static func cancel(_ turn: Turn, _ decision: inout Decision) throws -> Turn {
    guard Turn.active.contains(turn.state) else {
      let ended = try Conversation.end(turn, with: .cancelled, &decision)
      try Conversation.advance(turn.session, &decision)
      try TaskProgress.idle(turn.session, &decision)
      return ended
    }
    guard turn.state != .cancelling else { return turn }
    let cancelling = try decision.record(.cancelRequested, on: turn.id, as: Turn.self)
    try decision.say(.turn(TurnNote(state: .cancelling)), in: turn.session, turn: turn.id)
    try Conversation.voidApprovals(of: turn.session, because: "the turn is being cancelled", &decision)
    decision.owe(.cancelTurn(turn.id), lane: "\(turn.session)/cancel", subject: turn.id.rawValue)
    return cancelling
  }
}
