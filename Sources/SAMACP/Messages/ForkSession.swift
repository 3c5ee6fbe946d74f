// SPDX-License-Identifier: Apache-2.0

extension ACP {
  /// Starts a conversation with the history of another one; needs the agent's capability. Unstable in ACP v1, and sent by
  /// agents that people use. Source: ACP v1 unstable schema, `ForkSessionRequest`.
  public struct ForkSessionRequest: ACPRequest {
    /// The method on the wire.
    public static let method = "session/fork"
    /// What answers it.
    public typealias Response = ForkSessionResponse

    /// The session whose history is taken.
    public var sessionID: SessionID
    /// The absolute working directory.
    public var cwd: String
    /// The MCP servers to use.
    public var mcpServers: [MCPServer]
    /// More absolute directories; needs the capability.
    public var additionalDirectories: [String]
    /// `_meta` and members that have no property.
    public var extras = Extras()

    /// Makes the value.
    public init(sessionID: SessionID, cwd: String, mcpServers: [MCPServer] = [], additionalDirectories: [String] = []) {
      self.sessionID = sessionID
      self.cwd = cwd
      self.mcpServers = mcpServers
      self.additionalDirectories = additionalDirectories
    }

    /// Reads the value.
    public init(from reader: inout ObjectReader) throws(ACPError) {
      sessionID = try reader.required("sessionId")
      cwd = try reader.required("cwd")
      mcpServers = reader.optional("mcpServers", default: [])
      additionalDirectories = reader.optional("additionalDirectories", default: [])
      extras = reader.rest()
    }

    /// Writes the value.
    public func write(to writer: inout ObjectWriter) {
      writer.required("sessionId", sessionID)
      writer.required("cwd", cwd)
      writer.optional("mcpServers", mcpServers, default: [])
      writer.optional("additionalDirectories", additionalDirectories, default: [])
      writer.rest(extras)
    }
  }

  /// The conversation that was started.
  public struct ForkSessionResponse: ACPObject {
    /// The new session.
    public var sessionID: SessionID
    /// The modes, when the agent has some.
    public var modes: SessionModeState?
    /// The options, when the agent has some; they supersede modes.
    public var configOptions: [SessionConfigOption]?
    /// `_meta` and members that have no property.
    public var extras = Extras()

    /// Makes the value.
    public init(sessionID: SessionID, modes: SessionModeState? = nil, configOptions: [SessionConfigOption]? = nil) {
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
