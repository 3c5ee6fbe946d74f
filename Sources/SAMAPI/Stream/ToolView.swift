// SPDX-License-Identifier: Apache-2.0
public import SAMCore

/// A tool call on the wire.
public struct ToolView: Codable, Hashable, Sendable {
  /// One file's change on the wire.
  public struct DiffView: Codable, Hashable, Sendable {
    /// The file.
    public var path: String
    /// Before; nil = the file is new.
    public var oldText: String?
    /// After.
    public var newText: String

    private enum CodingKeys: String, CodingKey {
      case path
      case oldText = "old_text"
      case newText = "new_text"
    }
  }
  /// The agent's id of the call.
  public var id: String
  /// What people read.
  public var title: String?
  /// read, edit, delete, move, search, execute, think, fetch, switch_mode, other.
  public var kind: String?
  /// pending, in_progress, completed, failed.
  public var status: String?
  /// What it printed or returned, as text.
  public var output: String?
  /// The files that it changes.
  public var diffs: [DiffView]?
  /// The files that it touches.
  public var paths: [String]?
  /// The command line that it runs.
  public var command: String?

  /// - Parameter activity: the tool call as it is stored.
  public init(_ activity: ToolActivity) {
    id = activity.id
    title = activity.title
    kind = activity.kind
    status = activity.status
    output = activity.output
    diffs = activity.diffs?.map { DiffView(path: $0.path, oldText: $0.oldText, newText: $0.newText) }
    paths = activity.paths
    command = activity.command
  }

  /// The tool call as it is stored.
  public var activity: ToolActivity {
    ToolActivity(
      id: id, title: title, kind: kind, status: status, output: output,
      diffs: diffs?.map { ToolActivity.Diff(path: $0.path, oldText: $0.oldText, newText: $0.newText) }, paths: paths,
      command: command)
  }

  private enum CodingKeys: String, CodingKey {
    case id
    case title
    case kind
    case status
    case output
    case diffs
    case paths
    case command
  }
}
