// SPDX-License-Identifier: Apache-2.0
internal import Foundation

/// The address of a project's repository, without credentials.
///
/// Allowed are absolute paths, `file:`, `https:`, `http:`, `ssh:`, `git:` and `user@host:path`. Everything that makes git
/// run a program (`ext::`, a leading dash) is refused.
public struct RepositoryURL: Hashable, Sendable, CustomStringConvertible {
  /// The address as git gets it. It holds no password.
  public let text: String

  /// What the address carried before its host, if that was more than an ssh user.
  public let credential: GitCredential?

  /// Reads an address.
  ///
  /// - Throws: `RuntimeError` with `.gitNotAllowed`.
  public init(_ address: String) throws {
    let trimmed = address.trimmingCharacters(in: .whitespacesAndNewlines)
    let control = trimmed.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7F }
    guard !trimmed.isEmpty, !trimmed.hasPrefix("-"), !control, !trimmed.contains("::") else {
      throw Self.refused(address)
    }
    if trimmed.hasPrefix("/") {
      text = trimmed.count > 1 && trimmed.hasSuffix("/") ? String(trimmed.dropLast()) : trimmed
      credential = nil
      return
    }
    if let match = trimmed.wholeMatch(of: #/(file|https|http|ssh|git):\/\/(?:([^\/@]*)@)?(.*)/#) {
      let scheme = match.1
      let rest = match.3
      guard !rest.hasPrefix("-"), scheme == "file" ? rest.hasPrefix("/") : !rest.hasPrefix("/") && !rest.isEmpty else {
        throw Self.refused(address)
      }
      let parts = match.2.map { $0.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false) } ?? []
      let user = parts.first.map(String.init) ?? ""
      guard !user.hasPrefix("-") else { throw Self.refused(address) }
      if scheme == "ssh" {
        // A password in an ssh address is of no use to ssh; the user is part of the address.
        text = user.isEmpty ? "ssh://\(rest)" : "ssh://\(user)@\(rest)"
        credential = nil
      } else {
        text = "\(scheme)://\(rest)"
        let password = parts.count > 1 ? String(parts[1]) : ""
        credential =
          match.2 == nil
          ? nil
          : GitCredential(
            username: user.removingPercentEncoding ?? user, password: password.removingPercentEncoding ?? password)
      }
      return
    }
    // The short form of ssh: user@host:path. A dash at either place would be an option for ssh or git.
    guard trimmed.wholeMatch(of: #/[A-Za-z0-9_.][A-Za-z0-9_.\-]*@[A-Za-z0-9\[][A-Za-z0-9_.:\[\]\-]*:[^\-].*/#) != nil
    else { throw Self.refused(address) }
    text = trimmed
    credential = nil
  }

  /// The last part of the path, for people.
  public var name: String {
    let last = text.split(whereSeparator: { $0 == "/" || $0 == ":" }).last.map(String.init) ?? "repository"
    return last.hasSuffix(".git") ? String(last.dropLast(4)) : last
  }

  /// The address.
  public var description: String { text }

  private static func refused(_ address: String) -> RuntimeError {
    RuntimeError(
      .gitNotAllowed,
      "“\(Redaction.credentials(in: address))” is no address of a repository that SAM accepts. Use an "
        + "absolute path, https://…, ssh://… or user@host:path.")
  }
}

/// What a host wants to know before it gives or takes commits. Never stored by git, never on a command line.
public struct GitCredential: Hashable, Sendable {
  /// The user; hosts that take tokens accept any.
  public var username: String
  /// The password or token.
  public var password: String

  /// A user and a password or token.
  public init(username: String, password: String) {
    self.username = username
    self.password = password
  }
}

extension GitCredential: CustomStringConvertible, CustomDebugStringConvertible {
  /// The user alone, so that no log shows the rest.
  public var description: String { "\(username):***" }
  /// The user alone.
  public var debugDescription: String { description }
}
