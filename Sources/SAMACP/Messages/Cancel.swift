// SPDX-License-Identifier: Apache-2.0

extension ACP {
  /// `session/cancel`: the client stops the turn. The prompt is answered with `cancelled` all the same.
  public struct CancelNotification: ACPNotification {
    /// The method on the wire.
    public static let method = "session/cancel"

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
}
