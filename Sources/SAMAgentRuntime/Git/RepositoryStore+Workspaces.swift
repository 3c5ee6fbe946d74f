// SPDX-License-Identifier: Apache-2.0
internal import Foundation

extension RepositoryStore {
  /// Makes a workspace, or returns it when it is there already. What an interrupted call left is removed first.
  ///
  /// - Throws: `RuntimeError`: what `refresh(_:credential:)` throws, `.branchMissing`, `.workspaceUnusable` when the
  ///   folder holds something else, `.gitNotAllowed` for a bad id or branch.
  public func makeWorkspace(_ request: WorkspaceRequest) async throws -> WorkspaceClone {
    try Self.checkID(request.id)
    return try await workspaceLocks.with(request.id) {
      let known = try workspaceRecord(request.id)
      if let known, known.complete, FileManager.default.fileExists(atPath: known.path) {
        guard known.path == request.path, known.url == request.url.text else {
          throw RuntimeError(
            .workspaceUnusable,
            "The workspace “\(request.id)” exists already, for another repository or folder. "
              + "Remove it first.", evidence: "\(known.url) at \(known.path)")
        }
        return known
      }
      if FileManager.default.fileExists(atPath: request.path) {
        // Only what this store began itself may be deleted: the folder could be anybody's.
        guard let known, known.path == request.path else {
          throw RuntimeError(
            .workspaceUnusable,
            "“\(request.path)” exists and is no workspace of SAM's. Choose another folder, or move "
              + "it away.")
        }
        try await removeTree(request.path)
      }
      let plan = try await plan(request)
      try save(plan)
      try await clone(plan, author: request.author)
      let packs = try UntrustedRepository(workTree: plan.path).packs
      let workspace = WorkspaceClone(
        id: plan.id, path: plan.path, url: plan.url, branch: plan.branch, defaultBranch: plan.defaultBranch,
        baseCommit: plan.baseCommit, packs: packs, complete: true)
      try save(workspace)
      return workspace
    }
  }

  /// The workspace of this id, if it was made completely.
  ///
  /// - Throws: `RuntimeError` when its record cannot be read.
  public func workspace(_ id: String) throws -> WorkspaceClone? {
    try Self.checkID(id)
    return try workspaceRecord(id).flatMap { $0.complete ? $0 : nil }
  }

  /// Deletes a workspace's folder and its record. The commits that were collected stay.
  ///
  /// - Warning: What was not collected is lost.
  /// - Throws: `RuntimeError` when files cannot be removed.
  public func removeWorkspace(_ id: String) async throws {
    try Self.checkID(id)
    try await workspaceLocks.with(id) {
      guard let workspace = try workspaceRecord(id) else { return }
      if FileManager.default.fileExists(atPath: workspace.path) { try await removeTree(workspace.path) }
      for suffix in ["index", "json"] where FileManager.default.fileExists(atPath: file(id, suffix)) {
        try FileManager.default.removeItem(atPath: file(id, suffix))
      }
    }
  }

  // MARK: Records

  func file(_ id: String, _ suffix: String) -> String { "\(root)/workspaces/\(id).\(suffix)" }

  private static func checkID(_ id: String) throws {
    let plain = id.utf8.allSatisfy { $0 < 0x80 } && id.allSatisfy { $0.isLetter || $0.isNumber || "-_.".contains($0) }
    guard plain, !id.isEmpty, !id.hasPrefix("."), !id.hasPrefix("-"), !id.contains(".."), !id.hasSuffix(".lock"),
      !id.hasSuffix("."), id.count <= 100
    else {
      throw RuntimeError(.gitNotAllowed, "“\(id)” cannot name a workspace: use letters, digits, “-”, “_” and “.”.")
    }
  }

  private func workspaceRecord(_ id: String) throws -> WorkspaceClone? {
    guard FileManager.default.fileExists(atPath: file(id, "json")) else { return nil }
    do {
      return try JSONDecoder().decode(
        WorkspaceClone.self, from: Data(contentsOf: URL(fileURLWithPath: file(id, "json"))))
    } catch {
      throw RuntimeError(
        .workspaceUnusable, "The record of the workspace “\(id)” cannot be read. Restore it, or move it away.",
        evidence: "\(file(id, "json")): \(error)")
    }
  }

  private func save(_ workspace: WorkspaceClone) throws {
    do {
      try JSONEncoder().encode(workspace).write(to: URL(fileURLWithPath: file(workspace.id, "json")), options: .atomic)
    } catch {
      throw RuntimeError.system("The record of a workspace cannot be written (\(error.localizedDescription))", errno: 0)
    }
  }

  // MARK: Making

  private func plan(_ request: WorkspaceRequest) async throws -> WorkspaceClone {
    guard request.path.hasPrefix("/") else {
      throw RuntimeError(.gitNotAllowed, "“\(request.path)” is not an absolute path.")
    }
    let remote = try await refresh(request.url, credential: request.credential)
    let folder = bareFolder(request.url.text)
    let branch =
      request.branch ?? BranchName.make(title: request.title, id: request.id, taken: Set(remote.branches.keys))
    guard BranchName.isValid(branch) else {
      throw RuntimeError(.gitNotAllowed, "“\(branch)” is no valid name for a branch.")
    }
    try refuseDefault(branch, remote)
    var base: String?
    if let name = request.base ?? remote.defaultBranch {
      base = try await resolve(name, in: folder)
      if base == nil {
        throw RuntimeError(
          .branchMissing, "The repository has no branch, tag or commit “\(name)”. Choose one that exists.",
          evidence: "branches: " + remote.branches.keys.sorted().prefix(50).joined(separator: ", "))
      }
    } else if !remote.isEmpty {
      throw RuntimeError(
        .branchMissing, "The repository has no default branch. Name the branch to start from.",
        evidence: "branches: " + remote.branches.keys.sorted().prefix(50).joined(separator: ", "))
    }
    if let base { try await setReference("refs/sam/bases/\(request.id)", to: base, in: folder) }
    return WorkspaceClone(
      id: request.id, path: request.path, url: request.url.text, branch: branch, defaultBranch: remote.defaultBranch,
      baseCommit: base, packs: [], complete: false)
  }

  func refuseDefault(_ branch: String, _ remote: Remote) throws {
    let isDefault = branch == remote.defaultBranch || (remote.isEmpty && ["main", "master"].contains(branch))
    if isDefault {
      throw RuntimeError(
        .gitNotAllowed,
        "“\(branch)” is the default branch of the repository, and SAM never works on that. Choose "
          + "another branch.")
    }
  }

  private func resolve(_ name: String, in folder: String) async throws -> String? {
    if UntrustedRepository.isObjectID(name) { return try await commit(name, in: folder) }
    guard BranchName.isValid(name) else { return nil }
    for prefix in ["refs/remotes/origin/", "refs/tags/"] {
      if let commit = try await commit(prefix + name, in: folder) { return commit }
    }
    return nil
  }

  /// A full repository of its own: nothing in it is a link to SAM's, so whatever its agent does stays there.
  private func clone(_ workspace: WorkspaceClone, author: GitAuthor) async throws {
    let bare = bareFolder(workspace.url)
    let inside = workspace.path + "/.git"
    func run(_ arguments: [String], accepted: Set<Int32> = [0]) async throws -> GitRunner.Answer {
      // Nobody else has this folder yet, so it may be git's own here, and never again.
      var command = GitRunner.Command(arguments, in: inside)
      command.workTree = workspace.path
      command.directory = workspace.path
      command.accepted = accepted
      return try await git.run(command)
    }
    var initial = GitRunner.Command(
      ["init", "--quiet", "--template=", "--initial-branch=\(workspace.branch)", workspace.path])
    initial.directory = root
    try await git.run(initial)
    _ = try await run(["config", "remote.origin.url", workspace.url])
    _ = try await run(["config", "remote.origin.fetch", "+refs/heads/*:refs/remotes/origin/*"])
    try await setAuthor(workspace, author, run)
    guard workspace.baseCommit != nil else { return }
    try await repositoryLocks.with(bare) {
      _ = try await run([
        "fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--update-head-ok", "--no-auto-maintenance", "--",
        bare,
        "+refs/remotes/origin/*:refs/remotes/origin/*", "+refs/tags/*:refs/tags/*",
        "+refs/sam/bases/\(workspace.id):refs/heads/\(workspace.branch)",
      ])
    }
    if let main = workspace.defaultBranch {
      _ = try await run(["symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/\(main)"])
    }
    _ = try await run(["reset", "--quiet", "--hard"])
    // With the state of the files as they are now, the first checkpoint reads only what changed.
    let index = file(workspace.id, "index")
    if FileManager.default.fileExists(atPath: index) { try FileManager.default.removeItem(atPath: index) }
    try FileManager.default.copyItem(atPath: inside + "/index", toPath: index)
  }

  /// The user's own name counts; without one, an agent's first commit would fail.
  private func setAuthor(
    _ workspace: WorkspaceClone, _ author: GitAuthor,
    _ run: ([String], Set<Int32>) async throws -> GitRunner.Answer
  ) async throws {
    for (key, value) in [("user.name", author.name), ("user.email", author.email)] {
      var query = GitRunner.Command(["config", "--global", "--get", key])
      query.directory = root
      query.accepted = [0, 1]
      // Asked like a command for the host, which sees the user's configuration.
      query.host = (try RepositoryURL(workspace.url), nil)
      if try await git.run(query).line.isEmpty { _ = try await run(["config", key, value], [0]) }
    }
  }

  /// Deletes a folder that an agent may have made read-only in parts.
  private func removeTree(_ path: String) async throws {
    for arguments in [["-R", "u+rwX", "--", path], ["-rf", "--", path]] {
      let outcome = try await ShortCommand(
        program: arguments[0] == "-R" ? "/bin/chmod" : "/bin/rm", arguments: arguments, environment: ["LC_ALL": "C"],
        directory: "/", timeout: .seconds(600)
      ).run()
      if arguments[0] == "-rf", outcome.exit != .code(0) {
        throw RuntimeError(
          .systemRefused, "The old workspace “\(path)” cannot be removed. Remove it by hand.",
          evidence: outcome.errorTail)
      }
    }
  }
}
