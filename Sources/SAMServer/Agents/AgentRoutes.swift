// SPDX-License-Identifier: Apache-2.0
internal import SAMAPI
internal import SAMCore

/// Agents (profiles) over HTTP.
enum AgentRoutes {
  /// `GET /agents?state=`: those that are active, unless another state is asked for.
  static func list(_ request: APIRequest, _ services: APIServices) async throws -> APIResponse {
    let paging = try Paging(Profile.self, request)
    let query = paging.query(
      StateQuery(Profile.kind, statuses: try request.states(Profile.State.self, standard: [.active])))
    return try .json(paging.page(try await services.store.list(Profile.self, query)) { AgentView($0) })
  }

  /// `GET /agents/{agent}`
  static func show(_ request: APIRequest, _ services: APIServices) async throws -> APIResponse {
    try .json(AgentView(try await services.agent(request.parameter("agent"))))
  }

  /// `PUT /agents/{agent}`
  static func define(_ request: APIRequest, _ services: APIServices) async throws -> APIResponse {
    let body = try request.decode(DefineAgentBody.self)
    let name = request.parameter("agent")
    let offered = services.catalog.first { $0.view.name == name }
    if body.command == nil, let offered, offered.launch == nil {
      throw Rejection(.invalid, "the program of agent '\(name)' is not on samd's machine. \(offered.view.advice)")
    }
    let profile = try await request.perform(try body.command(named: name, offered: offered?.launch), services)
    return try .json(AgentView(profile))
  }

  /// `GET /catalog`: all on one page.
  static func catalog(_ request: APIRequest, _ services: APIServices) async throws -> APIResponse {
    try .json(Page(items: services.catalog.map(\.view)))
  }

  /// `DELETE /agents/{agent}`
  static func remove(_ request: APIRequest, _ services: APIServices) async throws -> APIResponse {
    let agent = try await services.agent(request.parameter("agent"))
    return try .json(AgentView(try await request.perform(RemoveProfile(profile: agent.id), services)))
  }

  /// `POST /agents/{agent}/check`
  static func check(_ request: APIRequest, _ services: APIServices) async throws -> APIResponse {
    let name = request.parameter("agent")
    return try await services.recent.answer("check \(name)", request) {
      let agent = try await services.agent(name)
      return try .json(AgentCheckView(try await services.orchestrator.check(agent.id)))
    }
  }

  /// `POST /agents/{agent}/login`: the agent logs itself in, and is checked.
  static func login(_ request: APIRequest, _ services: APIServices) async throws -> APIResponse {
    let name = request.parameter("agent")
    let login = try request.decode(AgentLoginBody.self).login
    return try await services.recent.answer("login \(name) \(login)", request) {
      let agent = try await services.agent(name)
      return try .json(AgentCheckView(try await services.orchestrator.check(agent.id, login: login)))
    }
  }
}
