// SPDX-License-Identifier: Apache-2.0
internal import ArgumentParser
internal import SAMAPI
internal import SAMClient
internal import SAMCore

/// `samctl agent show`
struct AgentShow: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show one agent and its rules. Values of its environment are never shown.")

  @Argument(help: "Its name.")
  var name: String

  @OptionGroup var common: CommonOptions

  func run() async throws {
    try await common.connect { client, output in
      let agent = try await client.agent(name)
      func words(_ list: [String]) -> String? { list.isEmpty ? nil : list.joined(separator: " ") }
      try output.show(
        agent,
        [
          ("Name", agent.name), ("Id", agent.id.rawValue), ("State", agent.state),
          ("Command", ([agent.command] + agent.arguments).joined(separator: " ")), ("Mode", agent.mode),
          ("Model", agent.model), ("Effort", agent.effort),
          ("Settings", words((agent.settings ?? []).map { "\($0.id)=\($0.value ?? "")" })),
          ("Environment", words(agent.environmentNames)), ("Secrets", words(agent.secretNames)),
          ("Files", agent.files.map { $0.map(\.line).joined(separator: "\n") }),
          ("Limits", agent.limits.map { $0.limits.words.joined(separator: ", ") }),
          ("Rules", RuleText.lines(agent.rules)), (agent.rules.isEmpty ? "Approvals" : "Otherwise", agent.approvals),
        ])
    }
  }
}
