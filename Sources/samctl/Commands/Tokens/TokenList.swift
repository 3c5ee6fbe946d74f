// SPDX-License-Identifier: Apache-2.0
internal import ArgumentParser
internal import SAMAPI
internal import SAMClient
internal import SAMCore

/// `samctl token list`
struct TokenList: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the tokens by name; the tokens themselves are never shown again.")

  @OptionGroup var list: ListOptions
  @OptionGroup var common: CommonOptions

  func run() async throws {
    try await common.connect { client, output in
      let tokens = try await client.list(list) { try await client.tokens(limit: $0, cursor: $1) }
      try output.list(
        tokens, empty: "No tokens yet. Make one: samctl token create NAME", Table("NAME", "MADE", "REVOKED", "ID")
      ) { table, token in
        func ago(_ time: Timestamp) -> String { Moment.relative(time, now: output.now()) }
        table.add(
          token.name, ago(token.createdAt.timestamp), token.revokedAt.map { ago($0.timestamp) } ?? "", token.id.rawValue
        )
      }
    }
  }
}
