// SPDX-License-Identifier: Apache-2.0
internal import ArgumentParser
internal import SAMAPI
internal import SAMAgentRuntime
internal import SAMClient

/// `samctl agent check`
struct AgentCheck: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Start an agent on trial, without a prompt: is it installed, does it speak, is it logged in?",
    discussion: "Exit status 1 when it does not work.")

  @Argument(help: "The agent's name.")
  var name: String

  @OptionGroup var common: CommonOptions

  func run() async throws {
    try await common.connect { client, output in
      let check = try await check(with: client)
      try output.show(
        check,
        [
          ("Works", check.works ? output.style(.green, "yes") : output.style(.red, "no")),
          ("Problem", check.problem), ("Agent", check.name), ("Program", check.program),
          ("Abilities", check.abilities.isEmpty ? nil : check.abilities.joined(separator: "\n")),
          ("Lacks", check.lacks.map { $0.joined(separator: "\n") }),
          ("Start", check.startMilliseconds.map { "\($0) ms" }),
        ])
      if !check.works { throw ExitCode(EndStatus.failed.rawValue) }
    }
  }

  /// Checks the agent; of one that samd does not have it says how to get it, when SAM knows its name.
  private func check(with client: SAMClient) async throws -> AgentCheckView {
    do {
      return try await client.checkAgent(name)
    } catch let error as SAMClientError where error.code == .notFound {
      guard let agent = AgentCatalog.agent(named: name) else { throw error }
      throw CommandFailure(.failed, "samd has no agent '\(name)'. \(agent.advice)", code: "agent_not_installed")
    }
  }
}
