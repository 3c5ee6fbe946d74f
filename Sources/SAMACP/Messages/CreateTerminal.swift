// SPDX-License-Identifier: Apache-2.0

extension ACP {
  /// Starts a command in a terminal and answers at once.
  public struct CreateTerminalRequest: ACPRequest {
    /// The method on the wire.
    public static let method = "terminal/create"
    /// What answers it.
    public typealias Response = CreateTerminalResponse

    /// The session.
    public var sessionID: SessionID
    /// The executable.
    public var command: String
    /// The arguments.
    public var args: [String]
    /// The environment to add.
    public var env: [NameValue]
    /// The absolute working directory.
    public var cwd: String?
    /// How many bytes of output to keep; older ones are dropped at a character boundary.
    public var outputByteLimit: UInt64?
    /// `_meta` and members that have no property.
    public var extras = Extras()

    /// Makes the value.
    public init(
      sessionID: SessionID, command: String, args: [String] = [], env: [NameValue] = [], cwd: String? = nil,
      outputByteLimit: UInt64? = nil
    ) {
      self.sessionID = sessionID
      self.command = command
      self.args = args
      self.env = env
      self.cwd = cwd
      self.outputByteLimit = outputByteLimit
    }

    /// Reads the value.
    public init(from reader: inout ObjectReader) throws(ACPError) {
      sessionID = try reader.required("sessionId")
      command = try reader.required("command")
      args = reader.optional("args", default: [])
      env = reader.optional("env", default: [])
      cwd = reader.optional("cwd")
      outputByteLimit = reader.optional("outputByteLimit")
      extras = reader.rest()
    }

    /// Writes the value.
    public func write(to writer: inout ObjectWriter) {
      writer.required("sessionId", sessionID)
      writer.required("command", command)
      writer.optional("args", args, default: [])
      writer.optional("env", env, default: [])
      writer.optional("cwd", cwd)
      writer.optional("outputByteLimit", outputByteLimit)
      writer.rest(extras)
    }
  }

  /// The terminal that was made.
  public struct CreateTerminalResponse: ACPObject {
    /// The terminal.
    public var terminalID: TerminalID
    /// `_meta` and members that have no property.
    public var extras = Extras()

    /// Makes the value.
    public init(terminalID: TerminalID) {
      self.terminalID = terminalID
    }

    /// Reads the value.
    public init(from reader: inout ObjectReader) throws(ACPError) {
      terminalID = try reader.required("terminalId")
      extras = reader.rest()
    }

    /// Writes the value.
    public func write(to writer: inout ObjectWriter) {
      writer.required("terminalId", terminalID)
      writer.rest(extras)
    }
  }
}
