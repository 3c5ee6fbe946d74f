// SPDX-License-Identifier: Apache-2.0

/// What `POST /projects` takes.
public struct CreateProjectBody: Codable, Hashable, Sendable {
  /// What people call it.
  public var name: String
  /// A path, an https or an ssh address.
  public var repository: String
  /// The branch that work starts from; nil = what the remote's HEAD says.
  public var defaultBranch: String?

  /// - Parameters: as the properties of the same names.
  public init(name: String, repository: String, defaultBranch: String? = nil) {
    self.name = name
    self.repository = repository
    self.defaultBranch = defaultBranch
  }

  private enum CodingKeys: String, CodingKey {
    case name
    case repository
    case defaultBranch = "default_branch"
  }
}
