// SPDX-License-Identifier: Apache-2.0
import Foundation
import SAMAgentRuntime
import SAMCore

/// The agents that an installation knows from the start: the bundled one, and those of the catalog whose programs are on the
/// PATH. A person may define them anew.
enum DefaultAgents {
  /// Defines those that are not there yet.
  ///
  /// - Parameters:
  ///   - path: Folders separated by `:`.
  ///   - samd: The running program, which is the bundled agent and the adapters.
  static func define(in sam: Orchestrator, path: String, samd: String) async throws {
    let profiles = try await sam.store.list(Profile.self, StateQuery(Profile.kind, limit: 1000))
    let known = Dictionary(profiles.map { ($0.name, $0) }) { first, _ in first }
    let demo = AgentLaunch(command: samd, arguments: ["demo-agent"], echoesPrompts: true)
    var launches = [("demo", demo)]
    for agent in AgentCatalog.all {
      if let launch = agent.launch(path: path, samd: samd) { launches.append((agent.name, launch)) }
    }
    for (name, launch) in launches {
      guard let old = known[name] else {
        try await sam.perform(DefineProfile(name: name, launch: launch))
        continue
      }
      // The program may have moved since the last start; what a person changed stays.
      var moved = old.launch
      moved.command = launch.command
      if launch.command == samd, old.state == .active, old.launch != launch, moved == launch {
        try await sam.perform(DefineProfile(name: name, launch: launch, approvals: old.approvals))
      }
    }
  }
}
