// SPDX-License-Identifier: Apache-2.0
internal import Foundation

extension RepositoryStore {
  /// What a push did.
  public enum PushOutcome: Sendable, Hashable {
    /// The branch is at the commit now.
    case pushed
    /// It was there already.
    case alreadyThere
  }

  /// Pushes a collected commit to the workspace's branch, from SAM's repository, never with force.
  ///
  /// Calling it again is harmless: where the branch is already, nothing is sent. When the connection breaks after the host
  /// took the commits, that counts as pushed.
  ///
  /// - Parameters:
  ///   - workspace: Whose work it is.
  ///   - commit: `CollectedWork.head`.
  ///   - branch: Nil: the workspace's.
  ///   - url: Nil: the project's repository; another one for a fork.
  ///   - credential: For the host.
  /// - Throws: `RuntimeError` with `.gitNotAllowed` for the default branch, `.pushRefused`, `.pushNotFastForward`,
  ///   `.authenticationRefused`, `.networkUnreachable`, `.repositoryUnreachable`, …
  public func push(
    _ workspace: WorkspaceClone, commit: String, branch: String? = nil, to url: RepositoryURL? = nil,
    credential: GitCredential? = nil
  ) async throws -> PushOutcome {
    let branch = branch ?? workspace.branch
    guard BranchName.isValid(branch), UntrustedRepository.isObjectID(commit) else {
      throw RuntimeError(.gitNotAllowed, "“\(branch)” is no valid name for a branch, or “\(commit)” no commit.")
    }
    let target = try url ?? RepositoryURL(workspace.url)
    let remote = try await self.remote(target, credential: credential)
    try refuseDefault(branch, remote)
    if branch == workspace.defaultBranch { try refuseDefault(branch, .init(defaultBranch: branch, branches: [:])) }
    if remote.branches[branch] == commit {
      try await recordPushed(workspace, commit, to: branch, of: target)
      return .alreadyThere
    }
    var command = GitRunner.Command(
      [
        "push", "--porcelain", "--no-verify", "--recurse-submodules=no", "--", target.text,
        "\(commit):refs/heads/\(branch)",
      ], in: bareFolder(workspace.url))
    command.host = (target, credential ?? target.credential)
    command.directory = root
    do {
      try await git.run(command)
    } catch let error as RuntimeError
      where ![.pushRefused, .pushNotFastForward, .authenticationRefused].contains(error.code)
    {
      // The answer may have been lost, not the push.
      guard let now = try? await self.remote(target, credential: credential), now.branches[branch] == commit else {
        throw error
      }
    }
    try await recordPushed(workspace, commit, to: branch, of: target)
    return .pushed
  }

  /// From now on this commit stays an ancestor of what is collected.
  private func recordPushed(
    _ workspace: WorkspaceClone, _ commit: String, to branch: String, of target: RepositoryURL
  ) async throws {
    let folder = bareFolder(workspace.url)
    try await setReference("refs/sam/pushed/\(workspace.id)", to: commit, in: folder)
    guard target.text == workspace.url else { return }
    // The next workspace need not fetch what SAM itself sent. It does when this fails (another branch's name may be in
    // the way there), so that is no failure of the push.
    try? await setReference("refs/remotes/origin/\(branch)", to: commit, in: folder)
  }

  /// Writes the task's commits into a bundle file, for when they cannot be pushed. `git fetch FILE BRANCH` reads it in any
  /// clone of the repository.
  ///
  /// - Parameters:
  ///   - workspace: Whose work it is.
  ///   - commit: `CollectedWork.head`.
  ///   - path: An absolute path; replaced if it exists.
  /// - Throws: `RuntimeError` with `.nothingToBundle` when the commit adds nothing to the base; `.diskFull`.
  public func bundle(_ workspace: WorkspaceClone, commit: String, to path: String) async throws {
    let folder = bareFolder(workspace.url)
    guard UntrustedRepository.isObjectID(commit), try await self.commit(commit, in: folder) != nil else {
      throw RuntimeError(.branchMissing, "There is no commit “\(commit)” to put into a bundle.")
    }
    if commit == workspace.baseCommit {
      throw RuntimeError(.nothingToBundle, "The task has no commits of its own, so there is nothing to save.")
    }
    try await repositoryLocks.with(folder) {
      // A bundle names its contents by the references that it was made from.
      let reference = "refs/heads/\(workspace.branch)"
      try await setReference(reference, to: commit, in: folder)
      let base = workspace.baseCommit.map { ["^\($0)"] } ?? []
      try await git.run(GitRunner.Command(["bundle", "create", "--quiet", path, reference] + base, in: folder))
    }
  }
}
