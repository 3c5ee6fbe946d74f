// SPDX-License-Identifier: Apache-2.0

extension ACP {
  /// Waits for the end of the command.
  public struct WaitForTerminalExitRequest: ACPRequest {
    /// The method on the wire.
    public static let method = "terminal/wait_for_exit"
    /// What answers it.
    public typealias Response = WaitForTerminalExitResponse

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

  /// How the command ended.
  public struct WaitForTerminalExitResponse: ACPObject {
    /// Its exit code; nil when a signal ended it.
    public var exitCode: Int64?
    /// The signal that ended it.
    public var signal: String?
    /// `_meta` and members that have no property.
    public var extras = Extras()

    /// Makes the value.
    public init(exitCode: Int64? = nil, signal: String? = nil) {
      self.exitCode = exitCode
      self.signal = signal
    }

    /// Reads the value.
    public init(from reader: inout ObjectReader) throws(ACPError) {
      exitCode = reader.optional("exitCode")
      signal = reader.optional("signal")
      extras = reader.rest()
    }

    /// Writes the value.
    public func write(to writer: inout ObjectWriter) {
      writer.optional("exitCode", exitCode)
      writer.optional("signal", signal)
      writer.rest(extras)
    }
  }
}
