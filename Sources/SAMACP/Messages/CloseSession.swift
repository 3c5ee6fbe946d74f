// SPDX-License-Identifier: Apache-2.0

extension ACP {
  /// Stops what a session does and frees it.
  public struct CloseSessionRequest: ACPRequest {
    /// The method on the wire.
    public static let method = "session/close"
    /// What answers it.
    public typealias Response = CloseSessionResponse

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

  /// The session is closed.
  public struct CloseSessionResponse: ACPObject {
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
