// SPDX-License-Identifier: Apache-2.0

extension ACP {
  /// Ends the command and gives the terminal back.
  public struct ReleaseTerminalRequest: ACPRequest {
    /// The method on the wire.
    public static let method = "terminal/release"
    /// What answers it.
    public typealias Response = ReleaseTerminalResponse

    /// The session.
    public var sessionID: SessionID
    /// The terminal.
    public var terminalID: TerminalID
    /// `_meta` and members that have no property.
    public var extras = Extras()

    /// Makes the value.
    public init(sessionID: SessionID, terminalID: TerminalID) {
      self.sessionID = sessionID
      self.terminalID = terminalID
    }

    /// Reads the value.
    public init(from reader: inout ObjectReader) throws(ACPError) {
      sessionID = try reader.required("sessionId")
      terminalID = try reader.required("terminalId")
      extras = reader.rest()
    }

    /// Writes the value.
    public func write(to writer: inout ObjectWriter) {
      writer.required("sessionId", sessionID)
      writer.required("terminalId", terminalID)
      writer.rest(extras)
    }
  }

  /// The terminal is released.
  public struct ReleaseTerminalResponse: ACPObject {
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
