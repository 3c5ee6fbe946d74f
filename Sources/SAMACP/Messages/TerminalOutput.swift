// SPDX-License-Identifier: Apache-2.0

extension ACP {
  /// Asks for the output so far.
  public struct TerminalOutputRequest: ACPRequest {
    /// The method on the wire.
    public static let method = "terminal/output"
    /// What answers it.
    public typealias Response = TerminalOutputResponse

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

  /// The output so far.
  public struct TerminalOutputResponse: ACPObject {
    /// The output.
    public var output: String
    /// Whether its start was dropped.
    public var truncated: Bool
    /// How the command ended, when it has.
    public var exitStatus: TerminalExitStatus?
    /// `_meta` and members that have no property.
    public var extras = Extras()

    /// Makes the value.
    public init(output: String, truncated: Bool, exitStatus: TerminalExitStatus? = nil) {
      self.output = output
      self.truncated = truncated
      self.exitStatus = exitStatus
    }

    /// Reads the value.
    public init(from reader: inout ObjectReader) throws(ACPError) {
      output = try reader.required("output")
      truncated = try reader.required("truncated")
      exitStatus = reader.optional("exitStatus")
      extras = reader.rest()
    }

    /// Writes the value.
    public func write(to writer: inout ObjectWriter) {
      writer.required("output", output)
      writer.required("truncated", truncated)
      writer.optional("exitStatus", exitStatus)
      writer.rest(extras)
    }
  }
}
