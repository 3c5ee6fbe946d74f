// SPDX-License-Identifier: Apache-2.0

extension ACP {
  /// What a tool does, for choosing an icon.
  public struct ToolKind: ACPString {
    /// The string on the wire.
    public let rawValue: String
    /// Wraps any string.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// Reads.
    public static let read = ToolKind(rawValue: "read")
    /// Edits.
    public static let edit = ToolKind(rawValue: "edit")
    /// Deletes.
    public static let delete = ToolKind(rawValue: "delete")
    /// Moves or renames.
    public static let move = ToolKind(rawValue: "move")
    /// Searches.
    public static let search = ToolKind(rawValue: "search")
    /// Runs a command.
    public static let execute = ToolKind(rawValue: "execute")
    /// Thinks.
    public static let think = ToolKind(rawValue: "think")
    /// Fetches from elsewhere.
    public static let fetch = ToolKind(rawValue: "fetch")
    /// Switches the mode.
    public static let switchMode = ToolKind(rawValue: "switch_mode")
    /// Something else.
    public static let other = ToolKind(rawValue: "other")
  }

  /// How far a tool call is.
  public struct ToolCallStatus: ACPString {
    /// The string on the wire.
    public let rawValue: String
    /// Wraps any string.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// Not started, or waiting for permission.
    public static let pending = ToolCallStatus(rawValue: "pending")
    /// Running.
    public static let inProgress = ToolCallStatus(rawValue: "in_progress")
    /// Done.
    public static let completed = ToolCallStatus(rawValue: "completed")
    /// Failed.
    public static let failed = ToolCallStatus(rawValue: "failed")
  }
}
