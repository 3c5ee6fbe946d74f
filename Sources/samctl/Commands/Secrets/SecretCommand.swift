// SPDX-License-Identifier: Apache-2.0
internal import ArgumentParser

/// `samctl secret`
struct SecretCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "secret",
    abstract: "Keys that agents need; samd keeps them sealed and never shows them again.",
    subcommands: [SecretSet.self, SecretList.self, SecretRemove.self])
}
