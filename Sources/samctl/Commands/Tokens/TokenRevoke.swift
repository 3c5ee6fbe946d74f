// SPDX-License-Identifier: Apache-2.0
internal import ArgumentParser
internal import SAMClient
internal import SAMCore

/// `samctl token revoke`
struct TokenRevoke: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "revoke", abstract: "Make a token worthless, at once and for ever.")

  @Argument(help: "The token's id, from 'samctl token list'.", transform: Arguments.id)
  var token: TokenID

  @OptionGroup var common: CommonOptions

  func run() async throws {
    try await common.connect { client, output in
      try await client.revokeToken(token)
      try output.done(["id": token.rawValue], "Token \(token) opens nothing any more.")
    }
  }
}
