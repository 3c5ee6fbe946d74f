// SPDX-License-Identifier: Apache-2.0
internal import Foundation
internal import SAMCore

extension MachineRuntime {
  /// Makes a workspace's clone, or finds it complete.
  func prepare(_ order: WorkspaceOrder) async throws -> MachineReply {
    do {
      let workspace = try await workspace(
        order.workspace, repository: order.repository, baseBranch: order.baseBranch, branch: order.branch)
      return .prepared(baseCommit: workspace.baseCommit)
    } catch let error as RuntimeError {
      return try Self.answer(error, "the repository \(Redaction.credentials(in: order.repository))")
    }
  }

  /// Commits what is left, pushes the branch, and says what came of it. Work that cannot be pushed becomes a bundle.
  func publish(_ order: PublishOrder) async throws -> MachineReply {
    do {
      let workspace = try await workspace(
        order.workspace, repository: order.repository, baseBranch: order.baseBranch, branch: order.branch)
      let work = try await repositories().collect(workspace, message: order.message)
      var result = TaskResult(
        commits: work.commits.map { SAMCore.Commit(sha: $0.id, subject: $0.subject) }, files: work.files.count,
        insertions: work.insertions, deletions: work.deletions)
      guard let head = work.head, work.commitCount > 0 else {
        return .published(PublishedWork(result: TaskResult()))
      }
      result.branch = order.branch
      result.head = head
      context.failpoints.pass(.beforePush)
      do {
        let credential = try RepositoryURL(order.repository).credential
        _ = try await repositories().push(workspace, commit: head, credential: credential)
      } catch let error as RuntimeError where !error.mayPass {
        return .published(try await keep(workspace, head, result, because: error))
      }
      context.failpoints.pass(.afterPush)
      return .published(PublishedWork(result: result))
    } catch let error as RuntimeError {
      return try Self.answer(error, "the work")
    }
  }

  /// Keeps work that could not be pushed.
  private func keep(
    _ workspace: WorkspaceClone, _ head: String, _ result: TaskResult, because error: RuntimeError
  ) async throws -> PublishedWork {
    let blob: BlobID = context.ids.next(now: context.clock.now())
    let path = "\(context.configuration.directory)/\(blob).bundle"
    try await repositories().bundle(workspace, commit: head, to: path)
    try await blobs.put(Array(try Data(contentsOf: URL(fileURLWithPath: path))), id: blob)
    try FileManager.default.removeItem(atPath: path)
    let evidence = error.evidence.isEmpty ? "" : " It said: \(error.evidence)"
    return PublishedWork(
      result: result,
      problem: "The work could not be pushed. \(error.message)\(evidence) It is kept as bundle \(blob) "
        + "and in the workspace \(workspace.path).",
      bundle: blob)
  }

  private func workspace(
    _ id: WorkspaceID, repository: String, baseBranch: String?, branch: String
  ) async throws -> WorkspaceClone {
    let path = context.workspacePath(id)
    let folder = (path as NSString).deletingLastPathComponent
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    return try await repositories().makeWorkspace(
      WorkspaceRequest(
        id: id.rawValue, path: path, url: try RepositoryURL(repository), title: branch, branch: branch,
        base: baseBranch))
  }

  /// What a person reads, or, when it may pass, an error that makes SAM try again.
  private static func answer(_ error: RuntimeError, _ what: String) throws -> MachineReply {
    let text = "\(what): \(error.message)\(error.evidence.isEmpty ? "" : " (\(error.evidence))")"
    if error.mayPass { throw LinkError(text) }
    return .refused(reason: text)
  }
}

extension RuntimeError {
  /// Whether the same thing may work in a moment: networks come back, disks are cleared, locks are let go.
  fileprivate var mayPass: Bool {
    [.networkUnreachable, .gitTimedOut, .diskFull, .systemRefused].contains(code)
  }
}
