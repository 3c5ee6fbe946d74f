// SPDX-License-Identifier: Apache-2.0
internal import ArgumentParser
internal import Foundation
internal import SAMACP
internal import SAMAgentRuntime
internal import SAMRPC

/// `samctl record`
struct Record: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "record",
    abstract: "Stand between a client and its agent, and write down what they say; samd is not needed.",
    usage: "samctl record --to <file> -- <command> [<arguments> ...]",
    discussion: """
        samctl record --to vibe.ndjson -- vibe-acp

      Give a client this command in the place of its agent's. Everything passes unchanged, and is appended to the file \
      without secrets: values of environment variables with KEY, TOKEN, SECRET, PASSWORD or CREDENTIAL in their names, and \
      words that look like keys of well-known services. docs/recordings.md describes the file and says what is found. \
      Read a recording before you give it to somebody.

      Exit status: the agent's.
      """)

  @Option(name: .customLong("to"), help: ArgumentHelp("The file to append to.", valueName: "file"))
  var file: String

  @Argument(parsing: .postTerminator, help: "The program and its arguments, after '--'.")
  var command: [String] = []

  func validate() throws {
    guard command.first?.isEmpty == false else {
      throw ValidationError("Say how the agent is started, after '--': samctl record --to FILE -- COMMAND ARGS…")
    }
  }

  func run() async throws {
    let environment = ProcessInfo.processInfo.environment
    let filter = SecretFilter(values: SecretFilter.secrets(in: environment))
    let recorder = try RecordingFile.recorder(at: file, command: command, filter: { filter }, clock: .system)
    let client = try PipeTransport.standardIO(claimingOutput: true)
    let agent = try await PlainAgent.start(command, environment: environment)
    await withDiscardingTaskGroup { group in
      group.addTask {
        await Self.pass(from: client, to: agent.transport) { recorder.take($0, from: .client) }
      }
      await Self.pass(from: agent.transport, to: client) { recorder.take($0, from: .agent) }
      // The agent has closed its output: whatever the client still says, nobody hears.
      client.close()
    }
    let status = await agent.end()
    recorder.finish()
    if status != 0 { throw ExitCode(status) }
  }

  /// Passes bytes on until there are no more, or nobody takes them.
  private static func pass(
    from source: PipeTransport, to target: PipeTransport, _ take: ([UInt8]) -> Void
  ) async {
    do {
      while let bytes = try await source.read() {
        take(bytes)
        try await target.write(bytes)
      }
    } catch {
      // One of them has gone. The other hears it from the end of its stream, as it would without us.
    }
    target.finishWriting()
  }
}
