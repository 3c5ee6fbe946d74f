// SPDX-License-Identifier: Apache-2.0

extension ACP {
  /// Names a session; chosen by the agent.
  public struct SessionID: ACPString {
    /// The string on the wire.
    public let rawValue: String
    /// Wraps any string.
    public init(rawValue: String) { self.rawValue = rawValue }
  }

  /// Names a tool call within a session; chosen by the agent.
  public struct ToolCallID: ACPString {
    /// The string on the wire.
    public let rawValue: String
    /// Wraps any string.
    public init(rawValue: String) { self.rawValue = rawValue }
  }

  /// Names a message; chunks with the same id belong together.
  public struct MessageID: ACPString {
    /// The string on the wire.
    public let rawValue: String
    /// Wraps any string.
    public init(rawValue: String) { self.rawValue = rawValue }
  }

  /// Names a terminal; chosen by the client.
  public struct TerminalID: ACPString {
    /// The string on the wire.
    public let rawValue: String
    /// Wraps any string.
    public init(rawValue: String) { self.rawValue = rawValue }
  }

  /// Names a mode of a session.
  public struct SessionModeID: ACPString {
    /// The string on the wire.
    public let rawValue: String
    /// Wraps any string.
    public init(rawValue: String) { self.rawValue = rawValue }
  }

  /// Names an option of a session.
  public struct SessionConfigID: ACPString {
    /// The string on the wire.
    public let rawValue: String
    /// Wraps any string.
    public init(rawValue: String) { self.rawValue = rawValue }
  }

  /// Names one of the answers to a permission request.
  public struct PermissionOptionID: ACPString {
    /// The string on the wire.
    public let rawValue: String
    /// Wraps any string.
    public init(rawValue: String) { self.rawValue = rawValue }
  }

  /// Names a way to authenticate.
  public struct AuthMethodID: ACPString {
    /// The string on the wire.
    public let rawValue: String
    /// Wraps any string.
    public init(rawValue: String) { self.rawValue = rawValue }
  }
}
