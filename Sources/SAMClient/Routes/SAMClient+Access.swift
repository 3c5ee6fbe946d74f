// SPDX-License-Identifier: Apache-2.0
public import SAMAPI
public import SAMCore

extension SAMClient {
  /// Whether samd is there, and its versions. Needs no token.
  public func health() async throws -> HealthView { try await send(.get("health")) }

  /// A page of machines.
  public func machines(limit: Int? = nil, cursor: String? = nil) async throws -> Page<MachineView> {
    try await send(.get("machines", query: [("limit", limit.map(String.init)), ("cursor", cursor)]))
  }

  /// A page of access tokens, without the tokens themselves.
  public func tokens(limit: Int? = nil, cursor: String? = nil) async throws -> Page<TokenView> {
    try await send(.get("tokens", query: [("limit", limit.map(String.init)), ("cursor", cursor)]))
  }

  /// Makes an access token. Its answer is the only place where it is shown.
  public func createToken(name: String, key: IdempotencyKey = IdempotencyKey()) async throws -> CreatedTokenView {
    try await send(.change(.POST, "tokens", body: CreateTokenBody(name: name), key: key))
  }

  /// Makes an access token worthless.
  public func revokeToken(_ id: TokenID, key: IdempotencyKey = IdempotencyKey()) async throws {
    try await send(.change(.DELETE, "tokens", id.rawValue, key: key))
  }

  /// A page of the names of secrets.
  public func secrets(limit: Int? = nil, cursor: String? = nil) async throws -> Page<SecretView> {
    try await send(.get("secrets", query: [("limit", limit.map(String.init)), ("cursor", cursor)]))
  }

  /// Keeps a secret, in the place of an earlier one of the same name.
  public func setSecret(_ name: String, value: String, key: IdempotencyKey = IdempotencyKey()) async throws {
    try await send(.change(.PUT, "secrets", name, body: SetSecretBody(value: value), key: key))
  }

  /// Forgets a secret.
  public func removeSecret(_ name: String, key: IdempotencyKey = IdempotencyKey()) async throws {
    try await send(.change(.DELETE, "secrets", name, key: key))
  }
}
