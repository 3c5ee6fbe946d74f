// SPDX-License-Identifier: Apache-2.0
internal import ArgumentParser
internal import SAMAPI
internal import SAMClient
internal import SAMCore

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
      let known = try await client.catalog().items.first { $0.name == name }
      let check = try await check(with: client, known)
      let agent = try await client.agent(name)
      try output.show(
        check,
        [
          ("Works", check.works ? output.style(.green, "yes") : output.style(.red, "no")),
          ("Problem", check.problem), ("Agent", check.name), ("Program", check.program),
          ("Abilities", check.abilities.isEmpty ? nil : check.abilities.joined(separator: "\n")),
          ("Lacks", check.lacks.map { $0.joined(separator: "\n") }),
          ("Start", check.startMilliseconds.map { "\($0) ms" }), ("From", agent.origin(known)),
          (
            "Logins",
            check.logins.map { logins in
              logins.map { SafeText.line("\($0.id) (\($0.description ?? $0.name))") }.joined(separator: "\n")
            }
          ),
          ("Logs in with", check.works ? nil : known?.loginText),
        ])
      if !check.works { throw ExitCode(EndStatus.failed.rawValue) }
    }
  }

  /// Checks the agent; of one that samd does not have it says how to get it, when SAM knows its name.
  private func check(with client: SAMClient, _ known: CatalogAgentView?) async throws -> AgentCheckView {
    do {
      return try await client.checkAgent(name)
    } catch let error as SAMClientError where error.code == .notFound {
      guard let known, known.command == nil else { throw error }
      throw CommandFailure(.failed, "samd has no agent '\(name)'. \(known.advice)", code: "agent_not_installed")
    }
  }
}
