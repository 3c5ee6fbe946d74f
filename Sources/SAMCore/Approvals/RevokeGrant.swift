// SPDX-License-Identifier: Apache-2.0

/// A person takes a grant back: the same question is asked again. What was allowed by it stays done.
public struct RevokeGrant: Command {
  /// The stable name.
  public static let name = "grant.revoke"
  /// Which.
  public var grant: GrantID

  /// - Parameter grant: which.
  public init(grant: GrantID) { self.grant = grant }

  /// Records who wants it; asking twice is fine.
  public func decide(in decision: inout Decision) throws -> Grant {
    guard decision.actor.kind != .agent else {
      throw Rejection(.invalid, "an agent cannot change what it may do; a person must")
    }
    let known = try decision.get(Grant.self, grant)
    guard known.state == .active else { return known }
    return try decision.record(.revoked(by: decision.actor), on: grant)
  }
}
