// SPDX-License-Identifier: Apache-2.0
import SAMCore

/// The agents that every installation knows from the start. A person may define them anew.
enum DefaultAgents {
  /// Defines those that are not there yet.
  static func define(in sam: Orchestrator, samd: String) async throws {
    let known = Set(try await sam.store.list(Profile.self, StateQuery(Profile.kind, limit: 1000)).map(\.name))
    let agents = [
      DefineProfile(
        name: "demo", launch: AgentLaunch(command: samd, arguments: ["demo-agent"], echoesPrompts: true)),
      DefineProfile(name: "vibe", launch: AgentLaunch(command: "vibe-acp", echoesPrompts: true)),
    ]
    for agent in agents where !known.contains(agent.name) { try await sam.perform(agent) }
    // The program may have moved since the last start.
    if known.contains("demo"), let demo = agents.first { try await refresh(demo, in: sam) }
  }

  private static func refresh(_ demo: DefineProfile, in sam: Orchestrator) async throws {
    let profiles = try await sam.store.list(Profile.self, StateQuery(Profile.kind, name: demo.name, limit: 1))
    guard let old = profiles.first, old.launch.arguments == ["demo-agent"], old.launch != demo.launch else { return }
    try await sam.perform(DefineProfile(name: demo.name, launch: demo.launch, approvals: old.approvals))
  }
}
