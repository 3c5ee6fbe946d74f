// SPDX-License-Identifier: Apache-2.0

/// Which texts may name a repository or a branch.
public enum RepositoryAddress {
  /// Accepts an absolute path, `file://`, `https://`, `http://`, `ssh://` and `user@host:path`.
  /// - Throws: ``Rejection`` with `invalid` that says what is accepted.
  public static func check(_ address: String) throws {
    let bytes = address.utf8
    let clean = !bytes.isEmpty && bytes.count <= 2048 && bytes.allSatisfy { $0 > 32 && $0 != 127 }
    let isPath = address.hasPrefix("/") || address.hasPrefix("file:///")
    guard clean, isPath || isRemoteURL(address) || isSSHShorthand(address) else {
      throw Rejection(
        .invalid,
        "'\(address)' is no repository that SAM can reach; "
          + "give an absolute path, an https:// or ssh:// address, or git@host:path")
    }
    guard !hasPassword(address) else {
      // The ledger is for ever and readable; a password has no place in it.
      throw Rejection(
        .invalid, "the address has a password in it; leave it out and give it to git's credential helper on the machine"
      )
    }
  }

  /// Whether an address carries `user:password@`.
  static func hasPassword(_ address: String) -> Bool {
    guard let scheme = address.firstRange(of: "://") else { return false }
    let authority = address[scheme.upperBound...].prefix { $0 != "/" }
    guard let at = authority.lastIndex(of: "@") else { return false }
    return authority[..<at].contains(":")
  }

  /// An address with a host that cannot be taken for an option of ssh.
  static func isRemoteURL(_ address: String) -> Bool {
    guard let scheme = ["https://", "http://", "ssh://"].first(where: { address.hasPrefix($0) }) else { return false }
    let authority = address.dropFirst(scheme.count).prefix { $0 != "/" }
    let host = authority.split(separator: "@", omittingEmptySubsequences: false).last ?? ""
    return !host.isEmpty && !host.hasPrefix("-") && !host.hasPrefix(":") && !authority.hasPrefix("-")
  }

  /// `user@host:path`, where no part can be taken for an option, nor the whole for git's `helper::address`.
  static func isSSHShorthand(_ address: String) -> Bool {
    guard let at = address.firstIndex(of: "@"), let colon = address[at...].firstIndex(of: ":") else { return false }
    let user = address[..<at]
    let host = address[address.index(after: at)..<colon]
    let path = address[address.index(after: colon)...]
    return [user, host, path].allSatisfy { !$0.isEmpty && !$0.hasPrefix("-") } && !path.hasPrefix(":")
      && !user.contains("/") && !user.contains(":") && !host.contains("/")
  }

  /// The rules of git-check-ref-format(1), as far as a branch name needs them.
  public static func isBranchName(_ name: String) -> Bool {
    let forbidden = Set(" ~^:?*[\\".unicodeScalars)
    guard !name.isEmpty, name.utf8.count <= 200, !name.hasPrefix("-"), !name.hasPrefix("/"), !name.hasSuffix("/"),
      !name.hasSuffix("."), !name.contains(".."), !name.contains("@{"), !name.contains("//"), name != "@",
      name != "HEAD"
    else { return false }
    return name.unicodeScalars.allSatisfy { $0.value > 32 && $0.value != 127 && !forbidden.contains($0) }
      && name.split(separator: "/").allSatisfy { !$0.hasPrefix(".") && !$0.hasSuffix(".lock") }
  }
}

/// Which texts may name a project or a profile.
public enum Names {
  /// The rule, for people.
  public static let rule = "use 1 to 64 lower-case letters, digits, '-', '_' or '.', beginning with a letter or digit"

  /// Whether a text follows the rule.
  public static func isValid(_ name: String) -> Bool {
    guard let first = name.utf8.first, (1...64).contains(name.utf8.count) else { return false }
    let plain: (UInt8) -> Bool = { (97...122).contains($0) || (48...57).contains($0) }
    return plain(first) && name.utf8.allSatisfy { plain($0) || [45, 46, 95].contains($0) }
  }
}
