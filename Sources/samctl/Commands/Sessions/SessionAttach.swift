// SPDX-License-Identifier: Apache-2.0
internal import ArgumentParser
internal import SAMAPI
internal import SAMClient
internal import SAMCore

/// `samctl session attach`
struct SessionAttach: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "attach",
    abstract: "Watch a session from its beginning, as 'samctl run' does, until its task ends.",
    discussion: "Answers, Ctrl-C and exit status are those of 'samctl run'.")

  @Argument(help: "The session's id.", transform: Arguments.id)
  var session: SessionID

  @OptionGroup var watching: WatchOptions
  @OptionGroup var common: CommonOptions

  func run() async throws {
    try await common.connect { client, output in
      let session = try await client.session(session)
      let task = try await client.task(session.task)
      if let current = task.session, current != session.id, !output.isJSON {
        try output.note("This is an earlier attempt; the current one is session \(current).")
      }
      try await watching.watch(task, session: session.id, client, output)
    }
  }
}
