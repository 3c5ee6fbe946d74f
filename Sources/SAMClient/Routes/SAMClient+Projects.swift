// SPDX-License-Identifier: Apache-2.0
public import SAMAPI

extension SAMClient {
  /// A page of projects.
  public func projects(limit: Int? = nil, cursor: String? = nil) async throws -> Page<ProjectView> {
    try await send(.get("projects", query: [("limit", limit.map(String.init)), ("cursor", cursor)]))
  }

  /// One project.
  /// - Parameter name: its id or name.
  public func project(_ name: String) async throws -> ProjectView { try await send(.get("projects", name)) }

  /// Adds a project.
  public func addProject(
    _ body: CreateProjectBody, key: IdempotencyKey = IdempotencyKey()
  ) async throws -> ProjectView {
    try await send(.change(.POST, "projects", body: body, key: key))
  }

  /// Removes a project; its tasks stay readable.
  /// - Parameter name: its id or name.
  public func removeProject(_ name: String, key: IdempotencyKey = IdempotencyKey()) async throws -> ProjectView {
    try await send(.change(.DELETE, "projects", name, key: key))
  }
}
