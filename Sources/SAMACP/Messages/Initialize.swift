// SPDX-License-Identifier: Apache-2.0

extension ACP {
  /// The first request: which version, and what the client can do.
  public struct InitializeRequest: ACPRequest {
    /// The method on the wire.
    public static let method = "initialize"
    /// What answers it.
    public typealias Response = InitializeResponse

    /// The newest version that the client speaks.
    public var protocolVersion: Int64
    /// What it can do.
    public var clientCapabilities: ClientCapabilities
    /// Who it is.
    public var clientInfo: Implementation?
    /// `_meta` and members that have no property.
    public var extras = Extras()

    /// Makes the value.
    public init(
      protocolVersion: Int64, clientCapabilities: ClientCapabilities = ClientCapabilities(),
      clientInfo: Implementation? = nil
    ) {
      self.protocolVersion = protocolVersion
      self.clientCapabilities = clientCapabilities
      self.clientInfo = clientInfo
    }

    /// Reads the value.
    public init(from reader: inout ObjectReader) throws(ACPError) {
      protocolVersion = try reader.required("protocolVersion")
      clientCapabilities = reader.optional("clientCapabilities", default: ClientCapabilities())
      clientInfo = reader.optional("clientInfo")
      extras = reader.rest()
    }

    /// Writes the value.
    public func write(to writer: inout ObjectWriter) {
      writer.required("protocolVersion", protocolVersion)
      writer.optional("clientCapabilities", clientCapabilities, default: ClientCapabilities())
      writer.optional("clientInfo", clientInfo)
      writer.rest(extras)
    }
  }

  /// What the agent can do.
  public struct InitializeResponse: ACPObject {
    /// The version to speak; the client hangs up when it cannot.
    public var protocolVersion: Int64
    /// What the agent can do.
    public var agentCapabilities: AgentCapabilities
    /// The ways to authenticate.
    public var authMethods: [AuthMethod]
    /// Who the agent is.
    public var agentInfo: Implementation?
    /// `_meta` and members that have no property.
    public var extras = Extras()

    /// Makes the value.
    public init(
      protocolVersion: Int64, agentCapabilities: AgentCapabilities = AgentCapabilities(),
      authMethods: [AuthMethod] = [], agentInfo: Implementation? = nil
    ) {
      self.protocolVersion = protocolVersion
      self.agentCapabilities = agentCapabilities
      self.authMethods = authMethods
      self.agentInfo = agentInfo
    }

    /// Reads the value.
    public init(from reader: inout ObjectReader) throws(ACPError) {
      protocolVersion = try reader.required("protocolVersion")
      agentCapabilities = reader.optional("agentCapabilities", default: AgentCapabilities())
      authMethods = reader.optional("authMethods", default: [])
      agentInfo = reader.optional("agentInfo")
      extras = reader.rest()
    }

    /// Writes the value.
    public func write(to writer: inout ObjectWriter) {
      writer.required("protocolVersion", protocolVersion)
      writer.optional("agentCapabilities", agentCapabilities, default: AgentCapabilities())
      writer.optional("authMethods", authMethods, default: [])
      writer.optional("agentInfo", agentInfo)
      writer.rest(extras)
    }
  }
}
