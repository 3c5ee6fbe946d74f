// SPDX-License-Identifier: Apache-2.0
internal import ArgumentParser
internal import SAMAPI
internal import SAMClient
internal import SAMCore

/// `samctl session list`
struct SessionList: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "list", abstract: "List the sessions, newest first.")

  @Option(help: "Only those of a project, by name or id.")
  var project: String?

  @Option(
    help: ArgumentHelp(
      "Only those in a state: \(Session.State.allCases.map(\.rawValue).joined(separator: ", ")).", valueName: "state"))
  var state: String?

  @OptionGroup var list: ListOptions
  @OptionGroup var common: CommonOptions

  func validate() throws {
    if let state, Session.State(rawValue: state) == nil {
      throw ValidationError("'\(state)' is no state of a session. Choose one of those in 'samctl session list --help'.")
    }
  }

  func run() async throws {
    try await common.connect { client, output in
      let sessions = try await client.list(list) {
        try await client.sessions(project: project, state: state, limit: $0, cursor: $1)
      }
      let isFiltered = project != nil || state != nil
      try output.list(
        sessions,
        empty: isFiltered ? "No session fits." : "No sessions yet; each task has one. Begin: samctl run \"…\"",
        Table("ID", "STATE", "AGENT", "TURNS", "AGE", "TITLE")
      ) { table, session in
        let state = session.activeTurn == nil ? session.state : "busy"
        table.add(
          session.id.rawValue, state, session.agent, "\(session.turns)",
          Moment.relative(session.createdAt.timestamp, now: output.now()), session.title)
      }
    }
  }
}
