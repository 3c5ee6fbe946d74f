// SPDX-License-Identifier: Apache-2.0
public import SAMAPI
public import SAMCore
public import SAMStorage

extension TokenStore: AccessTokens {
  /// Whose token this is: the owner's, proved by this token.
  public func actor(for token: String) async throws -> Actor? {
    guard let found = try await authenticate(token) else { return nil }
    var actor = Actor.owner
    actor.token = found.id
    return actor
  }

  /// Makes a token.
  public func make(name: String, at: Timestamp) async throws -> CreatedTokenView {
    let made = try await create(name: name, now: at)
    return CreatedTokenView(id: made.id, name: name, createdAt: at, token: made.token)
  }

  /// All tokens, oldest first.
  public func all() async throws -> [TokenView] {
    try await list().map { TokenView(id: $0.id, name: $0.name, createdAt: $0.createdAt, revokedAt: $0.revokedAt) }
  }

  /// Makes a token open nothing any more.
  public func revoke(_ id: TokenID, at: Timestamp) async throws -> Bool { try await revoke(id, now: at) }
}
