// SPDX-License-Identifier: Apache-2.0
internal import ArgumentParser
internal import SAMAPI
internal import SAMClient
internal import SAMCore

/// `samctl session continue`
struct SessionContinue: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "continue",
    abstract: "Let a session that waits for the end of a usage limit go on now. Those who wait with it follow.")

  @Argument(help: "The session's id.", transform: Arguments.id)
  var session: SessionID

  @OptionGroup var common: CommonOptions

  func run() async throws {
    try await common.connect { client, output in
      let view = try await client.continueSession(session)
      try output.done(view, "It goes on. Watch: samctl session attach \(session)")
    }
  }
}
