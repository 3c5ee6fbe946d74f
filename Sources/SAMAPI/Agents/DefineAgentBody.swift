// SPDX-License-Identifier: Apache-2.0
public import SAMCore

/// What `PUT /agents/{name}` takes: the whole definition, also when the agent exists. Without a command it is what the
/// catalog has under that name, and the rest of the body on top.
public struct DefineAgentBody: Codable, Hashable, Sendable {
  /// The program: a name that is looked up on the machine's PATH, or an absolute path; nil = as the catalog has it.
  public var command: String?
  /// Its arguments; nil = none.
  public var arguments: [String]?
  /// What its environment has beyond the allow-list; nil = nothing.
  public var environment: [String: String]?
  /// Environment variables whose values are secrets: variable → the secret's name; nil = none.
  public var secrets: [String: String]?
  /// What happens to its requests for permission that no rule fits; nil = a human is asked.
  public var approvals: ApprovalAction?
  /// Rules for its requests for permission: the first that fits decides; nil = none.
  public var rules: [ApprovalRuleView]?
  /// Whether it replays the user's prompts when a conversation is loaded; nil = no.
  public var echoesPrompts: Bool?
  /// The session mode to set after a conversation is opened.
  public var mode: String?
  /// The model to choose after a conversation is opened.
  public var model: String?
  /// How much the model is to think.
  public var effort: String?
  /// The servers of tools that it is given; nil = none.
  public var mcpServers: [MCPServerBody]?
  /// Files in its home folder, which is one of its own then; nil = as the catalog has it.
  public var files: [HomeFileBody]?
  /// Whether what is said to it and what it says is recorded on the machine; nil = no.
  public var record: Bool?
  /// What the processes of one session may use together; nil = no limits.
  public var limits: ProcessLimitsBody?

  /// - Parameters: as the properties of the same names.
  public init(
    command: String? = nil, arguments: [String]? = nil, environment: [String: String]? = nil,
    secrets: [String: String]? = nil, approvals: ApprovalAction? = nil, rules: [ApprovalRuleView]? = nil,
    echoesPrompts: Bool? = nil, mode: String? = nil, model: String? = nil, effort: String? = nil,
    mcpServers: [MCPServerBody]? = nil, files: [HomeFileBody]? = nil, record: Bool? = nil,
    limits: ProcessLimitsBody? = nil
  ) {
    self.command = command
    self.arguments = arguments
    self.environment = environment
    self.secrets = secrets
    self.approvals = approvals
    self.rules = rules
    self.echoesPrompts = echoesPrompts
    self.mode = mode
    self.model = model
    self.effort = effort
    self.mcpServers = mcpServers
    self.files = files
    self.record = record
    self.limits = limits
  }

  /// The command that defines the agent under a name.
  ///
  /// - Parameters:
  ///   - name: The name.
  ///   - offered: What the catalog has under it; nil = nothing that can be started.
  /// - Throws: ``Rejection`` with `invalid` when there is nothing to start, for a rule that is none, and for an MCP server
  ///   without an address or a command.
  public func command(named name: String, offered: AgentLaunch? = nil) throws -> DefineProfile {
    let rules = try (rules ?? []).map { try ApprovalRule($0.action, $0.match) }
    return DefineProfile(
      name: name, launch: try launch(name, offered),
      approvals: ApprovalPolicy(rules: rules, standard: approvals ?? .ask))
  }

  private func launch(_ name: String, _ offered: AgentLaunch?) throws -> AgentLaunch {
    var launch: AgentLaunch
    if let command {
      launch = AgentLaunch(command: command, arguments: arguments ?? [])
    } else if let offered, arguments == nil {
      launch = offered
    } else {
      throw Rejection(
        .invalid, "agent '\(name)' needs a command: give a program, or name an agent of the catalog without arguments")
    }
    launch.environment.merge(environment ?? [:]) { _, own in own }
    launch.secrets = secrets ?? [:]
    for variable in launch.secrets.keys { launch.environment[variable] = nil }
    launch.echoesPrompts = echoesPrompts ?? launch.echoesPrompts
    (launch.mode, launch.model, launch.effort) = (mode ?? launch.mode, model ?? launch.model, effort ?? launch.effort)
    launch.mcpServers = try mcpServers?.map { try $0.server() }
    if let files { launch.files = files.isEmpty ? nil : try files.map { try $0.file() } }
    (launch.record, launch.limits) = (record, limits?.limits)
    // With nothing of a person's own in how it is started, it goes on as the catalog says.
    if launch != offered { launch.followsCatalog = nil }
    return launch
  }

  private enum CodingKeys: String, CodingKey {
    case command
    case arguments
    case environment
    case secrets
    case approvals
    case rules
    case echoesPrompts = "echoes_prompts"
    case mode
    case model
    case effort
    case mcpServers = "mcp_servers"
    case files
    case record
    case limits
  }
}
