// SPDX-License-Identifier: Apache-2.0
internal import ArgumentParser
internal import SAMAPI
internal import SAMClient

/// `samctl secret list`
struct SecretList: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "list", abstract: "List the names of the secrets.")

  @OptionGroup var list: ListOptions
  @OptionGroup var common: CommonOptions

  func run() async throws {
    try await common.connect { client, output in
      let secrets = try await client.list(list) { try await client.secrets(limit: $0, cursor: $1) }
      try output.list(secrets, empty: "No secrets yet. Keep one: samctl secret set NAME < FILE", Table("NAME")) {
        $0.add($1.name)
      }
    }
  }
}
