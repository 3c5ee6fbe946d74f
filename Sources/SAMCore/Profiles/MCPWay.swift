// SPDX-License-Identifier: Apache-2.0

/// How an agent is given MCP servers.
public enum MCPWay: RawRepresentable, Codable, Hashable, Sendable {
  /// With each conversation, as ACP has it; over HTTP when the agent says that it can.
  case conversation
  /// In a variable of its environment, as the JSON of Mistral Vibe's configuration: some of its versions take no notice
  /// of those that come with a conversation.
  case variable(String)
  /// Not at all; they belong into its own configuration.
  case never

  /// The way as people write it: `conversation`, `never`, or `variable:NAME`.
  public init?(rawValue: String) {
    let parts = rawValue.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    switch (parts[0], parts.count) {
    case ("conversation", 1): self = .conversation
    case ("never", 1): self = .never
    case ("variable", 2) where !parts[1].isEmpty: self = .variable(parts[1])
    default: return nil
    }
  }

  /// The same text.
  public var rawValue: String {
    switch self {
    case .conversation: "conversation"
    case .never: "never"
    case .variable(let name): "variable:\(name)"
    }
  }
}
