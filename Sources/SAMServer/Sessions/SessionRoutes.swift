// SPDX-License-Identifier: Apache-2.0
internal import HTTPTypes
internal import SAMAPI
internal import SAMCore

/// Sessions, turns and transcripts over HTTP.
enum SessionRoutes {
  /// `GET /sessions?project=&state=`: newest first.
  static func list(_ request: APIRequest, _ services: APIServices) async throws -> APIResponse {
    let paging = try Paging(Session.self, request)
    var project: ProjectID?
    if let text = request.query["project"] { project = try await services.project(text).id }
    let query = paging.query(
      StateQuery(
        Session.kind, statuses: try request.states(Session.State.self), project: project, descending: true))
    let page = try await services.store.read { reader in
      let sessions = try reader.all(Session.self, query)
      let names = try reader.agentNames(sessions.map(\.profile))
      return paging.page(sessions) { SessionView($0, agent: names[$0.profile] ?? "", isWhole: false) }
    }
    return try .json(page)
  }

  /// `GET /sessions/{session}`
  static func show(_ request: APIRequest, _ services: APIServices) async throws -> APIResponse {
    let session = try await session(request, services)
    return try .json(SessionView(session, agent: try await services.store.load(Profile.self, session.profile).name))
  }

  /// `POST /sessions/{session}/prompts`
  static func prompt(_ request: APIRequest, _ services: APIServices) async throws -> APIResponse {
    let id = try request.id(of: Session.self, "session")
    let body = try request.decode(SendPromptBody.self)
    let turn = try await request.perform(
      SendPrompt(session: id, text: body.text, attachments: body.attachments, supersedes: body.supersedes), services)
    var response = try APIResponse.json(TurnView(turn), status: .accepted)
    response.headers[.location] = "\(APIVersion.path)/turns/\(turn.id)"
    return response
  }

  /// `POST /sessions/{session}/continue`
  static func goOn(_ request: APIRequest, _ services: APIServices) async throws -> APIResponse {
    let command = ContinueSession(session: try request.id(of: Session.self, "session"))
    let session = try await request.perform(command, services)
    return try .json(SessionView(session, agent: try await services.store.load(Profile.self, session.profile).name))
  }

  /// `PUT /sessions/{session}/settings/{setting}`
  static func choose(_ request: APIRequest, _ services: APIServices) async throws -> APIResponse {
    let id = try request.id(of: Session.self, "session")
    let body = try request.decode(ChooseSettingBody.self)
    let name = try await services.tokens.all().first { $0.id == request.actor.token }?.name
    let session = try await request.perform(
      ChooseSetting(session: id, setting: request.parameter("setting"), value: body.value, chooser: name), services)
    return try .json(SessionView(session, agent: try await services.store.load(Profile.self, session.profile).name))
  }

  /// `GET /sessions/{session}/turns`: in the order of the conversation.
  static func turns(_ request: APIRequest, _ services: APIServices) async throws -> APIResponse {
    let paging = try Paging(Turn.self, request)
    let session = try await session(request, services)
    let query = paging.query(
      StateQuery(Turn.kind, statuses: try request.states(TurnState.self), parent: session.id.rawValue))
    return try .json(paging.page(try await services.store.list(Turn.self, query)) { TurnView($0) })
  }

  /// `GET /turns/{turn}`
  static func turn(_ request: APIRequest, _ services: APIServices) async throws -> APIResponse {
    try .json(TurnView(try await services.store.load(Turn.self, request.id(of: Turn.self, "turn"))))
  }

  /// `POST /turns/{turn}/cancel`
  static func cancelTurn(_ request: APIRequest, _ services: APIServices) async throws -> APIResponse {
    let command = CancelTurn(turn: try request.id(of: Turn.self, "turn"))
    return try .json(TurnView(try await request.perform(command, services)))
  }

  /// `GET /sessions/{session}/entries?cursor=&limit=&raw=1`: oldest first.
  static func entries(_ request: APIRequest, _ services: APIServices) async throws -> APIResponse {
    let limit = try request.limit()
    let raw = request.query["raw"] == "1"
    let session = try await session(request, services).id
    let after = try request.query["cursor"].map { try Cursor($0, of: session).seq } ?? 0
    let entries = try await services.store.read { try $0.entries(session, after: after, limit: limit + 1) }
    let items = entries.prefix(limit).map { entry in
      let view = EntryView(entry, raw: raw)
      return EntryItem(cursor: view.cursor, entry: view)
    }
    let more = entries.count > limit ? items.last : nil
    return try .json(Page(items: items, next: more?.cursor.description))
  }

  private static func session(_ request: APIRequest, _ services: APIServices) async throws -> Session {
    try await services.store.load(Session.self, request.id(of: Session.self, "session"))
  }
}
