// SPDX-License-Identifier: Apache-2.0

extension ACP {
  /// Removes a session from `session/list`; needs the agent's capability. Deleting what is gone is no error.
  /// Source: ACP v1, Session Delete.
  public struct DeleteSessionRequest: ACPRequest {
    /// The method on the wire.
    public static let method = "session/delete"
    /// What answers it.
    public typealias Response = DeleteSessionResponse

    /// The session.
    public var sessionID: SessionID
    /// `_meta` and members that have no property.
    public var extras = Extras()

    /// Makes the value.
    public init(sessionID: SessionID) {
      self.sessionID = sessionID
    }

    /// Reads the value.
    public init(from reader: inout ObjectReader) throws(ACPError) {
      sessionID = try reader.required("sessionId")
      extras = reader.rest()
    }

    /// Writes the value.
    public func write(to writer: inout ObjectWriter) {
      writer.required("sessionId", sessionID)
      writer.rest(extras)
    }
  }

  /// The session is deleted.
  public struct DeleteSessionResponse: ACPObject {
    /// `_meta` and members that have no property.
    public var extras = Extras()

    /// Makes the value.
    public init() {}

    /// Reads the value.
    public init(from reader: inout ObjectReader) throws(ACPError) {
      extras = reader.rest()
    }

    /// Writes the value.
    public func write(to writer: inout ObjectWriter) {
      writer.rest(extras)
    }
  }
}
