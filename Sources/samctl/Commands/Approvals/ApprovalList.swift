// SPDX-License-Identifier: Apache-2.0
internal import ArgumentParser
internal import SAMAPI
internal import SAMClient
internal import SAMCore

/// `samctl approval list`
struct ApprovalList: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List what waits for an answer, newest first.")

  @Flag(help: "Also what was answered, expired, or is no longer asked.")
  var all = false

  @Option(help: "Only those of a session, by id.", transform: Arguments.id)
  var session: SessionID?

  @OptionGroup var list: ListOptions
  @OptionGroup var common: CommonOptions

  func run() async throws {
    try await common.connect { client, output in
      let state = all ? nil : ApprovalState.asked.rawValue
      let approvals = try await client.list(list) {
        try await client.approvals(state: state, session: session, limit: $0, cursor: $1)
      }
      try output.list(
        approvals, empty: all ? "No agent has asked for anything yet." : "Nothing waits for an answer.",
        Table("ID", "STATE", "AGE", "ASKS FOR", all ? "ANSWER" : "OPTIONS")
      ) { table, approval in
        let options = ApprovalText.outcome(approval) ?? approval.options.map(\.id).joined(separator: " ")
        table.add(
          approval.id.rawValue, approval.state, Moment.relative(approval.createdAt.timestamp, now: output.now()),
          approval.title, options)
      }
      if !all, !output.isJSON, !approvals.items.isEmpty {
        try output.note("Answer one: samctl approval answer ID OPTION   (or: allow, reject)")
      }
    }
  }
}
