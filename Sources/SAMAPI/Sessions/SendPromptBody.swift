// SPDX-License-Identifier: Apache-2.0
public import SAMCore

/// What `POST /sessions/{id}/prompts` takes.
public struct SendPromptBody: Codable, Hashable, Sendable {
  /// What is said.
  public var text: String
  /// What is sent along, at most 16 with 5 MiB each and 6 MiB together: `{"name","type","data"}` with the content in Base64,
  /// or `{"name","uri"}`.
  public var attachments: [PromptAttachment]?
  /// The ambiguous or interrupted turn that this prompt takes the place of.
  public var supersedes: TurnID?

  /// - Parameters: as the properties of the same names.
  public init(text: String, attachments: [PromptAttachment]? = nil, supersedes: TurnID? = nil) {
    self.text = text
    self.attachments = attachments
    self.supersedes = supersedes
  }

  private enum CodingKeys: String, CodingKey {
    case text
    case attachments
    case supersedes
  }
}
