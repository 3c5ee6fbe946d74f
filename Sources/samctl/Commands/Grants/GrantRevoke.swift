// SPDX-License-Identifier: Apache-2.0
internal import ArgumentParser
internal import SAMAPI
internal import SAMClient
internal import SAMCore

/// `samctl grant revoke`
struct GrantRevoke: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "revoke", abstract: "Take an answer back that stands: the same is asked again.")

  @Argument(help: "The grant's id, from 'samctl grant list'.", transform: Arguments.id)
  var grant: GrantID

  @OptionGroup var common: CommonOptions

  func run() async throws {
    try await common.connect { client, output in
      let grant = try await client.revokeGrant(grant)
      try output.done(grant, "Revoked. A person is asked again: \(SafeText.line(grant.subject))")
    }
  }
}
