// SPDX-License-Identifier: Apache-2.0
public import SAMAPI
public import SAMCore

/// Says who shows a token.
public protocol Authenticator: Sendable {
  /// Whose token this is; nil when it opens nothing.
  /// - Throws: ``StoreError`` when nobody can say.
  func actor(for token: String) async throws -> Actor?
}

/// Keeps access tokens: makes, lists and revokes them.
public protocol AccessTokens: Authenticator {
  /// Makes a token; this is the only time that it is shown.
  /// - Throws: ``StoreError``.
  func make(name: String, at: Timestamp) async throws -> CreatedTokenView
  /// All tokens, oldest first.
  /// - Throws: ``StoreError``.
  func all() async throws -> [TokenView]
  /// Makes a token open nothing any more.
  /// - Returns: whether there was such a token that was not revoked yet.
  /// - Throws: ``StoreError``.
  func revoke(_ id: TokenID, at: Timestamp) async throws -> Bool
}
