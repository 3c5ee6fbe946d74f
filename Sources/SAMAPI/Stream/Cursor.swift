// SPDX-License-Identifier: Apache-2.0
public import SAMCore

/// A place in one session's transcript, opaque to those who carry it: behind the entry that it came with.
public struct Cursor: Codable, Hashable, Sendable, CustomStringConvertible {
  private static let version = "1"

  /// The session; a cursor is of no use in another.
  public let session: SessionID
  /// The `seq` of the last entry that its holder has; 0 = none.
  public let seq: Int64

  /// - Parameters:
  ///   - session: the session.
  ///   - seq: the last entry that its holder has; 0 = none.
  public init(session: SessionID, seq: Int64) {
    self.session = session
    self.seq = max(0, seq)
  }

  /// Reads what ``description`` wrote.
  /// - Throws: ``Rejection`` with `invalid`.
  public init(_ text: String) throws {
    let parts = Base64URL.decode(text)?.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
    guard let parts, parts.count == 3, parts[0] == Self.version, let session = SessionID(rawValue: parts[1]),
      let seq = Int64(parts[2]), seq >= 0
    else {
      throw Rejection(.invalid, "'\(text.prefix(100))' is no cursor of a transcript; use one that an entry came with")
    }
    self.init(session: session, seq: seq)
  }

  /// Reads a cursor of one session.
  /// - Throws: ``Rejection`` with `invalid` when it is none, or another session's.
  public init(_ text: String, of session: SessionID) throws {
    try self.init(text)
    guard self.session == session else {
      throw Rejection(
        .invalid, "this cursor belongs to session '\(self.session)', not to '\(session)'; use one of this session")
    }
  }

  /// The text on the wire: base64url of version, session and seq. Its shape may change; nobody should look inside.
  public var description: String { Base64URL.encode("\(Self.version)|\(session)|\(seq)") }

  /// Reads the text.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    do {
      try self.init(text)
    } catch let rejection as Rejection {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: rejection.message)
    }
  }

  /// Writes the text.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
