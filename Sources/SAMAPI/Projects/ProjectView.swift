// SPDX-License-Identifier: Apache-2.0
public import SAMCore

/// A project on the wire.
public struct ProjectView: Codable, Hashable, Sendable {
  /// Its id.
  public var id: ProjectID
  /// What people call it.
  public var name: String
  /// active, removed.
  public var state: String
  /// A path, an https or an ssh address.
  public var repository: String
  /// The branch that work starts from; nil = what the remote's HEAD says.
  public var defaultBranch: String?
  /// When it was added.
  public var createdAt: APITimestamp

  /// - Parameter project: the project's state.
  public init(_ project: Project) {
    id = project.id
    name = project.name
    state = project.state.rawValue
    repository = project.repository
    defaultBranch = project.defaultBranch
    createdAt = APITimestamp(project.createdAt)
  }

  private enum CodingKeys: String, CodingKey {
    case id
    case name
    case state
    case repository
    case defaultBranch = "default_branch"
    case createdAt = "created_at"
  }
}
