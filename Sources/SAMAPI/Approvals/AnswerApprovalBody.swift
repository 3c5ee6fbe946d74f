// SPDX-License-Identifier: Apache-2.0
public import SAMCore

/// What `POST /approvals/{id}/answer` takes.
public struct AnswerApprovalBody: Codable, Hashable, Sendable {
  /// The id of one of the approval's options.
  public var option: String
  /// How far the answer reaches; nil = this question, or the session for an agent's option that is called "always".
  public var scope: GrantScope?
  /// What the approval's form is filled with, by the names of its fields; nil = what they hold at first.
  public var values: [String: FormValue]?

  /// - Parameters: as the properties of the same names.
  public init(option: String, scope: GrantScope? = nil, values: [String: FormValue]? = nil) {
    self.option = option
    self.scope = scope
    self.values = values
  }

  private enum CodingKeys: String, CodingKey {
    case option
    case scope
    case values
  }
}
