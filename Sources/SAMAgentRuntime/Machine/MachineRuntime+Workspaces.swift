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
      guard let head = work.head, work.commitCount > 0 else {
        return .published(PublishedWork(result: TaskResult()))
      }
      let result = TaskResult(work, head: head, branch: order.branch)
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

  /// Commits what is left and keeps what is not on the remote as a bundle, so that the machine can go.
  func save(_ order: PublishOrder) async throws -> MachineReply {
    do {
      // Never made anew: an empty clone in the place of lost work would look as if there were nothing to save.
      guard let workspace = try repositories().workspace(order.workspace.rawValue),
        FileManager.default.fileExists(atPath: workspace.path)
      else { return .refused(reason: "the folder of workspace '\(order.workspace)' is not on this machine any more") }
      let work = try await repositories().collect(workspace, message: order.message)
      let leftOut = work.notes.isEmpty ? nil : work.notes.joined(separator: " ")
      guard let head = work.head, work.commitCount > 0, try await !isPushed(head, order) else {
        return .published(PublishedWork(result: TaskResult(), problem: leftOut))
      }
      let blob = try await bundle(workspace, head)
      return .published(
        PublishedWork(
          result: TaskResult(work, head: head, branch: order.branch), problem: leftOut, bundle: blob))
    } catch let error as RuntimeError {
      return try Self.answer(error, "the work")
    }
  }

  /// Whether the remote's branch is at this commit. A remote that cannot be asked is one that does not have it.
  private func isPushed(_ head: String, _ order: PublishOrder) async throws -> Bool {
    do {
      return try await repositories().remote(RepositoryURL(order.repository)).branches[order.branch] == head
    } catch is RuntimeError {
      return false
    }
  }

  /// Puts a workspace's commits into the blob store.
  private func bundle(_ workspace: WorkspaceClone, _ head: String) async throws -> BlobID {
    let blob: BlobID = context.ids.next(now: context.clock.now())
    let path = "\(context.configuration.directory)/\(blob).bundle"
    defer { unlink(path) }
    try await repositories().bundle(workspace, commit: head, to: path)
    try await blobs.put(Array(try Data(contentsOf: URL(fileURLWithPath: path))), id: blob)
    return blob
  }

  /// Keeps work that could not be pushed.
  private func keep(
    _ workspace: WorkspaceClone, _ head: String, _ result: TaskResult, because error: RuntimeError
  ) async throws -> PublishedWork {
    let blob = try await bundle(workspace, head)
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

extension TaskResult {
  /// What a workspace holds, as the domain sees it.
  fileprivate init(_ work: CollectedWork, head: String, branch: String) {
    self.init(
      branch: branch, head: head, commits: work.commits.map { SAMCore.Commit(sha: $0.id, subject: $0.subject) },
      files: work.files.count, insertions: work.insertions, deletions: work.deletions)
  }
}

extension RuntimeError {
  /// Whether the same thing may work in a moment: networks come back, disks are cleared, locks are let go.
  fileprivate var mayPass: Bool {
    [.networkUnreachable, .gitTimedOut, .diskFull, .systemRefused].contains(code)
  }
}
