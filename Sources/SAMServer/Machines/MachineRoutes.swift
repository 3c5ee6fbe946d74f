// SPDX-License-Identifier: Apache-2.0
internal import SAMAPI
internal import SAMCore

extension Route {
  /// `GET /health`
  static func health(_ request: APIRequest, _ services: APIServices) async throws -> APIResponse {
    try .json(HealthView(version: services.version))
  }

  /// `GET /machines?state=`
  static func machines(_ request: APIRequest, _ services: APIServices) async throws -> APIResponse {
    let paging = try Paging(Machine.self, request)
    let query = paging.query(StateQuery(Machine.kind, statuses: try request.states(MachineState.self)))
    return try .json(paging.page(try await services.store.list(Machine.self, query)) { MachineView($0) })
  }
}
