// SPDX-License-Identifier: Apache-2.0
internal import Foundation

/// The `.git` folder of a workspace, read and written as plain files.
///
/// Its agent may have put anything there: hooks, filters, a file monitor, links to other places. No git command ever runs
/// with it as its repository, and nothing here follows a link.
struct UntrustedRepository {
  /// Where HEAD points.
  struct Head: Equatable {
    /// The branch (`refs/heads/…`); nil when HEAD is detached.
    var reference: String?
    /// The commit; nil before the first one.
    var commit: String?
  }

  private let git: Descriptor

  /// Opens the repository of a work tree.
  ///
  /// - Throws: `RuntimeError` with `.workspaceUnusable` when `.git` is no plain folder (a link, a file, nothing).
  init(workTree: String) throws {
    guard let tree = Descriptor.folder(workTree) else {
      throw RuntimeError(.workspaceUnusable, "The folder of the workspace is gone: “\(workTree)”. Make it again.")
    }
    guard let git = tree.folder(".git") else {
      throw RuntimeError(
        .workspaceUnusable,
        "“\(workTree)/.git” is gone or has been replaced. The files are kept; their history since "
          + "the last checkpoint is not.")
    }
    self.git = git
  }

  // MARK: References

  /// Reads HEAD.
  ///
  /// - Throws: `RuntimeError` with `.workspaceUnusable` when it cannot be understood.
  func head() throws -> Head {
    guard let text = git.contents("HEAD", limit: 4096).map({ String(decoding: $0, as: UTF8.self) }) else {
      throw Self.unreadable("HEAD")
    }
    let line = text.trimmingCharacters(in: .whitespacesAndNewlines)
    if Self.isObjectID(line) { return Head(reference: nil, commit: line) }
    guard line.hasPrefix("ref: ") else { throw Self.unreadable("HEAD") }
    let name = line.dropFirst(5).trimmingCharacters(in: .whitespaces)
    return Head(reference: name, commit: try resolve(name, depth: 0))
  }

  /// The commit of a reference, loose or packed. Nil when there is none.
  func resolve(_ name: String, depth: Int = 0) throws -> String? {
    guard depth < 5, name.hasPrefix("refs/"), BranchName.isValid(name) else { throw Self.unreadable(name) }
    let parts = name.split(separator: "/").map(String.init)
    var folder: Descriptor? = git
    for part in parts.dropLast() { folder = folder?.folder(part) }
    if let last = parts.last, let loose = folder?.contents(last, limit: 4096) {
      let line = String(decoding: loose, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
      if line.hasPrefix("ref: ") { return try resolve(String(line.dropFirst(5)), depth: depth + 1) }
      guard Self.isObjectID(line) else { throw Self.unreadable(name) }
      return line
    }
    guard let packed = git.contents("packed-refs", limit: 64 << 20) else { return nil }
    let wanted = Array(" \(name)".utf8)
    for line in packed.split(separator: UInt8(ascii: "\n")) where line.count == 40 + wanted.count {
      if line.suffix(wanted.count).elementsEqual(wanted) {
        let id = String(decoding: line.prefix(40), as: UTF8.self)
        guard Self.isObjectID(id) else { throw Self.unreadable(name) }
        return id
      }
    }
    return nil
  }

  /// Whether a merge, rebase or the like is half done: then the branch and the index are the agent's business.
  var isBusy: Bool {
    [
      "MERGE_HEAD", "CHERRY_PICK_HEAD", "REVERT_HEAD", "BISECT_LOG", "rebase-merge", "rebase-apply", "sequencer",
    ].contains { git.exists($0) }
  }

  /// The patterns of `.git/info/exclude`, which keep an agent's own files out of its commits.
  var excludes: [UInt8] {
    git.folder("info")?.contents("exclude", limit: 1 << 20) ?? []
  }

  /// The names of the packs that are there now.
  var packs: [String] {
    (git.folder("objects")?.folder("pack")?.names() ?? []).filter { $0.hasSuffix(".pack") }.sorted()
  }

  static func isObjectID(_ text: some StringProtocol) -> Bool {
    text.utf8.count == 40 && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
  }

  private static func unreadable(_ what: String) -> RuntimeError {
    RuntimeError(.workspaceUnusable, "“\(what)” of the workspace's repository cannot be read.")
  }

  // MARK: Objects

  /// Puts the objects into a folder of SAM's, as links to the same files where possible.
  ///
  /// Only regular files with the names of objects and packs are taken; links and `info/alternates` are not, since they
  /// would let an agent in a sandbox read what is outside through us.
  ///
  /// - Parameters:
  ///   - folder: An empty folder; it can serve as an object folder afterwards.
  ///   - known: Packs that SAM has made itself.
  ///   - limit: How many bytes may be taken.
  func takeObjects(into folder: String, except known: Set<String>, limit: Int) throws {
    guard let objects = git.folder("objects"), let target = Descriptor.folder(folder) else {
      throw Self.unreadable("objects")
    }
    var budget = limit
    for name in objects.names() where name.utf8.count == 2 && name.utf8.allSatisfy(Self.isHex) {
      guard let source = objects.folder(name), let copy = target.makeFolder(name) else { continue }
      for object in source.names() where object.utf8.count == 38 && object.utf8.allSatisfy(Self.isHex) {
        try take(object, from: source, to: copy, folder: "\(folder)/\(name)", budget: &budget)
      }
    }
    guard let source = objects.folder("pack"), let copy = target.makeFolder("pack") else { return }
    for name in source.names() where name.hasPrefix("pack-") {
      let parts = name.dropFirst(5).split(separator: ".", omittingEmptySubsequences: false)
      guard parts.count == 2, parts[0].utf8.allSatisfy(Self.isHex), parts[1] == "pack" || parts[1] == "idx",
        !known.contains("pack-\(parts[0]).pack")
      else { continue }
      try take(name, from: source, to: copy, folder: "\(folder)/pack", budget: &budget)
    }
  }

  private static func isHex(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte)
  }

  private func take(
    _ name: String, from source: Descriptor, to target: Descriptor, folder: String, budget: inout Int
  ) throws {
    if linkat(source.number, name, target.number, name, 0) == 0 {
      // The link is to exactly what was there; only now can its kind not change any more.
      guard let (_, size) = target.file(name) else { return target.remove(name) }
      budget -= size
    } else {
      // Another file system, or files of another user.
      guard let (file, size) = source.file(name) else { return }
      budget -= size
      if budget >= 0 { try copy(file, to: "\(folder)/\(name)") }
    }
    if budget < 0 {
      throw RuntimeError(
        .workspaceUnusable,
        "The workspace has more new history than SAM takes over. Remove large files from its "
          + "commits.")
    }
  }

  private func copy(_ file: Descriptor, to path: String) throws {
    let handle = FileHandle(fileDescriptor: file.number, closeOnDealloc: false)
    guard FileManager.default.createFile(atPath: path, contents: nil) else {
      throw RuntimeError.system("“\(path)” cannot be created", errno: errno)
    }
    let target = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    defer { try? target.close() }
    while let chunk = try handle.read(upToCount: 1 << 20), !chunk.isEmpty { try target.write(contentsOf: chunk) }
  }

  // MARK: Changes

  /// Makes the workspace's branch, index and objects agree with a commit that SAM made of its files.
  ///
  /// The steps are those of git itself, with its locks, so that a command of the agent at the same moment sees all or
  /// nothing. When HEAD is no longer at `old`, nothing changes.
  ///
  /// - Parameters:
  ///   - head: Where HEAD was when the commit was made.
  ///   - new: The commit.
  ///   - pack: A pack with everything that the repository lacks, and its index.
  ///   - index: An index of exactly the commit's tree, with the state of the work tree's files.
  func advance(_ head: Head, to new: String, pack: (name: String, data: [UInt8], index: [UInt8])?, index: [UInt8])
    throws
  {
    if let pack {
      guard let folder = git.folder("objects")?.makeFolder("pack") else { throw Self.unreadable("objects/pack") }
      if !folder.exists("\(pack.name).idx") {
        try folder.create("\(pack.name).pack", pack.data, mode: 0o444)
        try folder.create("\(pack.name).idx", pack.index, mode: 0o444)
      }
    }
    try git.create("index.lock", index)
    do {
      try moveReference(head, to: new)
    } catch {
      git.remove("index.lock")
      throw error
    }
    try git.rename("index.lock", to: "index")
  }

  private func moveReference(_ head: Head, to new: String) throws {
    let parts = (head.reference ?? "HEAD").split(separator: "/").map(String.init)
    var folder: Descriptor? = git
    for part in parts.dropLast() { folder = folder?.makeFolder(part) }
    guard let folder, let name = parts.last else { throw Self.unreadable(head.reference ?? "HEAD") }
    try folder.create("\(name).lock", Array("\(new)\n".utf8))
    do {
      guard try self.head() == head else {
        throw RuntimeError(.workspaceUnusable, "The agent moved its branch at the same moment.")
      }
      try folder.rename("\(name).lock", to: name)
    } catch {
      folder.remove("\(name).lock")
      throw error
    }
  }
}
