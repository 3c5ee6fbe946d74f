// SPDX-License-Identifier: Apache-2.0
internal import ArgumentParser
internal import SAMAPI
internal import SAMClient
internal import SAMCore

/// `samctl session set`
struct SessionSet: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "set",
    abstract: "Set how a session's agent works: its mode, its model, and the like. It holds from the next prompt on.",
    discussion: "'samctl session settings ID' lists what can be set.")

  @Argument(help: "The session's id.", transform: Arguments.id)
  var session: SessionID

  @Argument(help: "The setting: its name in 'session settings', or mode, model or effort.")
  var name: String

  @Argument(help: "The value: one of the setting's choices.")
  var value: String

  @OptionGroup var common: CommonOptions

  func run() async throws {
    try await common.connect { client, output in
      let view = try await client.choose(name, value, in: session)
      let isKnown = view.settings?.contains { $0.value != nil } == true
      try output.done(
        view,
        isKnown
          ? "'\(name)' is '\(value)' from the next prompt on."
          : "'\(name)' is to be '\(value)'. The agent has not started yet; when it refuses that, the conversation says so."
      )
    }
  }
}
