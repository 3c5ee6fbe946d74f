// SPDX-License-Identifier: Apache-2.0

extension ACP {
  /// `session/update`: the agent tells what it does.
  public struct SessionNotification: ACPNotification {
    /// The method on the wire.
    public static let method = "session/update"

    /// The session.
    public var sessionID: SessionID
    /// What it tells.
    public var update: SessionUpdate
    /// `_meta` and members that have no property.
    public var extras = Extras()

    /// Makes the value.
    public init(sessionID: SessionID, update: SessionUpdate) {
      self.sessionID = sessionID
      self.update = update
    }

    /// Reads the value.
    public init(from reader: inout ObjectReader) throws(ACPError) {
      sessionID = try reader.required("sessionId")
      update = try reader.required("update")
      extras = reader.rest()
    }

    /// Writes the value.
    public func write(to writer: inout ObjectWriter) {
      writer.required("sessionId", sessionID)
      writer.required("update", update)
      writer.rest(extras)
    }
  }
}
