// SPDX-License-Identifier: Apache-2.0

extension ACP {
  /// Why a turn is over.
  public struct StopReason: ACPString {
    /// The string on the wire.
    public let rawValue: String
    /// Wraps any string.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// The agent is done.
    public static let endTurn = StopReason(rawValue: "end_turn")
    /// Too many tokens.
    public static let maxTokens = StopReason(rawValue: "max_tokens")
    /// Too many requests to the model.
    public static let maxTurnRequests = StopReason(rawValue: "max_turn_requests")
    /// The agent refuses; this turn does not become part of the conversation.
    public static let refusal = StopReason(rawValue: "refusal")
    /// The client cancelled.
    public static let cancelled = StopReason(rawValue: "cancelled")
  }
}
