// SPDX-License-Identifier: Apache-2.0
internal import HTTPTypes

/// One route of the API, as data: what it answers to, who may use it, and what it does.
struct Route: Sendable {
  /// Who may use a route.
  enum Authentication: Sendable, Equatable {
    /// Who shows a valid token.
    case bearer
    /// Everybody, for this reason.
    case `public`(String)
  }
  /// How a route answers.
  typealias Answer = @Sendable (APIRequest, APIServices) async throws -> APIResponse

  /// What a route does.
  enum Action: Sendable {
    /// Answers at once. The body is read before.
    case answer(Answer)
    /// Opens the stream of a session over a WebSocket.
    case stream
  }

  let method: HTTPRequest.Method
  /// Segments; one in braces is a parameter.
  let path: String
  let authentication: Authentication
  let action: Action
  /// Whether its body may hold what is sent along with a prompt, besides what every body may.
  var takesAttachments = false

  /// Whether using it may change something: then it needs an `Idempotency-Key`.
  var isMutating: Bool { method != .get }

  /// A route that everybody may use, for a reason.
  static func open(_ path: String, because reason: String, _ answer: @escaping Answer) -> Route {
    Route(method: .get, path: path, authentication: .public(reason), action: .answer(answer))
  }

  static func get(_ path: String, _ answer: @escaping Answer) -> Route { bearer(.get, path, answer) }

  static func post(_ path: String, _ answer: @escaping Answer) -> Route { bearer(.post, path, answer) }

  /// A route that takes a prompt with attachments.
  static func prompt(_ path: String, _ answer: @escaping Answer) -> Route {
    var route = post(path, answer)
    route.takesAttachments = true
    return route
  }

  static func put(_ path: String, _ answer: @escaping Answer) -> Route { bearer(.put, path, answer) }

  static func delete(_ path: String, _ answer: @escaping Answer) -> Route { bearer(.delete, path, answer) }

  static func stream(_ path: String) -> Route {
    Route(method: .get, path: path, authentication: .bearer, action: .stream)
  }

  private static func bearer(_ method: HTTPRequest.Method, _ path: String, _ answer: @escaping Answer) -> Route {
    Route(method: method, path: path, authentication: .bearer, action: .answer(answer))
  }
}
