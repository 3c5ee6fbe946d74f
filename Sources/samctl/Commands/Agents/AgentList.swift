// SPDX-License-Identifier: Apache-2.0
internal import ArgumentParser
internal import SAMAPI
internal import SAMClient

/// `samctl agent list`
struct AgentList: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the agents. Values of their environment are never shown.")

  @OptionGroup var list: ListOptions
  @OptionGroup var common: CommonOptions

  func run() async throws {
    try await common.connect { client, output in
      let agents = try await client.list(list) { try await client.agents(limit: $0, cursor: $1) }
      try output.list(
        agents, empty: "No agents yet. Add one: samctl agent add NAME -- COMMAND ARGS…",
        Table("NAME", "APPROVALS", "COMMAND", "ENVIRONMENT", "SECRETS", "MCP")
      ) { table, agent in
        table.add(
          agent.name, agent.approvals + (agent.rules.isEmpty ? "" : " +\(agent.rules.count)"),
          ([agent.command] + agent.arguments).joined(separator: " "),
          agent.environmentNames.joined(separator: " "), agent.secretNames.joined(separator: " "),
          (agent.mcpServers ?? [:]).keys.sorted().joined(separator: " "))
      }
      let present = Set(agents.items.map(\.name))
      guard agents.next == nil else { return }
      let others = try await client.catalog().items.map(\.name).filter { !present.contains($0) }
      if !others.isEmpty {
        try output.note(
          "SAM also knows \(others.joined(separator: ", ")); 'samctl agent catalog NAME' says how to get it.")
      }
    }
  }
}
