// SPDX-License-Identifier: Apache-2.0
internal import ArgumentParser
internal import SAMAPI
internal import SAMClient
internal import SAMCore

/// `samctl session show`
struct SessionShow: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show one session and its turns, or all that was said.")

  @Argument(help: "The session's id.", transform: Arguments.id)
  var session: SessionID

  @Flag(help: "Print the conversation so far; with --json one line for each entry.")
  var transcript = false

  @Flag(help: "With --transcript --json: the agent's own messages too.")
  var raw = false

  @OptionGroup var common: CommonOptions

  func validate() throws {
    if raw, !transcript || !common.json { throw ValidationError("--raw goes with --transcript --json.") }
  }

  func run() async throws {
    try await common.connect { client, output in
      if transcript { return try await printTranscript(client, output) }
      let session = try await client.session(session)
      func ago(_ time: APITimestamp) -> String { Moment.relative(time.timestamp, now: output.now()) }
      try output.show(
        session,
        [
          ("Session", session.id.rawValue), ("Title", session.title), ("State", session.state),
          ("Closed", session.closeReason), ("Task", session.task.rawValue), ("Agent", session.agent),
          ("Rules", RuleText.lines(session.rules)), ("Approvals", session.approvals),
          ("Busy with", session.activeTurn?.rawValue), ("Waits for", session.waiting?.text),
          ("Project", session.project.rawValue), ("Machine", session.machine.rawValue),
          ("Workspace", session.workspace.rawValue), ("Epoch", session.epoch > 1 ? "\(session.epoch)" : nil),
          ("Opened", ago(session.createdAt)),
        ])
      guard !output.isJSON else { return }
      var table = Table("TURN", "STATE", "AGE", "ID", "PROMPT")
      for turn in try await client.all({ try await client.turns(session.id, cursor: $0) }) {
        table.add(
          "\(turn.number)", turn.state, ago(turn.createdAt), turn.id.rawValue,
          AttachmentText.prompt(turn.text, turn.attachments))
      }
      try output.write("\n" + table.text(output.style))
    }
  }

  private func printTranscript(_ client: SAMClient, _ output: Output) async throws {
    var renderer = EntryRenderer(style: output.style)
    var cursor: Cursor?
    while true {
      let page = try await client.entries(session, after: cursor, limit: 200, raw: raw)
      for item in page.items {
        if output.isJSON { try output.json(item) } else { try output.write(renderer.render(item.entry.body)) }
        cursor = item.cursor
      }
      if page.items.isEmpty { break }
    }
    try output.write(renderer.closeLine())
    if cursor == nil, !output.isJSON {
      try output.line("Nothing has been said yet. Wait for it: samctl session attach \(session)")
    }
  }
}
