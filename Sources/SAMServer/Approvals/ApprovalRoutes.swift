// SPDX-License-Identifier: Apache-2.0
internal import SAMAPI
internal import SAMCore

/// Approvals over HTTP.
enum ApprovalRoutes {
  /// `GET /approvals?state=&session=`: newest first.
  static func list(_ request: APIRequest, _ services: APIServices) async throws -> APIResponse {
    let paging = try Paging(Approval.self, request)
    let session = try request.queriedID("session", SessionID.self)
    let query = paging.query(
      StateQuery(
        Approval.kind, statuses: try request.states(ApprovalState.self), parent: session?.rawValue, descending: true))
    return try .json(paging.page(try await services.store.list(Approval.self, query)) { ApprovalView($0) })
  }

  /// `GET /approvals/{approval}`
  static func show(_ request: APIRequest, _ services: APIServices) async throws -> APIResponse {
    let id = try request.id(of: Approval.self, "approval")
    return try .json(ApprovalView(try await services.store.load(Approval.self, id)))
  }

  /// `POST /approvals/{approval}/answer`
  static func answer(_ request: APIRequest, _ services: APIServices) async throws -> APIResponse {
    let id = try request.id(of: Approval.self, "approval")
    let body = try request.decode(AnswerApprovalBody.self)
    // The ledger and the conversation say by which name people know who answered.
    let name = try await services.tokens.all().first { $0.id == request.actor.token }?.name
    let answer = AnswerApproval(
      approval: id, option: body.option, scope: body.scope, values: body.values, answerer: name)
    return try .json(ApprovalView(try await request.perform(answer, services)))
  }
}
