// SPDX-License-Identifier: Apache-2.0
internal import ArgumentParser
internal import SAMAPI
internal import SAMClient

/// `samctl agent remove`
struct AgentRemove: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "remove", abstract: "Remove an agent. Conversations that use it go on.")

  @Argument(help: "The agent's name.")
  var name: String

  @OptionGroup var common: CommonOptions

  func run() async throws {
    try await common.connect { client, output in
      let agent = try await client.removeAgent(name)
      try output.done(agent, "Removed agent \(agent.name).")
    }
  }
}
