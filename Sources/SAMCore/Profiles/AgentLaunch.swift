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
  /// The servers of tools that it is given; nil = none.
  public var mcpServers: [MCPServer]?
  /// Words with which it says that a limit of use is reached; case does not matter. Nil = those that SAM knows.
  public var usageLimits: [String]?
  /// Whether what is said to it and what it says is recorded on the machine; nil = no.
  public var record: Bool?
  /// What its processes may use together, those that it starts included; nil = no limits.
  public var limits: ProcessLimits?

  /// What its secrets and those of its servers are, once they are filled in.
  public var secretValues: [String] {
    secrets.keys.compactMap { environment[$0] }
      + (mcpServers ?? []).flatMap { server in server.secrets.keys.compactMap { server.values[$0] } }
  }

  /// - Parameters: as the properties of the same names.
  public init(
    command: String, arguments: [String] = [], environment: [String: String] = [:], secrets: [String: String] = [:],
    echoesPrompts: Bool = false, mode: String? = nil, mcpServers: [MCPServer]? = nil, usageLimits: [String]? = nil,
    record: Bool? = nil, limits: ProcessLimits? = nil
  ) {
    self.command = command
    self.arguments = arguments
    self.environment = environment
    self.secrets = secrets
    self.echoesPrompts = echoesPrompts
    self.mode = mode
    self.mcpServers = mcpServers
    self.usageLimits = usageLimits
    self.record = record
    self.limits = limits
  }
}
