// SPDX-License-Identifier: Apache-2.0
import SAMCore

/// What every installation has from the start, in one decision: one wait for the disk, not one for each.
struct SetUp: Command {
  static let name = "installation.set-up"
  /// The bundled agent, and those of the catalog whose programs are there.
  var agents: [DefineProfile]
  /// This machine.
  var machine: RegisterMachine

  /// Defines the agents that are not known yet, brings those up to date that follow the catalog, and registers the
  /// machine. When all is so already, nothing changes.
  func decide(in decision: inout Decision) throws -> Machine {
    for agent in agents {
      guard let old = try decision.all(Profile.self, StateQuery(Profile.kind, name: agent.name, limit: 1)).first else {
        _ = try agent.decide(in: &decision)
        continue
      }
      // What a person defined or removed stays so.
      guard old.state == .active, old.launch.followsCatalog == true, old.launch != agent.launch else { continue }
      _ = try DefineProfile(name: agent.name, launch: agent.launch, approvals: old.approvals, machine: old.machine)
        .decide(in: &decision)
    }
    return try machine.decide(in: &decision)
  }
}
