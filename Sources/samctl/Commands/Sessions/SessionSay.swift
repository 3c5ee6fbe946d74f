// SPDX-License-Identifier: Apache-2.0
internal import ArgumentParser
internal import SAMAPI
internal import SAMClient
internal import SAMCore

/// `samctl session say`
struct SessionSay: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "say",
    abstract: "Say something in a session. It waits there until the agent is done with what was said before.")

  @Argument(help: "The session's id.", transform: Arguments.id)
  var session: SessionID

  @Argument(help: "What is said; '-' reads it from standard input.")
  var text: String

  @Option(
    help: ArgumentHelp(
      "The ended turn that this takes the place of: the way on from an ambiguous one.", valueName: "turn"),
    transform: Arguments.id)
  var supersedes: TurnID?

  @OptionGroup var attached: AttachmentOptions

  @Flag(help: "Watch what comes of it, as 'samctl run' does.")
  var attach = false

  @OptionGroup var watching: WatchOptions
  @OptionGroup var common: CommonOptions

  func run() async throws {
    let words = text == "-" ? try TextFile.standardInput() : text
    let attachments = try attached.read()
    try await common.connect { client, output in
      let end = attach ? try await endOfTranscript(client) : nil
      let turn = try await client.prompt(
        session, SendPromptBody(text: words, attachments: attachments, supersedes: supersedes))
      guard attach else {
        return try output.done(
          turn, "Said as turn \(turn.number) (\(turn.id)). Watch: samctl session attach \(session)")
      }
      let task = try await client.task(client.session(session).task)
      try await watching.watch(task, session: session, from: end, client, output)
    }
  }

  private func endOfTranscript(_ client: SAMClient) async throws -> Cursor? {
    var cursor: Cursor?
    while let last = try await client.entries(session, after: cursor, limit: 200).items.last { cursor = last.cursor }
    return cursor
  }
}
