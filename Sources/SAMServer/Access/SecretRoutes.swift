// SPDX-License-Identifier: Apache-2.0
internal import SAMAPI
internal import SAMCore

/// Secrets over HTTP: their values only ever go in.
enum SecretRoutes {
  private static let maxBytes = 64 << 10

  /// `GET /secrets`: all names on one page.
  static func list(_ request: APIRequest, _ services: APIServices) async throws -> APIResponse {
    try .json(Page(items: try await services.secrets.names().map { SecretView(name: $0) }))
  }

  /// `PUT /secrets/{secret}`
  static func set(_ request: APIRequest, _ services: APIServices) async throws -> APIResponse {
    let name = request.parameter("secret")
    guard isName(name) else {
      throw Rejection(
        .invalid, "'\(name.prefix(100))' cannot be a secret's name; use 1 to 128 letters, digits, '-', '_' or '.'")
    }
    let body = try request.decode(SetSecretBody.self)
    guard (1...maxBytes).contains(body.value.utf8.count), !body.value.utf8.contains(0) else {
      throw Rejection(.invalid, "a secret has 1 to \(maxBytes) bytes and no NUL; an environment holds no other")
    }
    return try await services.recent.answer("secret.set \(name)", request) {
      try await services.secrets.set(name, to: body.value)
      return try .json(SecretView(name: name))
    }
  }

  /// `DELETE /secrets/{secret}`
  static func remove(_ request: APIRequest, _ services: APIServices) async throws -> APIResponse {
    let name = request.parameter("secret")
    return try await services.recent.answer("secret.remove \(name)", request) {
      guard try await services.secrets.names().contains(name) else {
        throw Rejection(.notFound, "there is no secret '\(name.prefix(100))'; list secrets, or check the name")
      }
      try await services.secrets.remove(name)
      return try .json(SecretView(name: name))
    }
  }

  private static func isName(_ name: String) -> Bool {
    (1...128).contains(name.utf8.count)
      && name.utf8.allSatisfy { byte in
        (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
          || [45, 46, 95].contains(byte)
      }
  }
}
