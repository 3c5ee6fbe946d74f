// SPDX-License-Identifier: Apache-2.0
internal import ArgumentParser

/// `samctl agent`
struct AgentCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "agent",
    abstract: "The agents that do the work, with their settings.",
    subcommands: [
      AgentList.self, AgentShow.self, AgentCheck.self, AgentLogin.self, AgentCatalog.self, AgentAdd.self,
      AgentRemove.self,
    ])
}
