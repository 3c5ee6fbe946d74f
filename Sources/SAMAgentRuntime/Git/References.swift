// SPDX-License-Identifier: Apache-2.0

/// References by name, each with the object that it names.
///
/// Names are bytes: git does not promise that they are text, and as text two different ones can be equal.
struct References: Hashable, Sendable {
  /// The object's id by the reference's full name.
  private(set) var ids: [[UInt8]: String] = [:]

  /// None.
  init() {}

  /// Reads lines of an id, a space and a name.
  init(_ lines: [UInt8]) {
    for line in lines.split(separator: UInt8(ascii: "\n")) {
      let parts = line.split(separator: UInt8(ascii: " "), maxSplits: 1)
      if parts.count == 2 { self[parts[1]] = String(decoding: parts[0], as: UTF8.self) }
    }
  }

  /// The id of one of them; nil when there is none.
  subscript(name: some Collection<UInt8>) -> String? {
    get { ids[Array(name)] }
    set { ids[Array(name)] = newValue }
  }

  /// The objects, each once.
  var objects: Set<String> { Set(ids.values) }

  /// The content of a file `packed-refs` with all of them.
  ///
  /// What annotated tags point to is left out, as the head says by not saying `peeled`: git looks it up when it is asked.
  var packed: [UInt8] {
    var content = Array("# pack-refs with: sorted \n".utf8)
    for (name, id) in ids.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
      content += Array(id.utf8) + [UInt8(ascii: " ")] + name + [UInt8(ascii: "\n")]
    }
    return content
  }
}

/// What a host answers when it is asked for its references.
struct RemoteOffer: Sendable {
  /// The branch that its HEAD points to, if it says so.
  private(set) var head: String?

  /// Its branches and tags under the names that they get in SAM's copy of the repository.
  private(set) var copy = References()

  /// Each branch and its commit.
  private(set) var branches: [String: String] = [:]

  /// Reads what `git ls-remote --symref` prints.
  init(_ output: [UInt8]) {
    for line in output.split(separator: UInt8(ascii: "\n")) {
      let parts = line.split(separator: UInt8(ascii: "\t"), maxSplits: 1)
      guard parts.count == 2 else { continue }
      let (value, name) = (String(decoding: parts[0], as: UTF8.self), parts[1])
      if value.hasPrefix("ref: refs/heads/") {
        if name.elementsEqual("HEAD".utf8) { head = String(value.dropFirst("ref: refs/heads/".count)) }
      } else if name.starts(with: "refs/heads/".utf8) {
        let branch = name.dropFirst("refs/heads/".utf8.count)
        branches[String(decoding: branch, as: UTF8.self)] = value
        copy[Array("refs/remotes/origin/".utf8) + branch] = value
      } else if name.starts(with: "refs/tags/".utf8), !name.suffix(3).elementsEqual("^{}".utf8) {
        // What an annotated tag points to is listed beside it, and is no reference of its own.
        copy[name] = value
      }
    }
  }
}

extension RepositoryStore {
  /// What a repository has at its host.
  public struct Remote: Sendable, Hashable {
    /// The branch that HEAD points to; nil when the repository is empty, or has none.
    public let defaultBranch: String?
    /// Each branch and its commit.
    public let branches: [String: String]
    /// Whether there is no branch at all.
    public var isEmpty: Bool { branches.isEmpty }

    init(defaultBranch: String?, branches: [String: String]) {
      self.defaultBranch = defaultBranch
      self.branches = branches
    }

    init(_ offer: RemoteOffer) {
      branches = offer.branches
      // A HEAD that points nowhere, or at a commit: the usual names, or the only branch that there is.
      let usual = [offer.head, "main", "master"].compactMap { $0 }.first { offer.branches[$0] != nil }
      defaultBranch = usual ?? (branches.count == 1 ? branches.keys.first : nil)
    }
  }
}
