// SPDX-License-Identifier: Apache-2.0
import SAMAgentRuntime
import SAMCore

/// What every installation has from the start, in one decision: one wait for the disk, not one for each.
///
/// The agents are the bundled one and those of the catalog whose programs are on the PATH.
struct SetUp: Command {
  static let name = "installation.set-up"
  /// The folders in which agents are looked for, separated by `:`.
  var path: String
  /// The running program, which is the bundled agent and the adapters too.
  var samd: String
  /// This machine.
  var machine: RegisterMachine

  /// Defines the agents that are not known yet, and registers the machine. When all is there, nothing changes.
  func decide(in decision: inout Decision) throws -> Machine {
    for (name, launch) in launches {
      guard let old = try decision.all(Profile.self, StateQuery(Profile.kind, name: name, limit: 1)).first else {
        _ = try DefineProfile(name: name, launch: launch).decide(in: &decision)
        continue
      }
      // The program may have moved since the last start; what a person changed stays.
      var moved = old.launch
      moved.command = launch.command
      guard launch.command == samd, old.state == .active, old.launch != launch, moved == launch else { continue }
      _ = try DefineProfile(name: name, launch: launch, approvals: old.approvals, machine: old.machine)
        .decide(in: &decision)
    }
    return try machine.decide(in: &decision)
  }

  private var launches: [(String, AgentLaunch)] {
    let demo = AgentLaunch(command: samd, arguments: ["demo-agent"], echoesPrompts: true)
    return [("demo", demo)]
      + AgentCatalog.all.compactMap { agent in agent.launch(path: path, samd: samd).map { (agent.name, $0) } }
  }
}
