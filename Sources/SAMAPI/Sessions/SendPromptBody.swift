// SPDX-License-Identifier: Apache-2.0
public import SAMCore

/// What `POST /sessions/{id}/prompts` takes.
public struct SendPromptBody: Codable, Hashable, Sendable {
  /// What is said.
  public var text: String
  /// The ambiguous or interrupted turn that this prompt takes the place of.
  public var supersedes: TurnID?

  /// - Parameters: as the properties of the same names.
  public init(text: String, supersedes: TurnID? = nil) {
    self.text = text
    self.supersedes = supersedes
  }

  private enum CodingKeys: String, CodingKey {
    case text
    case supersedes
  }
}
