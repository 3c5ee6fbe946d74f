// SPDX-License-Identifier: Apache-2.0

/// A person, or the installation's defaults, define an agent under a name.
public struct DefineProfile: Command {
  /// The stable name.
  public static let name = "profile.define"
  /// What people call it.
  public var name: String
  /// How the agent is started.
  public var launch: AgentLaunch
  /// What happens to its requests for permission.
  public var approvals: ApprovalPolicy
  /// What machine its tasks want; nil = this one.
  public var machine: MachineWish?

  /// - Parameters: as the properties of the same names.
  public init(
    name: String, launch: AgentLaunch, approvals: ApprovalPolicy = .ask, machine: MachineWish? = nil
  ) {
    self.name = name
    self.launch = launch
    self.approvals = approvals
    self.machine = machine
  }

  /// Defines the profile, or defines it anew; does nothing when it is so already.
  public func decide(in decision: inout Decision) throws -> Profile {
    guard Names.isValid(name) else {
      throw Rejection(.invalid, "'\(name)' cannot be an agent's name; \(Names.rule)")
    }
    guard !launch.command.isEmpty, !launch.command.utf8.contains(0) else {
      throw Rejection(.invalid, "agent '\(name)' needs a command; give a program's name or absolute path")
    }
    try approvals.check()
    try launch.limits?.check()
    try checkFiles()
    let servers = launch.mcpServers ?? []
    for server in servers { try server.validate() }
    guard Set(servers.map(\.name)).count == servers.count else {
      throw Rejection(.invalid, "two MCP servers of agent '\(name)' have one name; give each its own")
    }
    let known = try decision.all(Profile.self, StateQuery(Profile.kind, name: name, limit: 1)).first
    if let known, known.state == .active, known.launch == launch, known.approvals == approvals,
      known.machine == machine
    {
      return known
    }
    let id = known?.id ?? decision.newID(ProfileID.self)
    try decision.claim("profile/\(name)", for: id.rawValue, or: "there is an agent '\(name)' already")
    return try decision.record(
      .defined(name: name, launch: launch, approvals: approvals, owner: decision.actor.owner, machine: machine),
      on: id, as: Profile.self)
  }

  private func checkFiles() throws {
    guard let files = launch.files, !files.isEmpty else { return }
    try HomeFile.check(files)
    let homes = ["HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"]
    if let own = homes.first(where: { launch.environment[$0] != nil || launch.secrets[$0] != nil }) {
      throw Rejection(
        .invalid, "agent '\(name)' has a home folder of its own because it is given files; leave \(own) out")
    }
  }
}
