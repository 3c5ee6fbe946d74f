// SPDX-License-Identifier: Apache-2.0
internal import ArgumentParser
internal import SAMAPI
internal import SAMClient

/// `samctl agent catalog`
struct AgentCatalog: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "catalog",
    abstract: "Show the agents that samd knows by name, where each is from, and how to get it.",
    discussion: """
      One whose program is on samd's PATH is defined when samd starts; 'samctl agent add NAME' defines it with settings \
      of your own. Add agents or change these in agents.yaml on samd's machine; docs/agents.md has its fields.
      """)

  @Argument(help: "One of them, with everything that is known of it.")
  var name: String?

  @OptionGroup var common: CommonOptions

  func run() async throws {
    try await common.connect { client, output in
      let catalog = try await client.catalog()
      guard let name else {
        return try output.list(catalog, empty: "samd knows no agents by name.", Table("NAME", "FROM", "STARTED AS")) {
          $0.add($1.name, $1.source, $1.command?.joined(separator: " ") ?? "not installed")
        }
      }
      guard let agent = catalog.items.first(where: { $0.name == name }) else {
        let known = catalog.items.map(\.name).joined(separator: ", ")
        throw CommandFailure(.failed, "The catalog has no agent '\(name)'. It has \(known).", code: "not_found")
      }
      try output.show(
        agent,
        [
          ("Name", agent.name), ("Title", agent.title), ("From", agent.source),
          ("Started as", agent.command?.joined(separator: " ") ?? "not installed. \(agent.advice)"),
          ("Logs in with", agent.loginText), ("MCP servers", agent.mcp),
          ("Limit of use", agent.usageLimits.isEmpty ? nil : agent.usageLimits.joined(separator: "\n")),
        ])
    }
  }
}

extension CatalogAgentView {
  /// What it can log in with, a line each; nil = nothing is known.
  var loginText: String? { credentials.isEmpty ? nil : credentials.joined(separator: "\n") }
}

extension AgentView {
  /// Where its definition is from, for people.
  func origin(_ known: CatalogAgentView?) -> String {
    guard followsCatalog == true else { return "samctl agent add" }
    return known?.source ?? "bundled, or a catalog that has changed since"
  }
}
