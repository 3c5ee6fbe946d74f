// SPDX-License-Identifier: Apache-2.0

/// What `POST /approvals/{id}/answer` takes.
public struct AnswerApprovalBody: Codable, Hashable, Sendable {
  /// The id of one of the approval's options.
  public var option: String

  /// - Parameter option: the id of one of the approval's options.
  public init(option: String) { self.option = option }

  private enum CodingKeys: String, CodingKey { case option }
}
