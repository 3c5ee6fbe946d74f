// SPDX-License-Identifier: Apache-2.0
public import SAMCore

/// An agent (a profile) on the wire. What its environment's variables are set to is never shown.
public struct AgentView: Codable, Hashable, Sendable {
  /// Its id.
  public var id: ProfileID
  /// What people call it.
  public var name: String
  /// active, removed.
  public var state: String
  /// The program.
  public var command: String
  /// Its arguments.
  public var arguments: [String]
  /// What happens to requests for permission that no rule fits: ask, allow, deny.
  public var approvals: String
  /// The rules for requests for permission, in order: the first that fits decides.
  public var rules: [ApprovalRuleView]
  /// Whether it replays the user's prompts when a conversation is loaded.
  public var echoesPrompts: Bool
  /// The session mode that is set after a conversation is opened.
  public var mode: String?
  /// The model that is chosen after a conversation is opened; nil = the agent's choice.
  public var model: String?
  /// How much the model is to think; nil = the agent's choice.
  public var effort: String?
  /// Whether it is what the catalog says, and changes with it; nil = a person defined it.
  public var followsCatalog: Bool?
  /// Whether what is said to it and what it says is recorded on the machine; nil = no.
  public var record: Bool?
  /// What it lets people set, and what holds while nobody has chosen anything, as its last conversation showed; nil = none
  /// has.
  public var settings: [SettingView]?
  /// What the processes of one session may use together; nil = no limits.
  public var limits: ProcessLimitsBody?
  /// The variables that its environment has beyond the allow-list, sorted; those with secrets are not among them.
  public var environmentNames: [String]
  /// The names of the secrets that it gets, sorted.
  public var secretNames: [String]
  /// The servers of tools that it is given: by name, where each is; nil = none.
  public var mcpServers: [String: String]?
  /// The files in its home folder, without what is in them; nil = it has the home folder of samd's user.
  public var files: [HomeFileBody]?

  /// - Parameter profile: the profile's state.
  public init(_ profile: Profile) {
    id = profile.id
    name = profile.name
    state = profile.state.rawValue
    command = profile.launch.command
    arguments = profile.launch.arguments
    approvals = profile.approvals.standard.rawValue
    rules = profile.approvals.rules.map { ApprovalRuleView($0.action, $0.match) }
    echoesPrompts = profile.launch.echoesPrompts
    mode = profile.launch.mode
    model = profile.launch.model
    effort = profile.launch.effort
    followsCatalog = profile.launch.followsCatalog
    record = profile.launch.record
    settings = profile.offered?.map { SettingView($0) }
    limits = profile.launch.limits.map { ProcessLimitsBody($0) }
    environmentNames = profile.launch.environment.keys.sorted()
    let servers = profile.launch.mcpServers ?? []
    let files = profile.launch.files ?? []
    let named = Array(profile.launch.secrets.values) + files.compactMap(\.secret)
    secretNames = Set(servers.reduce(named) { $0 + $1.secrets.values }).sorted()
    self.files = files.isEmpty ? nil : files.map { HomeFileBody($0) }
    mcpServers = servers.isEmpty ? nil : Dictionary(servers.map { ($0.name, $0.place) }) { first, _ in first }
  }

  private enum CodingKeys: String, CodingKey {
    case id
    case name
    case state
    case command
    case arguments
    case approvals
    case rules
    case echoesPrompts = "echoes_prompts"
    case mode
    case model
    case effort
    case followsCatalog = "follows_catalog"
    case record
    case settings
    case limits
    case environmentNames = "environment_names"
    case secretNames = "secret_names"
    case mcpServers = "mcp_servers"
    case files
  }
}

extension MCPServer {
  /// Its address, or its command line.
  fileprivate var place: String {
    switch transport {
    case .http(let url): url
    case .stdio(let command, let arguments): ([command] + arguments).joined(separator: " ")
    }
  }
}
