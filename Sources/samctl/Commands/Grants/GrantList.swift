// SPDX-License-Identifier: Apache-2.0
internal import ArgumentParser
internal import SAMAPI
internal import SAMClient
internal import SAMCore

/// `samctl grant list`
struct GrantList: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the answers that stand, newest first.")

  @Flag(help: "Also those that were revoked.")
  var all = false

  @Option(help: "Only those that were given for this session alone, by id.", transform: Arguments.id)
  var session: SessionID?

  @Option(help: "Only those of a project, by name or id.")
  var project: String?

  @OptionGroup var list: ListOptions
  @OptionGroup var common: CommonOptions

  func run() async throws {
    try await common.connect { client, output in
      let states = all ? Grant.State.allCases.map(\.rawValue).joined(separator: ",") : nil
      let grants = try await client.list(list) {
        try await client.grants(state: states, session: session, project: project, limit: $0, cursor: $1)
      }
      try output.list(
        grants, empty: "No answer stands. Let one stand: samctl approval answer ID allow --for session",
        Table("ID", "STATE", "AGE", "FOR", "ANSWER", "TO", "BY")
      ) { table, grant in
        table.add(
          grant.id.rawValue, grant.state, Moment.relative(grant.createdAt.timestamp, now: output.now()), grant.scope,
          grant.action, grant.subject, grant.givenBy)
      }
    }
  }
}
