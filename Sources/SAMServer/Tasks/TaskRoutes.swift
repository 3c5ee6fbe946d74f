// SPDX-License-Identifier: Apache-2.0
internal import HTTPTypes
internal import SAMAPI
internal import SAMCore

/// Tasks over HTTP.
enum TaskRoutes {
  /// `GET /tasks?project=&state=`: newest first.
  static func list(_ request: APIRequest, _ services: APIServices) async throws -> APIResponse {
    let paging = try Paging(SAMTask.self, request)
    var project: ProjectID?
    if let text = request.query["project"] { project = try await services.project(text).id }
    let query = paging.query(
      StateQuery(
        SAMTask.kind, statuses: try request.states(TaskState.self), project: project, descending: true))
    let page = try await services.store.read { reader in
      let tasks = try reader.all(SAMTask.self, query)
      let names = try reader.agentNames(tasks.map(\.profile))
      return paging.page(tasks) { TaskView($0, agent: names[$0.profile] ?? "") }
    }
    return try .json(page)
  }

  /// `POST /tasks`
  static func create(_ request: APIRequest, _ services: APIServices) async throws -> APIResponse {
    let body = try request.decode(CreateTaskBody.self)
    let project = try await services.project(body.project)
    let agent = try await services.agent(body.agent)
    let task = try await request.perform(
      CreateTask(
        project: project.id, profile: agent.id, prompt: body.prompt, attachments: body.attachments,
        chosen: body.settings, title: body.title, id: body.id), services)
    var response = try APIResponse.json(TaskView(task, agent: agent.name), status: .accepted)
    response.headers[.location] = "\(APIVersion.path)/tasks/\(task.id)"
    return response
  }

  /// `GET /tasks/{task}`
  static func show(_ request: APIRequest, _ services: APIServices) async throws -> APIResponse {
    try .json(
      try await services.view(try await services.store.load(SAMTask.self, request.id(of: SAMTask.self, "task"))))
  }

  /// `POST /tasks/{task}/cancel`
  static func cancel(_ request: APIRequest, _ services: APIServices) async throws -> APIResponse {
    let command = CancelTask(task: try request.id(of: SAMTask.self, "task"))
    return try .json(try await services.view(try await request.perform(command, services)))
  }

  /// `POST /tasks/{task}/retry`
  static func retry(_ request: APIRequest, _ services: APIServices) async throws -> APIResponse {
    let command = RetryTask(task: try request.id(of: SAMTask.self, "task"))
    return try .json(try await services.view(try await request.perform(command, services)))
  }
}
