// SPDX-License-Identifier: Apache-2.0
internal import Foundation

extension RepositoryStore {
  /// Makes a full repository of its own: nothing in it is a link to SAM's, so whatever its agent does stays there.
  ///
  /// What `git clone` does in turn happens here side by side, from SAM's repository: its history becomes one pack while
  /// the files are written. The few small files that make a folder a repository are written as they are.
  ///
  /// - Parameters:
  ///   - references: The branches and tags that the clone has.
  ///   - identity: What its configuration says of the committer.
  func clone(
    _ workspace: WorkspaceClone, _ references: References, identity: [(key: String, value: String)]
  ) async throws {
    do {
      try FileManager.default.createDirectory(atPath: workspace.path, withIntermediateDirectories: true)
    } catch {
      throw RuntimeError.system("“\(workspace.path)” cannot be made: \(error.localizedDescription)", errno: 0)
    }
    try writeSkeleton(workspace, references, identity: identity)
    guard let base = workspace.baseCommit else { return }
    async let isPacked: Void = pack(references.objects.union([base]), for: workspace)
    async let isCheckedOut: Void = checkOut(base, for: workspace)
    try mark(base, of: workspace)
    _ = try await (isPacked, isCheckedOut)
  }

  /// Keeps what the workspace starts from in SAM's repository, also when its branch is gone at the host.
  ///
  /// It is written as git writes a reference, under a lock and whole or not at all, without a process for it.
  private func mark(_ base: String, of workspace: WorkspaceClone) throws {
    let references = bareFolder(workspace.url) + "/refs"
    guard let folder = Descriptor.folder(references)?.makeFolder("sam")?.makeFolder("bases") else {
      throw RuntimeError.system("“\(references)/sam/bases” cannot be made", errno: errno)
    }
    // Nobody else makes this workspace now: a lock that is there was left by a run that is over.
    let lock = workspace.id + ".lock"
    folder.remove(lock)
    try folder.create(lock, Array("\(base)\n".utf8))
    try folder.rename(lock, to: workspace.id)
  }

  /// Of a name and an address for commits, those that the user's git does not have: without them, an agent's first commit
  /// would fail.
  func missingIdentity(_ author: GitAuthor) async throws -> [(key: String, value: String)] {
    var query = GitRunner.Command(["config", "--global", "-z", "--get-regexp", "^user\\.(name|email)$"])
    query.directory = root
    query.accepted = [0, 1]
    query.seesUserConfiguration = true
    // Each is a key, a line end and a value; a key without a line end has no value.
    let known = try await git.run(query).items.compactMap { item -> String? in
      let parts = item.split(separator: "\n", maxSplits: 1)
      return parts.count == 2 ? String(parts[0]) : nil
    }
    return [("name", author.name), ("email", author.email)].filter { !known.contains("user.\($0.0)") }
  }

  // MARK: What is written

  /// The files of a repository without objects, on the workspace's branch.
  private func writeSkeleton(
    _ workspace: WorkspaceClone, _ references: References, identity: [(key: String, value: String)]
  ) throws {
    guard let tree = Descriptor.folder(workspace.path), let git = tree.makeFolder(".git") else {
      throw RuntimeError.system("“\(workspace.path)/.git” cannot be made", errno: errno)
    }
    func write(_ path: String, _ text: [UInt8]) throws {
      var folder: Descriptor? = git
      let names = path.split(separator: "/").map(String.init)
      for name in names.dropLast() { folder = folder?.makeFolder(name) }
      guard let folder, let name = names.last else {
        throw RuntimeError.system("“\(workspace.path)/.git/\(path)” cannot be made", errno: errno)
      }
      try folder.create(name, text)
    }
    for names in [["objects", "info"], ["objects", "pack"], ["refs", "heads"], ["refs", "tags"]] {
      guard git.makeFolder(names[0])?.makeFolder(names[1]) != nil else {
        throw RuntimeError.system("“\(workspace.path)/.git” cannot be filled", errno: errno)
      }
    }
    try write("config", Array(try configuration(of: workspace, identity: identity).utf8))
    if let base = workspace.baseCommit {
      try write("packed-refs", references.packed)
      try write("refs/heads/\(workspace.branch)", Array("\(base)\n".utf8))
      if let main = workspace.defaultBranch {
        try write("refs/remotes/origin/HEAD", Array("ref: refs/remotes/origin/\(main)\n".utf8))
      }
    }
    // Last: without it, git takes the folder for no repository.
    try write("HEAD", Array("ref: refs/heads/\(workspace.branch)\n".utf8))
  }

  /// What the file system can do, git found out when it made SAM's repository beside the workspaces.
  private func configuration(of workspace: WorkspaceClone, identity: [(key: String, value: String)]) throws -> String {
    let path = bareFolder(workspace.url) + "/config"
    guard let own = try? String(contentsOfFile: path, encoding: .utf8), own.contains("\n\tbare = true\n") else {
      throw RuntimeError(
        .workspaceUnusable, "“\(path)” is not as SAM has written it. Move its folder away and try again.")
    }
    var text = own.replacing("\n\tbare = true\n", with: "\n\tbare = false\n\tlogallrefupdates = true\n")
    text += "[remote \"origin\"]\n\turl = \(Self.quoted(workspace.url))\n"
    text += "\tfetch = +refs/heads/*:refs/remotes/origin/*\n"
    if !identity.isEmpty { text += "[user]\n" }
    for (key, value) in identity { text += "\t\(key) = \(Self.quoted(value))\n" }
    return text
  }

  /// A value as git's configuration files hold it (git-config(1), Syntax).
  private static func quoted(_ value: String) -> String {
    let escaped = value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    let isPlain = value.unicodeScalars.allSatisfy {
      $0.properties.isAlphabetic || "0123456789+-_./:@".contains($0.description)
    }
    return isPlain && !value.isEmpty ? value : "\"\(escaped)\""
  }

  /// Copies the history of objects into the workspace, as one pack.
  private func pack(_ objects: Set<String>, for workspace: WorkspaceClone) async throws {
    try await withScratch { scratch in
      // git writes beneath its own folder and renames: the workspace may be on another file system.
      var command = GitRunner.Command(
        ["pack-objects", "--revs", "--delta-base-offset", "-q", scratch + "/pack"], in: bareFolder(workspace.url))
      command.input = .bytes(objects.sorted().flatMap { Array($0.utf8) + [UInt8(ascii: "\n")] })
      try await git.run(command)
      do {
        for name in try FileManager.default.contentsOfDirectory(atPath: scratch) {
          try FileManager.default.moveItem(
            atPath: "\(scratch)/\(name)", toPath: "\(workspace.path)/.git/objects/pack/\(name)")
        }
      } catch {
        throw RuntimeError.system("The history of a workspace cannot be kept: \(error.localizedDescription)", errno: 0)
      }
    }
  }

  /// Writes the files of a commit, and an index that knows them.
  private func checkOut(_ commit: String, for workspace: WorkspaceClone) async throws {
    // SAM's own index of these files: as it knows their state, the first checkpoint reads only what changed.
    let index = file(workspace.id, "index")
    if FileManager.default.fileExists(atPath: index) { try FileManager.default.removeItem(atPath: index) }
    var command = GitRunner.Command(["read-tree", "--reset", "-u", commit], in: bareFolder(workspace.url))
    command.workTree = workspace.path
    command.directory = workspace.path
    command.index = index
    try await git.run(command)
    try FileManager.default.copyItem(atPath: index, toPath: workspace.path + "/.git/index")
  }
}
