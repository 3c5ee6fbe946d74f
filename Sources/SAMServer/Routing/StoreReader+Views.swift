// SPDX-License-Identifier: Apache-2.0
internal import SAMAPI
internal import SAMCore

extension StoreReader {
  /// The states that a query finds.
  func all<A: Aggregate>(_ type: A.Type, _ query: StateQuery) throws -> [A] {
    try states(query).map { try StateCoding.decode(type, from: $0.body) }
  }

  /// The state of one aggregate.
  /// - Throws: ``Rejection`` with `not_found`.
  func one<A: Aggregate>(_ type: A.Type = A.self, _ id: A.ID) throws -> A {
    guard let row = try state(A.key(id)) else {
      throw Rejection(.notFound, "there is no \(A.kind) '\(id.rawValue)'; list what there is, or check the id")
    }
    return try StateCoding.decode(A.self, from: row.body)
  }

  /// The names of the agents behind profiles.
  func agentNames(_ profiles: some Sequence<ProfileID>) throws -> [ProfileID: String] {
    var names: [ProfileID: String] = [:]
    for profile in profiles where names[profile] == nil { names[profile] = try one(Profile.self, profile).name }
    return names
  }
}

extension APIServices {
  /// A task as the API shows it.
  func view(_ task: SAMTask) async throws -> TaskView {
    TaskView(task, agent: try await store.load(Profile.self, task.profile).name)
  }

  /// The project of an id or a name.
  /// - Throws: ``Rejection`` with `not_found`.
  func project(_ text: String) async throws -> Project {
    try await store.read { reader in
      if let id = ProjectID(rawValue: text), let row = try reader.state(Project.key(id)) {
        return try StateCoding.decode(Project.self, from: row.body)
      }
      let active = StateQuery(Project.kind, statuses: [Project.State.active.rawValue], name: text, limit: 1)
      guard let project = try reader.all(Project.self, active).first else {
        throw Rejection(.notFound, "there is no project '\(text.prefix(100))'; list projects, or add it first")
      }
      return project
    }
  }

  /// The agent of a name or an id.
  /// - Throws: ``Rejection`` with `not_found`.
  func agent(_ text: String) async throws -> Profile {
    try await store.read { reader in
      if let found = try reader.all(Profile.self, StateQuery(Profile.kind, name: text, limit: 1)).first {
        return found
      }
      guard let id = ProfileID(rawValue: text), let row = try reader.state(Profile.key(id)) else {
        throw Rejection(.notFound, "there is no agent '\(text.prefix(100))'; list agents, or define it first")
      }
      return try StateCoding.decode(Profile.self, from: row.body)
    }
  }
}
