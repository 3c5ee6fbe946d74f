// SPDX-License-Identifier: Apache-2.0

/// Why a command was refused: a stable code for programs, a sentence for people that says what to do next.
public struct Rejection: Error, Codable, Hashable, Sendable, CustomStringConvertible {
  /// A stable name for the reason. Names are only ever added.
  public struct Code: RawRepresentable, Codable, Hashable, Sendable {
    /// The name, `snake_case`.
    public let rawValue: String
    /// - Parameter rawValue: the name, `snake_case`.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// The thing that was named does not exist.
    public static let notFound = Code(rawValue: "not_found")
    /// A thing of that name exists already.
    public static let alreadyExists = Code(rawValue: "already_exists")
    /// The thing is in a state in which this cannot happen.
    public static let wrongState = Code(rawValue: "wrong_state")
    /// A value is malformed or out of range.
    public static let invalid = Code(rawValue: "invalid")
    /// The client-made id was used before, for something else.
    public static let idReused = Code(rawValue: "idempotency_key_reused")
    /// Somebody else answered first.
    public static let alreadyAnswered = Code(rawValue: "already_answered")
    /// What was said belongs to an earlier epoch of the session.
    public static let superseded = Code(rawValue: "superseded")
    /// A row that the decision read has changed meanwhile.
    public static let conflict = Code(rawValue: "conflict")
    /// No machine can take the work.
    public static let noMachine = Code(rawValue: "no_machine")
  }

  /// The stable name of the reason.
  public var code: Code
  /// What is wrong and what to do next.
  public var message: String

  /// - Parameters:
  ///   - code: the stable name of the reason.
  ///   - message: what is wrong and what to do next.
  public init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }

  /// The message with its code.
  public var description: String { "\(message) (\(code.rawValue))" }
}
