// SPDX-License-Identifier: Apache-2.0

/// Something that somebody wants: decided in one transaction, answered, and remembered by its client-made id.
///
/// One command a file, named after it.
public protocol Command: Codable, Sendable {
  /// What the sender hears.
  associatedtype Answer: Codable & Sendable
  /// A stable name.
  static var name: String { get }
  /// Decides: records facts and owes effects, or refuses.
  /// - Throws: ``Rejection``.
  func decide(in decision: inout Decision) throws -> Answer
}

/// The empty answer.
public struct Done: Codable, Hashable, Sendable {
  /// The only one.
  public init() {}
}

/// Who sends a command, when, and tied to what.
public struct CommandContext: Sendable {
  /// The id that the client made; a second command with it hears the first one's answer.
  /// Outcomes that carry their own fence have none.
  public var id: String?
  /// Who.
  public var actor: Actor
  /// When.
  public var now: Timestamp
  /// A W3C `traceparent` or nil.
  public var correlation: String?

  /// - Parameters: as the properties of the same names.
  public init(id: String? = nil, actor: Actor, now: Timestamp, correlation: String? = nil) {
    self.id = id
    self.actor = actor
    self.now = now
    self.correlation = correlation
  }
}
