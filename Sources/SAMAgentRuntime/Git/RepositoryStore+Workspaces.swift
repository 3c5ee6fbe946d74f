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
      async let identity = missingIdentity(request.author)
      let (plan, references) = try await begin(request)
      try await clone(plan, references, identity: try await identity)
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

  /// Finds out what the workspace is to be. From here on it is on the disk that its folder is SAM's.
  private func begin(_ request: WorkspaceRequest) async throws -> (WorkspaceClone, References) {
    let begun = WorkspaceClone(
      id: request.id, path: request.path, url: request.url.text, branch: request.branch ?? "", defaultBranch: nil,
      baseCommit: nil, packs: [], complete: false)
    // The disk and the host are waited for side by side.
    async let isNoted: Void = save(begun)
    do {
      let plan = try await plan(request)
      try await isNoted
      return plan
    } catch {
      // Nothing was made, so nothing is to be known of it; a record that stays says no more than that.
      _ = try? await isNoted
      try? FileManager.default.removeItem(atPath: file(request.id, "json"))
      throw error
    }
  }

  private func plan(_ request: WorkspaceRequest) async throws -> (WorkspaceClone, References) {
    guard request.path.hasPrefix("/") else {
      throw RuntimeError(.gitNotAllowed, "“\(request.path)” is not an absolute path.")
    }
    let (remote, references) = try await update(request.url, credential: request.credential)
    let branch =
      request.branch ?? BranchName.make(title: request.title, id: request.id, taken: Set(remote.branches.keys))
    guard BranchName.isValid(branch) else {
      throw RuntimeError(.gitNotAllowed, "“\(branch)” is no valid name for a branch.")
    }
    try refuseDefault(branch, remote)
    var base: String?
    if let name = request.base ?? remote.defaultBranch {
      base = try await resolve(name, among: references, in: bareFolder(request.url.text))
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
    let plan = WorkspaceClone(
      id: request.id, path: request.path, url: request.url.text, branch: branch, defaultBranch: remote.defaultBranch,
      baseCommit: base, packs: [], complete: false)
    return (plan, references)
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

  private func resolve(_ name: String, among references: References, in folder: String) async throws -> String? {
    if UntrustedRepository.isObjectID(name) { return try await commit(name, in: folder) }
    guard BranchName.isValid(name) else { return nil }
    if let commit = references["refs/remotes/origin/\(name)".utf8] { return commit }
    // A tag may name another object, which names the commit.
    return try await commit("refs/tags/" + name, in: folder)
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
