// SPDX-License-Identifier: Apache-2.0

/// Who wants something: a person, an agent, or SAM itself; and by which token.
public struct Actor: Codable, Hashable, Sendable {
  /// The three kinds of actor.
  public enum Kind: String, Codable, Sendable {
    /// A person.
    case user
    /// An agent that runs in a session.
    case agent
    /// SAM: outcomes of effects, timers, machines.
    case system
  }
  /// What kind of actor this is.
  public var kind: Kind
  /// The person's, session's or component's id.
  public var id: String
  /// The token that proved it, if one did.
  public var token: TokenID?

  /// - Parameters:
  ///   - kind: what kind of actor.
  ///   - id: the person's, session's or component's id.
  ///   - token: the token that proved it.
  public init(kind: Kind, id: String, token: TokenID? = nil) {
    self.kind = kind
    self.id = id
    self.token = token
  }

  /// SAM itself.
  public static let system = Actor(kind: .system, id: "sam")
  /// The one person of an installation that has not been given users.
  public static let owner = Actor(kind: .user, id: "user_owner")
}
