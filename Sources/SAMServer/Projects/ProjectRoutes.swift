// SPDX-License-Identifier: Apache-2.0
internal import HTTPTypes
internal import SAMAPI
internal import SAMCore

/// Projects over HTTP.
enum ProjectRoutes {
  /// `GET /projects?state=`: those that are active, unless another state is asked for.
  static func list(_ request: APIRequest, _ services: APIServices) async throws -> APIResponse {
    let paging = try Paging(Project.self, request)
    let query = paging.query(
      StateQuery(Project.kind, statuses: try request.states(Project.State.self, standard: [.active])))
    return try .json(paging.page(try await services.store.list(Project.self, query)) { ProjectView($0) })
  }

  /// `POST /projects`
  static func create(_ request: APIRequest, _ services: APIServices) async throws -> APIResponse {
    let body = try request.decode(CreateProjectBody.self)
    let project = try await request.perform(
      AddProject(name: body.name, repository: body.repository, defaultBranch: body.defaultBranch), services)
    var response = try APIResponse.json(ProjectView(project), status: .created)
    response.headers[.location] = "\(APIVersion.path)/projects/\(project.id)"
    return response
  }

  /// `GET /projects/{project}`
  static func show(_ request: APIRequest, _ services: APIServices) async throws -> APIResponse {
    try .json(ProjectView(try await services.project(request.parameter("project"))))
  }

  /// `DELETE /projects/{project}`
  static func remove(_ request: APIRequest, _ services: APIServices) async throws -> APIResponse {
    let text = request.parameter("project")
    // A retry after the removal finds no active project of that name; the key's first answer is the right one.
    let id = try await services.removable(text)
    return try .json(ProjectView(try await request.perform(RemoveProject(project: id), services)))
  }
}

extension APIServices {
  /// The project to remove: by id; by name the active one, else the one of that name that was removed last.
  fileprivate func removable(_ text: String) async throws -> ProjectID {
    do {
      return try await project(text).id
    } catch let rejection as Rejection where rejection.code == .notFound {
      let removed = StateQuery(Project.kind, name: text, descending: true, limit: 1)
      guard let project = try await store.list(Project.self, removed).first else { throw rejection }
      return project.id
    }
  }
}
