// SPDX-License-Identifier: Apache-2.0
internal import ArgumentParser
internal import Foundation
internal import SAMACP
internal import SAMAgentRuntime
internal import SAMRPC

/// `samctl replay`
struct ReplayRecording: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay",
    abstract: "Play one side of a recording to a real client or agent, and say where it behaves differently.",
    usage: """
      samctl replay <file> --as agent [--report <file>]
      samctl replay <file> --as client [--folder <folder>] -- <command> [<arguments> ...]
      """,
    discussion: """
      As agent: a client starts this command as its agent, and is answered what was recorded. As client: the agent is \
      started, and told what was recorded. What the other one says is compared with the recording; ids, folders, times and \
      the cut of texts into chunks do not count. Each difference is one line; after one in the kind of a message the rest is \
      not compared.

      Exit status 0 without differences, 1 with some.
      """)

  /// Who is played.
  enum Side: String, CaseIterable, ExpressibleByArgument {
    case client, agent
  }

  @Argument(help: "The recording.")
  var file: String

  @Option(name: .customLong("as"), help: "Who is played: client or agent.")
  var side: Side

  @Option(help: "The folder of the session, for --as client. (default: the one that was recorded)")
  var folder: String?

  @Option(help: ArgumentHelp("Write the differences to this file instead.", valueName: "file"))
  var report: String?

  @Option(help: ArgumentHelp("How long to wait for each message.", valueName: "seconds"))
  var limit = 30

  @Argument(parsing: .postTerminator, help: "The agent for --as client, after '--'.")
  var command: [String] = []

  func validate() throws {
    guard limit >= 1 else { throw ValidationError("--limit must be at least 1.") }
    switch side {
    case .agent where !command.isEmpty:
      throw ValidationError("--as agent is started by a client and starts nothing. Leave out what is after '--'.")
    case .client where command.first?.isEmpty != false:
      throw ValidationError("Say how the agent is started, after '--': samctl replay FILE --as client -- COMMAND ARGS…")
    default: break
    }
  }

  func run() async throws {
    guard let content = FileManager.default.contents(atPath: file) else {
      throw CommandFailure(.usage, "'\(file)' cannot be read. Name a recording.", code: "file_error")
    }
    let recording: Recording
    do { recording = try Recording(Array(content)) } catch {
      throw CommandFailure(.usage, "'\(file)': \(error.message)", code: "bad_recording")
    }
    let differences = try await play(recording)
    let lines = differences.map(\.description)
    let summary =
      differences.isEmpty
      ? "no difference in \(recording.lines.count) lines" : "\(differences.count) differences"
    let text = (lines + [summary]).joined(separator: "\n")
    if let report {
      try ReportFile.write(text + "\n", to: report)
    } else {
      try Output.standard(isJSON: false).note(text)
    }
    if !differences.isEmpty { throw ExitCode(EndStatus.failed.rawValue) }
  }

  private func play(_ recording: Recording) async throws -> [Replay.Difference] {
    switch side {
    case .agent:
      let replay = Replay(recording, as: .agent, limit: .seconds(limit))
      return await replay.run(over: try PipeTransport.standardIO(claimingOutput: true))
    case .client:
      let path = folder.map { URL(fileURLWithPath: $0).standardizedFileURL.path }
      let agent = try await PlainAgent.start(command, environment: ProcessInfo.processInfo.environment, folder: path)
      let replay = Replay(recording, as: .client, folder: path, limit: .seconds(limit))
      let differences = await replay.run(over: agent.transport)
      _ = await agent.end()
      return differences
    }
  }
}
