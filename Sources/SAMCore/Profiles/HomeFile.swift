// SPDX-License-Identifier: Apache-2.0

/// A file in an agent's home folder that it is given. An agent with such files has a home folder of its own for each session.
public struct HomeFile: Codable, Hashable, Sendable {
  /// What is in it.
  public enum Content: Codable, Hashable, Sendable {
    /// A configuration file: this text, written anew before each start of the agent.
    case text(String)
    /// A login file: the value of the secret of this name. What the agent makes of it becomes the secret's value.
    /// `value` is filled in on the way to a trial, and never stored; empty = there is none.
    case secret(String, value: String? = nil)
  }

  /// Where it is, beneath the home folder.
  public var path: String
  /// What is in it.
  public var content: Content

  /// - Parameters: as the properties of the same names.
  public init(path: String, content: Content) {
    self.path = path
    self.content = content
  }

  /// The secret that a login file is kept in; nil = it is a configuration file.
  public var secret: String? {
    if case .secret(let name, _) = content { name } else { nil }
  }

  /// How many bytes a file has at most: as many as a secret.
  public static let maxBytes = 64 << 10
  /// How many bytes all configuration files of an agent have at most: they go along with every prompt.
  public static let maxTextBytes = 128 << 10
  /// How many files an agent has at most.
  private static let maxCount = 16

  /// Whether this can be a login file's content.
  /// - Throws: ``Rejection`` that says what is wrong, and nothing of the value.
  static func checkLogin(_ value: String, _ secret: String) throws {
    guard (1...maxBytes).contains(value.utf8.count), !value.utf8.contains(0) else {
      throw Rejection(.invalid, "the login file of secret '\(secret)' must have 1 to \(maxBytes) bytes and no NUL")
    }
  }

  /// Whether these files can be given to one agent.
  /// - Throws: ``Rejection`` that says what is wrong.
  public static func check(_ files: [HomeFile]) throws {
    guard files.count <= maxCount else {
      throw Rejection(.invalid, "an agent cannot be given \(files.count) files; give it \(maxCount) at most")
    }
    for file in files { try file.check() }
    let bytes = files.reduce(0) { sum, file in
      if case .text(let text) = file.content { sum + text.utf8.count } else { sum }
    }
    guard bytes <= maxTextBytes else {
      throw Rejection(
        .invalid, "the configuration files have \(bytes) bytes together; give the agent \(maxTextBytes) at most")
    }
    for (index, file) in files.enumerated() {
      for other in files[..<index] {
        if file.path == other.path {
          throw Rejection(.invalid, "'\(file.path)' is given to the agent twice; leave one out")
        }
        if file.path.hasPrefix(other.path + "/") || other.path.hasPrefix(file.path + "/") {
          throw Rejection(.invalid, "'\(other.path)' and '\(file.path)' cannot both be files; correct one")
        }
        if let secret = file.secret, secret == other.secret {
          throw Rejection(
            .invalid, "'\(other.path)' and '\(file.path)' are both kept in secret '\(secret)'; give each its own")
        }
      }
    }
  }

  private func check() throws {
    let names = path.split(separator: "/", omittingEmptySubsequences: false)
    guard path.utf8.count <= 1024, !path.utf8.contains(0),
      names.allSatisfy({ !["", ".", ".."].contains($0) && $0.utf8.count <= 255 })
    else {
      throw Rejection(
        .invalid, "'\(path.prefix(200))' is no file beneath the home folder; write it as in '.codex/auth.json'")
    }
    switch content {
    case .text(let text):
      guard text.utf8.count <= Self.maxBytes else {
        throw Rejection(.invalid, "'\(path)' has more than \(Self.maxBytes) bytes; give the agent a shorter file")
      }
    case .secret(let name, _):
      guard !name.isEmpty else {
        throw Rejection(.invalid, "'\(path)' names no secret; keep one with 'samctl secret set' and give its name")
      }
    }
  }
}
