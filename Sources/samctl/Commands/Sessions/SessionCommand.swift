// SPDX-License-Identifier: Apache-2.0
internal import ArgumentParser

/// `samctl session`
struct SessionCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "session",
    abstract: "Conversations with agents.",
    subcommands: [
      SessionList.self, SessionShow.self, SessionAttach.self, SessionSay.self, SessionSettings.self, SessionSet.self,
      SessionContinue.self,
    ])
}
