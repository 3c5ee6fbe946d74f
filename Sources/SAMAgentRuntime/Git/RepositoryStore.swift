// SPDX-License-Identifier: Apache-2.0
internal import Foundation

/// SAM's own repositories, one for each project, and the workspaces made from them.
///
/// Everything that SAM asks of git happens in these bare repositories; agents have clones, which are never trusted.
///
/// On the disk, beneath `root`: `repositories/NAME-HASH.git` (remote branches as `refs/remotes/origin/*`, the work of
/// tasks as `refs/sam/tasks/*`), `workspaces/ID.json` and `ID.index`, `scratch/`.
///
/// - Warning: One process at a time may use a root. Whoever holds the data directory's lock holds this one too.
public final class RepositoryStore: Sendable {
  let root: String
  let git: GitRunner
  let repositoryLocks = AsyncLocks<String>()
  let workspaceLocks = AsyncLocks<String>()

  /// Opens or makes a store.
  ///
  /// - Parameters:
  ///   - root: An absolute path; made with mode 0700 when it is missing.
  ///   - git: Runs git.
  /// - Throws: `RuntimeError` with `.systemRefused`.
  public init(root: String, git: GitRunner) throws {
    self.root = root
    self.git = git
    do {
      // What was in scratch belonged to a run that is over.
      try? FileManager.default.removeItem(atPath: root + "/scratch")
      for folder in ["repositories", "workspaces", "scratch"] {
        try FileManager.default.createDirectory(
          atPath: "\(root)/\(folder)", withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
      }
    } catch {
      throw RuntimeError(
        .systemRefused, "The folder for repositories cannot be made: “\(root)”. Check that it is writable.",
        evidence: "\(error)")
    }
  }

  // MARK: Remotes

  /// Asks the host for its branches, without fetching.
  ///
  /// - Throws: `RuntimeError` with `.repositoryUnreachable`, `.authenticationRefused`, `.networkUnreachable`, …
  public func remote(_ url: RepositoryURL, credential: GitCredential? = nil) async throws -> Remote {
    Remote(try await offer(of: url, credential: credential, patterns: ["HEAD", "refs/heads/*"]))
  }

  /// What the host offers.
  private func offer(of url: RepositoryURL, credential: GitCredential?, patterns: [String]) async throws -> RemoteOffer
  {
    var command = GitRunner.Command(["ls-remote", "--symref", "--", url.text] + patterns)
    command.host = (url, credential ?? url.credential)
    command.directory = root
    // A repository with very many branches has a long list, and half of it would be taken for all.
    command.output = .collected(limit: 256 << 20)
    return RemoteOffer(try await git.run(command).bytes)
  }

  /// Brings SAM's copy of a repository up to date. Calls for one repository wait for each other.
  ///
  /// - Returns: What the host has now.
  /// - Throws: `RuntimeError`, see `remote(_:credential:)`; `.diskFull`.
  @discardableResult
  public func refresh(_ url: RepositoryURL, credential: GitCredential? = nil) async throws -> Remote {
    try await update(url, credential: credential).remote
  }

  /// The same, and what SAM's copy has now.
  func update(
    _ url: RepositoryURL, credential: GitCredential?
  ) async throws -> (remote: Remote, references: References) {
    let folder = bareFolder(url.text)
    return try await repositoryLocks.with(folder) {
      try await open(url.text)
      async let known = references(in: folder)
      let offer = try await offer(
        of: url, credential: credential, patterns: ["HEAD", "refs/heads/*", "refs/tags/*"])
      let remote = Remote(offer)
      let before = try await known
      // Most tasks begin where the last one ended: what would a fetch bring?
      if remote.isEmpty || before == offer.copy { return (remote, before) }
      var command = GitRunner.Command(
        [
          "fetch", "--quiet", "--prune", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules",
          "--no-auto-maintenance", "--", url.text, "+refs/heads/*:refs/remotes/origin/*", "+refs/tags/*:refs/tags/*",
        ], in: folder)
      command.host = (url, credential ?? url.credential)
      command.directory = root
      try await git.run(command)
      // Not what was offered: the host may have moved on between the two.
      return (remote, try await references(in: folder))
    }
  }

  /// The branches and tags of the host as SAM's copy has them.
  private func references(in folder: String) async throws -> References {
    var command = GitRunner.Command(
      ["for-each-ref", "--format=%(objectname) %(refname)", "refs/remotes/origin", "refs/tags"], in: folder)
    command.output = .collected(limit: 256 << 20)
    return References(try await git.run(command).bytes)
  }

  // MARK: Bare repositories

  /// Where the repository of an address is.
  func bareFolder(_ url: String) -> String {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325  // FNV-1a: the name must be the same in every run
    for byte in url.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    let digits = String(hash, radix: 16)
    let last = url.split(whereSeparator: { $0 == "/" || $0 == ":" }).last.map(String.init) ?? ""
    let name = BranchName.slug(last.hasSuffix(".git") ? String(last.dropLast(4)) : last)
    return "\(root)/repositories/\(name)-\(String(repeating: "0", count: 16 - digits.count))\(digits).git"
  }

  /// Makes the repository if it is missing.
  func open(_ url: String) async throws {
    let folder = bareFolder(url)
    let mark = folder + "/sam-url"
    if let text = try? String(contentsOfFile: mark, encoding: .utf8) {
      guard text == url else {
        throw RuntimeError(
          .workspaceUnusable, "“\(folder)” belongs to another repository (“\(text)”). Move it away and try again.")
      }
      return
    }
    // The mark is written last: without it, the folder was left by a run that did not get far.
    try? FileManager.default.removeItem(atPath: folder)
    var command = GitRunner.Command(["init", "--quiet", "--bare", "--template=", "--initial-branch=sam-none", folder])
    command.directory = root
    try await git.run(command)
    do {
      try FileManager.default.createDirectory(atPath: folder + "/info", withIntermediateDirectories: true)
      try Data(url.utf8).write(to: URL(fileURLWithPath: mark), options: .atomic)
    } catch {
      throw RuntimeError.system("“\(mark)” cannot be written: \(error.localizedDescription)", errno: 0)
    }
  }

  /// The commit that a name means in SAM's copy; nil when there is none.
  func commit(_ name: String, in folder: String) async throws -> String? {
    var command = GitRunner.Command(
      ["rev-parse", "--verify", "--quiet", "--end-of-options", name + "^{commit}"], in: folder)
    command.accepted = [0, 1, 128]
    let answer = try await git.run(command)
    return answer.code == 0 && UntrustedRepository.isObjectID(answer.line) ? answer.line : nil
  }

  func setReference(_ name: String, to commit: String, in folder: String) async throws {
    try await git.run(GitRunner.Command(["update-ref", "--no-deref", name, commit], in: folder))
  }

  func isAncestor(_ older: String, of newer: String, in folder: String) async throws -> Bool {
    var command = GitRunner.Command(["merge-base", "--is-ancestor", older, newer], in: folder)
    command.accepted = [0, 1]
    return try await git.run(command).code == 0
  }

  /// A new empty folder of SAM's own, for as long as `body` runs.
  func withScratch<Result>(_ body: (String) async throws -> Result) async throws -> Result {
    let path = "\(root)/scratch/\(UUID().uuidString)"
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw RuntimeError.system("“\(path)” cannot be made: \(error.localizedDescription)", errno: 0)
    }
    // What cannot be removed now is removed at the next start.
    defer { try? FileManager.default.removeItem(atPath: path) }
    return try await body(path)
  }
}
