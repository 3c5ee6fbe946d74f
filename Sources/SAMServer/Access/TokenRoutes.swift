// SPDX-License-Identifier: Apache-2.0
internal import HTTPTypes
internal import SAMAPI
internal import SAMCore

/// Access tokens over HTTP.
enum TokenRoutes {
  /// `GET /tokens`: all of them on one page; an installation has few.
  static func list(_ request: APIRequest, _ services: APIServices) async throws -> APIResponse {
    try .json(Page(items: try await services.tokens.all()))
  }

  /// `POST /tokens`
  static func create(_ request: APIRequest, _ services: APIServices) async throws -> APIResponse {
    let body = try request.decode(CreateTokenBody.self)
    guard (1...100).contains(body.name.utf8.count), body.name.contains(where: { !$0.isWhitespace }) else {
      throw Rejection(.invalid, "a token's name has 1 to 100 bytes; name the device or program that will hold it")
    }
    return try await services.recent.answer("token.create", request) {
      let now = services.orchestrator.clock.now()
      return try .json(try await services.tokens.make(name: body.name, at: now), status: .created)
    }
  }

  /// `DELETE /tokens/{token}`
  static func revoke(_ request: APIRequest, _ services: APIServices) async throws -> APIResponse {
    let text = request.parameter("token")
    return try await services.recent.answer("token.revoke \(text)", request) {
      let known = try await services.tokens.all()
      guard let token = known.first(where: { $0.id.rawValue == text }) else {
        throw Rejection(.notFound, "there is no token '\(text.prefix(100))'; list tokens, and give an id")
      }
      guard try await services.tokens.revoke(token.id, at: services.orchestrator.clock.now()) else {
        throw Rejection(.wrongState, "token '\(token.id)' was revoked already; there is nothing to do")
      }
      let revoked = try await services.tokens.all().first { $0.id == token.id }
      return try .json(revoked ?? token)
    }
  }
}
