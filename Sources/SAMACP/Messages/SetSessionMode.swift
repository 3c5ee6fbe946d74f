// SPDX-License-Identifier: Apache-2.0

extension ACP {
  /// Switches the mode.
  public struct SetSessionModeRequest: ACPRequest {
    /// The method on the wire.
    public static let method = "session/set_mode"
    /// What answers it.
    public typealias Response = SetSessionModeResponse

    /// The session.
    public var sessionID: SessionID
    /// The mode.
    public var modeID: SessionModeID
    /// `_meta` and members that have no property.
    public var extras = Extras()

    /// Makes the value.
    public init(sessionID: SessionID, modeID: SessionModeID) {
      self.sessionID = sessionID
      self.modeID = modeID
    }

    /// Reads the value.
    public init(from reader: inout ObjectReader) throws(ACPError) {
      sessionID = try reader.required("sessionId")
      modeID = try reader.required("modeId")
      extras = reader.rest()
    }

    /// Writes the value.
    public func write(to writer: inout ObjectWriter) {
      writer.required("sessionId", sessionID)
      writer.required("modeId", modeID)
      writer.rest(extras)
    }
  }

  /// The mode is switched.
  public struct SetSessionModeResponse: ACPObject {
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
