// SPDX-License-Identifier: Apache-2.0
internal import ArgumentParser

/// `samctl token`
struct TokenCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "token",
    abstract: "What devices and programs are let in by.",
    subcommands: [TokenList.self, TokenCreate.self, TokenRevoke.self])
}
