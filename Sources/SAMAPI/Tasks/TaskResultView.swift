// SPDX-License-Identifier: Apache-2.0
public import SAMCore

/// What came of a task, on the wire.
public struct TaskResultView: Codable, Hashable, Sendable {
  /// One commit on the wire.
  public struct CommitView: Codable, Hashable, Sendable {
    /// The object name, 40 hexadecimal digits.
    public var sha: String
    /// The first line of the message.
    public var subject: String

    /// - Parameter commit: the commit.
    public init(_ commit: Commit) {
      sha = commit.sha
      subject = commit.subject
    }

    private enum CodingKeys: String, CodingKey {
      case sha
      case subject
    }
  }
  /// The branch on the remote; nil when nothing was changed.
  public var branch: String?
  /// The branch's last commit.
  public var head: String?
  /// All commits since the work started.
  public var commits: [CommitView]
  /// How many files changed.
  public var files: Int
  /// Lines added.
  public var insertions: Int
  /// Lines removed.
  public var deletions: Int

  /// - Parameter result: what came of the task.
  public init(_ result: TaskResult) {
    branch = result.branch
    head = result.head
    commits = result.commits.map(CommitView.init)
    files = result.files
    insertions = result.insertions
    deletions = result.deletions
  }

  private enum CodingKeys: String, CodingKey {
    case branch
    case head
    case commits
    case files
    case insertions
    case deletions
  }
}
