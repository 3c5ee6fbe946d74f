// SPDX-License-Identifier: Apache-2.0

extension ACP {
  /// Ends the command; the terminal stays valid.
  public struct KillTerminalRequest: ACPRequest {
    /// The method on the wire.
    public static let method = "terminal/kill"
    /// What answers it.
    public typealias Response = KillTerminalResponse

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

  /// The command was killed.
  public struct KillTerminalResponse: ACPObject {
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
