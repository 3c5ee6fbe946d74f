// SPDX-License-Identifier: Apache-2.0

/// A login file of a session, as its machine has it: what the control plane is shown to find out which value is the newest.
///
/// It goes over the link and nowhere else: it is in no journal, and answered at once.
public struct LoginOffer: Codable, Hashable, Sendable, CustomStringConvertible {
  /// The session whose agent has the file.
  public var session: SessionID
  /// The binding under which it is served.
  public var epoch: Int64
  /// The secret that the file is kept in.
  public var secret: String
  /// The value that the file was made of; nil = the machine has none.
  public var known: SecretID?
  /// What is in the file now; nil = the machine has none.
  public var value: String?

  /// - Parameters: as the properties of the same names.
  public init(session: SessionID, epoch: Int64, secret: String, known: SecretID?, value: String?) {
    self.session = session
    self.epoch = epoch
    self.secret = secret
    self.known = known
    self.value = value
  }

  /// What it is about, and nothing of the value.
  public var description: String { "the login file of \(session) that is kept in '\(secret)'" }
}

/// What a secret's value is, after a login file was compared with it.
public enum LoginAnswer: Codable, Hashable, Sendable, CustomStringConvertible {
  /// The file holds it.
  case current(SecretID)
  /// The secret has another value, which is newer.
  case newer(SecretID, value: String)

  /// Which value it is.
  public var id: SecretID {
    switch self {
    case .current(let id), .newer(let id, _): id
    }
  }

  /// Which value it is, and nothing of what it is.
  public var description: String {
    switch self {
    case .current(let id): "current(\(id))"
    case .newer(let id, _): "newer(\(id))"
    }
  }
}
