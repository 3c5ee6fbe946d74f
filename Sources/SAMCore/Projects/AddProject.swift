// SPDX-License-Identifier: Apache-2.0

/// A person adds a repository.
public struct AddProject: Command {
  /// The stable name.
  public static let name = "project.add"
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

  /// Refuses a bad name, a bad address and a name that is taken.
  public func decide(in decision: inout Decision) throws -> Project {
    guard Names.isValid(name) else {
      throw Rejection(.invalid, "'\(name)' cannot be a project's name; \(Names.rule)")
    }
    try RepositoryAddress.check(repository)
    if let defaultBranch, !RepositoryAddress.isBranchName(defaultBranch) {
      throw Rejection(.invalid, "'\(defaultBranch)' is no branch name that git accepts; give an existing branch")
    }
    let owner = decision.actor.owner
    let id = decision.newID(ProjectID.self)
    try decision.claim(
      Project.nameClaim(name, owner: owner), for: id.rawValue,
      or: "there is a project '\(name)' already; choose another name, or remove that one first")
    return try decision.record(
      .added(name: name, repository: repository, defaultBranch: defaultBranch, owner: owner), on: id, as: Project.self)
  }
}

extension Actor {
  /// The person on whose behalf this actor acts.
  var owner: UserID { UserID(rawValue: id) ?? UserID(trusted: Actor.owner.id) }
}
