// SPDX-License-Identifier: Apache-2.0
internal import Foundation

extension RepositoryStore {
  /// How much work a checkpoint may take over and report.
  public struct CollectLimits: Sendable {
    /// Bytes of the diff.
    public var diff = 1 << 20
    /// Bytes of a file that was never committed; hosts refuse larger ones.
    public var newFile = 95 << 20
    /// Bytes of new history.
    public var history = 4 << 30

    /// The usual limits.
    public init() {}
  }

  /// Takes over everything that a workspace holds: its commits, and what is not committed in one more commit.
  ///
  /// Nothing that the workspace defines runs: its `.git` is read as plain files, its objects are verified on the way into
  /// SAM's repository, and its work tree is read with SAM's repository and index. `.gitignore` and `.git/info/exclude`
  /// count; filters (Git LFS) do not; nested repositories and submodules keep the commit that they had.
  ///
  /// The result is recorded as `refs/sam/tasks/ID`. When there was something to commit, the workspace's own branch and
  /// index are moved to that commit, so that the next turn starts clean. If the history that was pushed is not part of the
  /// agent's any more (it amended, rebased or reset), both are joined, since SAM never overwrites a branch.
  ///
  /// - Parameters:
  ///   - workspace: A workspace of this store.
  ///   - message: For the commit of what is not committed.
  ///   - author: Makes that commit.
  ///   - limits: See the type.
  /// - Throws: `RuntimeError`; `CancellationError`.
  public func collect(
    _ workspace: WorkspaceClone, message: String, author: GitAuthor = .sam, limits: CollectLimits = .init()
  ) async throws -> CollectedWork {
    try await workspaceLocks.with(workspace.id) {
      try await withScratch { scratch in
        var collection = Collection(
          self, workspace, message: message, author: author, limits: limits, scratch: scratch)
        return try await collection.run()
      }
    }
  }
}

/// One checkpoint of one workspace.
private struct Collection {
  let store: RepositoryStore
  let workspace: WorkspaceClone
  let message: String
  let author: GitAuthor
  let limits: RepositoryStore.CollectLimits
  let scratch: String
  let bare: String
  var notes: [String] = []

  init(
    _ store: RepositoryStore, _ workspace: WorkspaceClone, message: String, author: GitAuthor,
    limits: RepositoryStore.CollectLimits, scratch: String
  ) {
    self.store = store
    self.workspace = workspace
    self.message = message
    self.author = author
    self.limits = limits
    self.scratch = scratch
    bare = store.bareFolder(workspace.url)
  }

  private var taskReference: String { "refs/sam/tasks/\(workspace.id)" }

  mutating func run() async throws -> CollectedWork {
    // Not a link either: the files of another place are not this task's.
    guard Descriptor.folder(workspace.path) != nil else {
      throw RuntimeError(.workspaceUnusable, "The folder of the workspace is gone: “\(workspace.path)”. Make it again.")
    }
    try await store.open(workspace.url)
    let last = try await store.commit(taskReference, in: bare) ?? workspace.baseCommit
    var repository: UntrustedRepository?
    var position: UntrustedRepository.Head?
    var head = last
    do {
      let opened = try UntrustedRepository(workTree: workspace.path)
      let found = try opened.head()
      if let commit = found.commit { try await bringIn(commit, from: opened) }
      (repository, position, head) = (opened, found, found.commit)
    } catch let error as RuntimeError where [.workspaceUnusable, .gitFailed].contains(error.code) {
      // The files are still worth everything; they go on top of what is known.
      notes.append("The workspace's own history could not be taken over: \(error.message)")
    }
    let snapshot = try await commitRest(on: head, excludes: repository?.excludes ?? [])
    let joined = try await join(snapshot ?? head)
    if let joined, joined != head, let repository, let position, position.commit == head {
      await hand(joined, to: repository, at: position)
    }
    if let joined { try await store.setReference(taskReference, to: joined, in: bare) }
    return try await report(head: joined, snapshot: snapshot)
  }

  // MARK: History

  /// Copies a commit and everything that it needs into SAM's repository, where each object's name is checked against
  /// its contents.
  private func bringIn(_ commit: String, from repository: UntrustedRepository) async throws {
    if try await store.commit(commit, in: bare) != nil { return }
    let quarantine = scratch + "/objects"
    try FileManager.default.createDirectory(atPath: quarantine, withIntermediateDirectories: true)
    try repository.takeObjects(into: quarantine, except: Set(workspace.packs), limit: limits.history)
    let tips = try await store.git.run(
      GitRunner.Command(["for-each-ref", "--format=^%(objectname)", "refs/remotes", "refs/sam"], in: bare))
    var pack = GitRunner.Command(
      ["pack-objects", "--revs", "--thin", "--stdout", "--delta-base-offset", "-q"], in: bare)
    pack.alternates = quarantine
    pack.input = .bytes(Array("\(commit)\n".utf8) + tips.bytes)
    pack.output = .file(scratch + "/incoming.pack")
    try await store.git.run(pack)
    var index = GitRunner.Command(
      ["index-pack", "--stdin", "--fix-thin", "--strict", "--max-input-size=\(limits.history)"], in: bare)
    index.input = .file(scratch + "/incoming.pack")
    try await store.git.run(index)
    guard try await store.commit(commit, in: bare) != nil else {
      throw RuntimeError(.workspaceUnusable, "HEAD of the workspace is not a commit.")
    }
  }

  /// Keeps what was pushed an ancestor of what will be pushed.
  private func join(_ head: String?) async throws -> String? {
    guard let head, let pushed = try await store.commit("refs/sam/pushed/\(workspace.id)", in: bare),
      try await !store.isAncestor(pushed, of: head, in: bare)
    else { return head }
    return try await commitTree(
      "\(head)^{tree}", parents: [pushed, head],
      message:
        "Join the branch as it was pushed with its rewritten history\n\nThe files are those of the new history.\n")
  }

  private func commitTree(_ tree: String, parents: [String], message: String) async throws -> String {
    var command = GitRunner.Command(["commit-tree", tree] + parents.flatMap { ["-p", $0] }, in: bare)
    command.input = .bytes(Array(message.utf8))
    for role in ["AUTHOR", "COMMITTER"] {
      command.environment["GIT_\(role)_NAME"] = author.name
      command.environment["GIT_\(role)_EMAIL"] = author.email
    }
    return try await store.git.run(command).line
  }

  // MARK: Files

  private func onFiles(_ arguments: [String]) -> GitRunner.Command {
    var command = GitRunner.Command(arguments, in: bare)
    command.workTree = workspace.path
    command.directory = workspace.path
    command.index = store.file(workspace.id, "index")
    return command
  }

  /// Commits what differs from `head`; nil when nothing does.
  private mutating func commitRest(on head: String?, excludes: [UInt8]) async throws -> String? {
    try await prepareIndex(head)
    let excludeFile = scratch + "/exclude"
    try Data(excludes).write(to: URL(fileURLWithPath: excludeFile))
    // Not `git add`: it would run `git status` inside nested repositories, with their configuration.
    var changed = try await store.git.run(
      all(onFiles(["diff-files", "-z", "--name-only", "--ignore-submodules=all", "--no-ext-diff"]))
    ).pieces
    let untracked = try await store.git.run(
      all(onFiles(["ls-files", "-z", "--others", "--exclude-standard", "--exclude-from=\(excludeFile)"]))
    ).pieces
    for path in untracked where accepts(path) { changed.append(path) }
    try await stage(changed)
    let tree = try await store.git.run(onFiles(["write-tree"])).line
    if let head {
      let before = try await store.git.run(GitRunner.Command(["rev-parse", "\(head)^{tree}"], in: bare)).line
      if before == tree { return nil }
    } else if tree == Self.emptyTree {
      return nil
    }
    return try await commitTree(tree, parents: head.map { [$0] } ?? [], message: message + "\n")
  }

  private func all(_ command: GitRunner.Command) -> GitRunner.Command {
    var command = command
    command.output = .collected(limit: 256 << 20)
    return command
  }

  /// Makes SAM's index of these files one of `head`, keeping what it knows about unchanged files.
  private func prepareIndex(_ head: String?) async throws {
    guard let head else {
      try await store.git.run(onFiles(["read-tree", "--empty"]))
      return
    }
    let index = store.file(workspace.id, "index")
    if FileManager.default.fileExists(atPath: index) {
      var keep = onFiles(["read-tree", "-i", "-m", head])
      keep.accepted = [0, 128]
      if try await store.git.run(keep).code == 0 { return }
      try FileManager.default.removeItem(atPath: index)
    }
    try await store.git.run(onFiles(["read-tree", head]))
  }

  /// Paths stay bytes: not every file's name is text.
  private mutating func accepts(_ name: ArraySlice<UInt8>) -> Bool {
    let path = String(decoding: name, as: UTF8.self)
    if name.last == UInt8(ascii: "/") {
      notes.append("“\(path)” is a repository of its own and was left out.")
      return false
    }
    var info = stat()
    let full = (Array("\(workspace.path)/".utf8) + name + [0]).map { CChar(bitPattern: $0) }
    let found = lstat(full, &info)
    if found == 0, info.st_mode & S_IFMT == S_IFREG, info.st_size > limits.newFile {
      notes.append("“\(path)” was left out: it is larger than \(limits.newFile >> 20) MiB.")
      return false
    }
    return true
  }

  /// Puts files into the index. One that git refuses (unreadable, an odd name, a named pipe) must not hold up the rest,
  /// so a batch that fails is halved until it is found.
  private mutating func stage(_ paths: [ArraySlice<UInt8>]) async throws {
    var batches = paths.isEmpty ? [] : [paths[...]]
    var attempts = 0
    while let batch = batches.popLast() {
      var command = onFiles(["update-index", "-z", "--add", "--remove", "--replace", "--stdin"])
      command.input = .bytes(batch.flatMap { Array($0) + [0] })
      do {
        attempts += 1
        try await store.git.run(command)
      } catch let error as RuntimeError where error.code != .diskFull && error.code != .gitTimedOut {
        if batch.count > 1, attempts < 2000 {
          let middle = batch.startIndex + batch.count / 2
          batches.append(batch[middle...])
          batches.append(batch[..<middle])
        } else {
          let names = batch.prefix(20).map { "“\(String(decoding: $0, as: UTF8.self))”" }.joined(separator: ", ")
          notes.append("\(names) could not be read and was left out.")
        }
      }
    }
  }

  // MARK: The workspace's own branch

  /// Lets the next turn start clean. If that fails the work is safe all the same, so it is a note and no error.
  private mutating func hand(
    _ commit: String, to repository: UntrustedRepository, at position: UntrustedRepository.Head
  ) async {
    if repository.isBusy {
      notes.append("The workspace is in the middle of a merge or rebase, so its branch was left as it is.")
      return
    }
    do {
      let new = commit + "\n" + (position.commit.map { "^\($0)\n" } ?? "")
      var command = GitRunner.Command(["pack-objects", "--revs", "-q", scratch + "/pack"], in: bare)
      command.input = .bytes(Array(new.utf8))
      let name = "pack-" + (try await store.git.run(command).line)
      func contents(_ path: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(fileURLWithPath: path))) }
      try repository.advance(
        position, to: commit,
        pack: (name, try contents("\(scratch)/\(name).pack"), try contents("\(scratch)/\(name).idx")),
        index: try contents(store.file(workspace.id, "index")))
    } catch {
      let reason = (error as? RuntimeError)?.message ?? "\(error)"
      notes.append("The workspace's own branch could not be moved to the checkpoint: \(reason)")
    }
  }

  // MARK: The report

  private static let emptyTree = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"

  private func report(head: String?, snapshot: String?) async throws -> CollectedWork {
    guard let head else {
      return CollectedWork(
        head: nil, base: nil, commits: [], commitCount: 0, files: [], insertions: 0, deletions: 0, diff: "",
        diffTruncated: false, snapshot: nil, notes: notes)
    }
    let base = try await changeBase(head)
    var range = [head]
    if let base { range += ["--not", base] }
    if let main = workspace.defaultBranch,
      let commit = try await store.commit("refs/remotes/origin/\(main)", in: bare)
    {
      // What was merged from there is not the task's.
      range += base == nil ? ["--not", commit] : [commit]
    }
    let count = try await store.git.run(GitRunner.Command(["rev-list", "--count"] + range, in: bare)).line
    let log = try await store.git.run(
      GitRunner.Command(
        ["log", "-z", "--max-count=500", "--no-mailmap", "--format=%H%x1f%an%x1f%ae%x1f%s"] + range, in: bare))
    let commits = log.items.compactMap { item -> CollectedWork.Commit? in
      let parts = item.split(separator: "\u{1f}", maxSplits: 3, omittingEmptySubsequences: false).map(String.init)
      guard parts.count == 4 else { return nil }
      return .init(id: parts[0], subject: parts[3], author: GitAuthor(name: parts[1], email: parts[2]))
    }
    let between = [
      "--no-ext-diff", "--no-textconv", "--no-color", "--ignore-submodules=none", base ?? Self.emptyTree, head,
    ]
    let numbers = try await store.git.run(
      GitRunner.Command(["diff", "--numstat", "-z", "--no-renames"] + between, in: bare))
    let files = numbers.items.prefix(10000).compactMap { item -> CollectedWork.FileChange? in
      let parts = item.split(separator: "\t", maxSplits: 2).map(String.init)
      guard parts.count == 3 else { return nil }
      return .init(path: parts[2], insertions: Int(parts[0]), deletions: Int(parts[1]))
    }
    var diff = GitRunner.Command(["diff", "--find-renames"] + between, in: bare)
    diff.output = .collected(limit: limits.diff)
    let text = try await store.git.run(diff)
    return CollectedWork(
      head: head, base: base, commits: commits, commitCount: Int(count) ?? commits.count, files: files,
      insertions: files.reduce(0) { $0 + ($1.insertions ?? 0) },
      deletions: files.reduce(0) { $0 + ($1.deletions ?? 0) },
      diff: text.text, diffTruncated: text.truncated, snapshot: snapshot, notes: notes)
  }

  /// The base of the workspace, or where the histories part when the agent rewrote what lies before it.
  private func changeBase(_ head: String) async throws -> String? {
    guard let base = workspace.baseCommit else { return nil }
    var command = GitRunner.Command(["merge-base", base, head], in: bare)
    command.accepted = [0, 1]
    let common = try await store.git.run(command).line
    return common.isEmpty ? nil : common
  }
}
