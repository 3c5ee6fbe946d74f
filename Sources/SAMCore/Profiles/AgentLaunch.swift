// SPDX-License-Identifier: Apache-2.0

/// How an agent is started and what is special about it: data, so that an agent is added without code.
public struct AgentLaunch: Codable, Hashable, Sendable {
  /// The program: a name that is looked up on the machine's PATH, or an absolute path.
  public var command: String
  /// Its arguments.
  public var arguments: [String]
  /// What its environment has beyond the allow-list.
  public var environment: [String: String]
  /// Environment variables whose values are secrets: variable → the secret's name.
  public var secrets: [String: String]
  /// Whether a `session/load` replays the user's prompts, so that one can be looked for there after a crash.
  public var echoesPrompts: Bool
  /// The ACP session mode to set after a conversation is opened, where the agent has modes.
  public var mode: String?
  /// The model to choose after a conversation is opened, by the agent's own name for it; nil = the agent's choice.
  public var model: String?
  /// How much the model is to think, by the agent's own word for it; nil = the agent's choice.
  public var effort: String?
  /// The servers of tools that it is given; nil = none.
  public var mcpServers: [MCPServer]?
  /// How it is given them; nil = as SAM knows of its program.
  public var mcp: MCPWay?
  /// Words with which it says that a limit of use is reached; case does not matter. Nil = those that SAM knows.
  public var usageLimits: [String]?
  /// Whether what is said to it and what it says is recorded on the machine; nil = no.
  public var record: Bool?
  /// Whether it is what the catalog says, and changes with it when samd starts; nil = a person said it.
  public var followsCatalog: Bool?
  /// What its processes may use together, those that it starts included; nil = no limits.
  public var limits: ProcessLimits?

  /// Files in its home folder: with any, it has a home folder of its own for each session; nil = it has that of samd's user.
  public var files: [HomeFile]?

  /// What its secrets and those of its servers are, once they are filled in.
  public var secretValues: [String] {
    secrets.keys.compactMap { environment[$0] }
      + (mcpServers ?? []).flatMap { server in server.secrets.keys.compactMap { server.values[$0] } }
  }

  /// - Parameters: as the properties of the same names.
  public init(
    command: String, arguments: [String] = [], environment: [String: String] = [:], secrets: [String: String] = [:],
    echoesPrompts: Bool = false, mode: String? = nil, model: String? = nil, effort: String? = nil,
    mcpServers: [MCPServer]? = nil, mcp: MCPWay? = nil, usageLimits: [String]? = nil, record: Bool? = nil,
    followsCatalog: Bool? = nil, limits: ProcessLimits? = nil, files: [HomeFile]? = nil
  ) {
    self.command = command
    self.arguments = arguments
    self.environment = environment
    self.secrets = secrets
    self.echoesPrompts = echoesPrompts
    self.mode = mode
    self.model = model
    self.effort = effort
    self.mcpServers = mcpServers
    self.mcp = mcp
    self.usageLimits = usageLimits
    self.record = record
    self.followsCatalog = followsCatalog
    self.limits = limits
    self.files = files
  }
}
