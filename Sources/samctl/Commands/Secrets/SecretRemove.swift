// SPDX-License-Identifier: Apache-2.0
internal import ArgumentParser
internal import SAMAPI
internal import SAMClient

/// `samctl secret remove`
struct SecretRemove: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "remove", abstract: "Forget a secret. Agents that need it do not start any more.")

  @Argument(help: "The secret's name.")
  var name: String

  @OptionGroup var common: CommonOptions

  func run() async throws {
    try await common.connect { client, output in
      try await client.removeSecret(name)
      try output.done(SecretView(name: name), "Secret \(name) is forgotten.")
    }
  }
}
