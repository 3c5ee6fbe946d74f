// SPDX-License-Identifier: Apache-2.0
internal import GRDB
public import SAMCore

/// The access tokens of an installation, hashed, in the store's database.
public struct TokenStore: Sendable {
  /// What people may know of a token.
  public struct Info: Codable, Hashable, Sendable {
    /// Its id, by which the ledger names it.
    public var id: TokenID
    /// What it was called when it was made.
    public var name: String
    /// When it was made.
    public var createdAt: Timestamp
    /// Since when it opens nothing any more; nil = it does.
    public var revokedAt: Timestamp?
  }

  private let store: SQLiteStore
  private let ids: IDSource

  /// - Parameters:
  ///   - store: whose database holds them.
  ///   - ids: makes their ids.
  public init(_ store: SQLiteStore, ids: IDSource = IDSource()) {
    self.store = store
    self.ids = ids
  }

  /// Makes a token, durably.
  /// - Returns: its id, and the token in clear: the only time that anybody sees it.
  /// - Throws: ``StoreError``.
  public func create(name: String, now: Timestamp = .current) async throws -> (id: TokenID, token: String) {
    let id = ids.next(TokenID.self, now: now)
    let token = TokenHash.makeToken()
    let hash = TokenHash(of: token)
    try await write {
      try PreparedStatement("INSERT INTO tokens (id, name, hash, created) VALUES (?, ?, ?, ?)", on: $0)
        .run(.text(id.rawValue), .text(name), .bytes(hash.bytes), .integer(now.milliseconds))
    }
    return (id, token)
  }

  /// Whose token this is; nil when it is none of ours, or was revoked.
  /// - Throws: ``StoreError``.
  public func authenticate(_ token: String) async throws -> (id: TokenID, name: String)? {
    let hash = TokenHash(of: token)
    let found = try await read { database in
      try PreparedStatement("SELECT id, name, hash FROM tokens WHERE hash = ? AND revoked IS NULL", on: database)
        .first(.bytes(hash.bytes)) { row in
          (id: TokenID(trusted: row.text(0)), name: row.text(1), hash: TokenHash(stored: row.bytes(2)))
        }
    }
    // The index found it by comparing hashes, from whose timing nobody learns a token; the last word is ours anyway.
    guard let found, found.hash.matches(hash) else { return nil }
    return (found.id, found.name)
  }

  /// All tokens ever made, oldest first.
  /// - Throws: ``StoreError``.
  public func list() async throws -> [Info] {
    try await read { database in
      try PreparedStatement("SELECT id, name, created, revoked FROM tokens ORDER BY id", on: database).rows([]) { row in
        Info(
          id: TokenID(trusted: row.text(0)), name: row.text(1), createdAt: Timestamp(milliseconds: row.integer(2)),
          revokedAt: row.isNull(3) ? nil : Timestamp(milliseconds: row.integer(3)))
      }
    }
  }

  /// Makes a token open nothing any more. It stays in the list: the ledger names it.
  /// - Returns: whether there was such a token that was not revoked yet.
  /// - Throws: ``StoreError``.
  @discardableResult
  public func revoke(_ id: TokenID, now: Timestamp = .current) async throws -> Bool {
    try await write {
      try PreparedStatement("UPDATE tokens SET revoked = ? WHERE id = ? AND revoked IS NULL", on: $0)
        .run(.integer(now.milliseconds), .text(id.rawValue)) == 1
    }
  }

  @discardableResult
  private func write<Result: Sendable>(_ work: @Sendable (Database) throws -> Result) async throws -> Result {
    do { return try await store.pool.write(work) } catch { throw store.fault.explain(error) }
  }

  private func read<Result: Sendable>(_ work: @Sendable (Database) throws -> Result) async throws -> Result {
    do { return try await store.pool.read(work) } catch { throw store.fault.explain(error) }
  }
}
