// SPDX-License-Identifier: Apache-2.0
internal import ArgumentParser

/// `samctl conform`
struct ConformCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "conform",
    abstract: "Check whether a program keeps the Agent Client Protocol; samd is not needed.",
    subcommands: [ConformAgent.self, ConformClient.self])
}
