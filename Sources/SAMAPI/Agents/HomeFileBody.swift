// SPDX-License-Identifier: Apache-2.0
internal import SAMCore

/// A file in an agent's home folder, on the wire: with its content, or with the secret that it is kept in.
public struct HomeFileBody: Codable, Hashable, Sendable {
  /// Where it is, beneath the home folder.
  public var path: String
  /// What is in a configuration file. It is taken and never shown.
  public var content: String?
  /// The name of the secret that a login file is kept in.
  public var secret: String?

  /// - Parameters: as the properties of the same names.
  public init(path: String, content: String? = nil, secret: String? = nil) {
    self.path = path
    self.content = content
    self.secret = secret
  }

  /// What is shown of a file.
  init(_ file: HomeFile) { self.init(path: file.path, secret: file.secret) }

  /// The file as the domain has it.
  /// - Throws: `Rejection` when it has both a content and a secret, or neither.
  func file() throws -> HomeFile {
    switch (content, secret) {
    case (let content?, nil): return HomeFile(path: path, content: .text(content))
    case (nil, let secret?): return HomeFile(path: path, content: .secret(secret))
    default:
      throw Rejection(.invalid, "file '\(path.prefix(200))' needs either a content or a secret; give one of the two")
    }
  }

  private enum CodingKeys: String, CodingKey {
    case path
    case content
    case secret
  }
}
