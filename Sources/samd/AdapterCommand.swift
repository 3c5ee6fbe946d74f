// SPDX-License-Identifier: Apache-2.0
import ArgumentParser

/// `samd adapter`
struct AdapterCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "adapter",
    abstract: "Speak ACP on standard input and output for a program that does not.",
    subcommands: [RunClaudeCode.self, RunCodex.self])
}
