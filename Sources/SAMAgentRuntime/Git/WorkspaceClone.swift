// SPDX-License-Identifier: Apache-2.0

/// A clone for one task: a full repository of its own, on a branch of its own. Agents may do anything to it.
public struct WorkspaceClone: Codable, Hashable, Sendable {
  /// The task, or whatever else the caller names workspaces by.
  public let id: String

  /// The folder.
  public let path: String

  /// The project's repository, without credentials.
  public let url: String

  /// The branch that SAM pushes to, whatever the agent does in its clone.
  public let branch: String

  /// The branch of the repository that is never pushed to; nil when the repository was empty.
  public let defaultBranch: String?

  /// What the branch started from; nil when the repository was empty.
  public let baseCommit: String?

  /// The packs of the first clone: their objects are known already.
  let packs: [String]

  /// Whether everything above is on the disk.
  let complete: Bool
}

/// What a workspace is to be.
public struct WorkspaceRequest: Sendable {
  /// Names the workspace: letters, digits, `-`, `_` and `.`; the same id gives the same workspace again.
  public var id: String
  /// Where its folder shall be; an absolute path that does not exist yet, or is this workspace.
  public var path: String
  /// The project's repository.
  public var url: RepositoryURL
  /// For its host; nil: what the address carried, or what the user's git has.
  public var credential: GitCredential?
  /// The task's title, for the branch.
  public var title: String
  /// The branch; nil: made of the title and the id.
  public var branch: String?
  /// A branch, tag or full commit id to start from; nil: the default branch.
  public var base: String?
  /// The name and address in the workspace's commits when the user has configured none.
  public var author: GitAuthor

  /// A request; see the properties.
  public init(
    id: String, path: String, url: RepositoryURL, credential: GitCredential? = nil, title: String,
    branch: String? = nil, base: String? = nil, author: GitAuthor = .sam
  ) {
    self.id = id
    self.path = path
    self.url = url
    self.credential = credential
    self.title = title
    self.branch = branch
    self.base = base
    self.author = author
  }
}

/// Who makes a commit.
public struct GitAuthor: Codable, Hashable, Sendable {
  /// The name.
  public var name: String
  /// The e-mail address.
  public var email: String

  /// A name and an e-mail address.
  public init(name: String, email: String) {
    self.name = name
    self.email = email
  }

  /// SAM itself.
  public static let sam = GitAuthor(name: "SAM", email: "sam@localhost")
}

/// What a workspace holds at the end of a turn.
public struct CollectedWork: Sendable, Hashable {
  /// A commit since the base.
  public struct Commit: Sendable, Hashable {
    /// The full id.
    public let id: String
    /// The first line of its message.
    public let subject: String
    /// Who made it.
    public let author: GitAuthor
  }

  /// A file that differs from the base.
  public struct FileChange: Sendable, Hashable {
    /// Where it is, or was.
    public let path: String
    /// Lines added; nil for a binary file.
    public let insertions: Int?
    /// Lines removed; nil for a binary file.
    public let deletions: Int?
  }

  /// The commit that holds all of it; nil when the repository was empty and still is.
  public let head: String?
  /// The commit that the changes are counted from; nil: everything is new.
  public let base: String?
  /// At most 500, newest first.
  public let commits: [Commit]
  /// How many commits there are.
  public let commitCount: Int
  /// Each changed file, at most 10 000.
  public let files: [FileChange]
  /// Lines added.
  public let insertions: Int
  /// Lines removed.
  public let deletions: Int
  /// A unified diff, at most as long as asked for.
  public let diff: String
  /// Whether the diff goes on.
  public let diffTruncated: Bool
  /// The commit that SAM made of what was not committed; nil when there was nothing, or only to join histories.
  public let snapshot: String?
  /// What was left out or could not be done, each as a sentence for people.
  public let notes: [String]
}

/// Within this module, which has to do with the clone rather than with its record in the domain (`SAMCore.Workspace`).
typealias Workspace = WorkspaceClone
