// SPDX-License-Identifier: Apache-2.0
import SAMCore

/// What every installation has from the start, in one decision: one wait for the disk, not one for each.
struct SetUp: Command {
  static let name = "installation.set-up"
  /// The program, which is an agent too.
  var samd: String
  /// This machine.
  var machine: RegisterMachine

  /// Defines the agents that are not known yet, and registers the machine. When all is there, nothing changes.
  func decide(in decision: inout Decision) throws -> Machine {
    for agent in agents {
      let query = StateQuery(Profile.kind, name: agent.name, limit: 1)
      guard let known = try decision.all(Profile.self, query).first else {
        _ = try agent.decide(in: &decision)
        continue
      }
      // A person may have defined it anew. Else the program may have moved since the last start.
      if agent.name == "demo", known.launch.arguments == agent.launch.arguments, known.launch != agent.launch {
        _ = try DefineProfile(name: agent.name, launch: agent.launch, approvals: known.approvals).decide(in: &decision)
      }
    }
    return try machine.decide(in: &decision)
  }

  private var agents: [DefineProfile] {
    [
      DefineProfile(
        name: "demo", launch: AgentLaunch(command: samd, arguments: ["demo-agent"], echoesPrompts: true)),
      DefineProfile(name: "vibe", launch: AgentLaunch(command: "vibe-acp", echoesPrompts: true)),
    ]
  }
}
