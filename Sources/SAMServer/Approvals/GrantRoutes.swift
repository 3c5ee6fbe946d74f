// SPDX-License-Identifier: Apache-2.0
internal import SAMAPI
internal import SAMCore

/// Answers that people let stand, over HTTP.
enum GrantRoutes {
  /// `GET /grants?state=&session=&project=`: those that are active, unless another state is asked for; newest first.
  ///
  /// Of a session: those that were given for it alone.
  static func list(_ request: APIRequest, _ services: APIServices) async throws -> APIResponse {
    let paging = try Paging(Grant.self, request)
    let session = try request.queriedID("session", SessionID.self)
    var project: ProjectID?
    if let text = request.query["project"] { project = try await services.project(text).id }
    let query = paging.query(
      StateQuery(
        Grant.kind, statuses: try request.states(Grant.State.self, standard: [.active]), project: project,
        parent: session?.rawValue, descending: true))
    return try .json(paging.page(try await services.store.list(Grant.self, query)) { GrantView($0) })
  }

  /// `GET /grants/{grant}`
  static func show(_ request: APIRequest, _ services: APIServices) async throws -> APIResponse {
    let id = try request.id(of: Grant.self, "grant")
    return try .json(GrantView(try await services.store.load(Grant.self, id)))
  }

  /// `DELETE /grants/{grant}`
  static func revoke(_ request: APIRequest, _ services: APIServices) async throws -> APIResponse {
    let id = try request.id(of: Grant.self, "grant")
    return try .json(GrantView(try await request.perform(RevokeGrant(grant: id), services)))
  }
}
