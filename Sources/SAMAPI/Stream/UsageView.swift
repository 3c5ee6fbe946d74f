// SPDX-License-Identifier: Apache-2.0
public import SAMCore

/// What a session has used, on the wire.
public struct UsageView: Codable, Hashable, Sendable {
  /// Tokens in the context now.
  public var usedTokens: Int64
  /// Tokens that the context holds.
  public var contextTokens: Int64
  /// Money spent so far, as the agent counts it.
  public var cost: Double?
  /// ISO 4217.
  public var currency: String?

  /// - Parameter usage: as it is stored.
  public init(_ usage: Usage) {
    usedTokens = usage.usedTokens
    contextTokens = usage.contextTokens
    cost = usage.cost
    currency = usage.currency
  }

  /// As it is stored.
  public var usage: Usage {
    Usage(usedTokens: usedTokens, contextTokens: contextTokens, cost: cost, currency: currency)
  }

  private enum CodingKeys: String, CodingKey {
    case usedTokens = "used_tokens"
    case contextTokens = "context_tokens"
    case cost
    case currency
  }
}
