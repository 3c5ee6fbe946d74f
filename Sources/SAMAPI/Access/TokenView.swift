// SPDX-License-Identifier: Apache-2.0
public import SAMCore

/// An access token on the wire: what people may know of it.
public struct TokenView: Codable, Hashable, Sendable {
  /// Its id, by which the ledger names it.
  public var id: TokenID
  /// What it was called when it was made.
  public var name: String
  /// When it was made.
  public var createdAt: APITimestamp
  /// Since when it opens nothing any more; nil = it does.
  public var revokedAt: APITimestamp?

  /// - Parameters: as the properties of the same names.
  public init(id: TokenID, name: String, createdAt: Timestamp, revokedAt: Timestamp? = nil) {
    self.id = id
    self.name = name
    self.createdAt = APITimestamp(createdAt)
    self.revokedAt = revokedAt.map(APITimestamp.init)
  }

  private enum CodingKeys: String, CodingKey {
    case id
    case name
    case createdAt = "created_at"
    case revokedAt = "revoked_at"
  }
}

/// What `POST /tokens` answers: the only time that the token itself is shown.
public struct CreatedTokenView: Codable, Hashable, Sendable {
  /// Its id.
  public var id: TokenID
  /// What it is called.
  public var name: String
  /// When it was made.
  public var createdAt: APITimestamp
  /// The token itself.
  public var token: String

  /// - Parameters: as the properties of the same names.
  public init(id: TokenID, name: String, createdAt: Timestamp, token: String) {
    self.id = id
    self.name = name
    self.createdAt = APITimestamp(createdAt)
    self.token = token
  }

  private enum CodingKeys: String, CodingKey {
    case id
    case name
    case createdAt = "created_at"
    case token
  }
}

/// What `POST /tokens` takes.
public struct CreateTokenBody: Codable, Hashable, Sendable {
  /// What it is called: the device or program that will hold it.
  public var name: String

  /// - Parameter name: what it is called.
  public init(name: String) { self.name = name }

  private enum CodingKeys: String, CodingKey { case name }
}
