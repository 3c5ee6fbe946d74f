// SPDX-License-Identifier: Apache-2.0

extension ACP {
  /// Starts a conversation.
  public struct NewSessionRequest: ACPRequest {
    /// The method on the wire.
    public static let method = "session/new"
    /// What answers it.
    public typealias Response = NewSessionResponse

    /// The absolute working directory.
    public var cwd: String
    /// The MCP servers to use.
    public var mcpServers: [MCPServer]
    /// More absolute directories; needs the capability.
    public var additionalDirectories: [String]
    /// `_meta` and members that have no property.
    public var extras = Extras()

    /// Makes the value.
    public init(cwd: String, mcpServers: [MCPServer], additionalDirectories: [String] = []) {
      self.cwd = cwd
      self.mcpServers = mcpServers
      self.additionalDirectories = additionalDirectories
    }

    /// Reads the value.
    public init(from reader: inout ObjectReader) throws(ACPError) {
      cwd = try reader.required("cwd")
      mcpServers = try reader.required("mcpServers")
      additionalDirectories = reader.optional("additionalDirectories", default: [])
      extras = reader.rest()
    }

    /// Writes the value.
    public func write(to writer: inout ObjectWriter) {
      writer.required("cwd", cwd)
      writer.required("mcpServers", mcpServers)
      writer.optional("additionalDirectories", additionalDirectories, default: [])
      writer.rest(extras)
    }
  }

  /// The conversation that was started.
  public struct NewSessionResponse: ACPObject {
    /// The session.
    public var sessionID: SessionID
    /// The modes, when the agent has some.
    public var modes: SessionModeState?
    /// The options, when the agent has some; they supersede modes.
    public var configOptions: [SessionConfigOption]?
    /// `_meta` and members that have no property.
    public var extras = Extras()

    /// Makes the value.
    public init(
      sessionID: SessionID, modes: SessionModeState? = nil, configOptions: [SessionConfigOption]? = nil
    ) {
      self.sessionID = sessionID
      self.modes = modes
      self.configOptions = configOptions
    }

    /// Reads the value.
    public init(from reader: inout ObjectReader) throws(ACPError) {
      sessionID = try reader.required("sessionId")
      modes = reader.optional("modes")
      configOptions = reader.optional("configOptions")
      extras = reader.rest()
    }

    /// Writes the value.
    public func write(to writer: inout ObjectWriter) {
      writer.required("sessionId", sessionID)
      writer.optional("modes", modes)
      writer.optional("configOptions", configOptions)
      writer.rest(extras)
    }
  }
}
