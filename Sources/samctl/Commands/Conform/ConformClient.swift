// SPDX-License-Identifier: Apache-2.0
internal import ArgumentParser
internal import Foundation
internal import SAMRPC
internal import SAMTestKit

/// `samctl conform client`
struct ConformClient: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "client",
    abstract: "Check a client: be an agent on standard input and output, and report on the client that started it.",
    discussion: """
      Give a client this command as its agent, and send it any prompt:

        samctl agent add conformance -- samctl conform client --report /tmp/client.txt

      The first prompt starts the checks. The agent writes and reads a file and runs commands through the client, where the \
      client has these, and asks once for permission. The report goes to --report, or to standard error; it is written \
      after each turn and when the client closes the agent's input.

      Exit status 0 when no check failed, 1 when one did.
      """)

  /// The form of a report.
  enum Form: String, CaseIterable, ExpressibleByArgument {
    case text, json, junit
  }

  @Option(help: ArgumentHelp("Write the report to this file.", valueName: "file"))
  var report: String?

  @Option(help: "How the report is written: text, json or junit.")
  var form = Form.text

  @Option(help: ArgumentHelp("How long the client may take to answer.", valueName: "seconds"))
  var answerLimit = 15.0

  func validate() throws {
    guard answerLimit > 0 else { throw ValidationError("A limit must be above 0 seconds.") }
  }

  func run() async throws {
    var limits = AgentLimits()
    limits.answer = .seconds(answerLimit)
    limits.turn = .seconds(600)
    let transport = try PipeTransport.standardIO(claimingOutput: true)
    let last = await ClientConformance.run(over: transport, limits: limits) { report in
      // What cannot be written now is said at the end.
      if self.report != nil { try? write(report) }
    }
    try write(last)
    if !last.conforms { throw ExitCode(EndStatus.failed.rawValue) }
  }

  private func write(_ result: ProtocolReport) throws {
    let text =
      switch form {
      case .text: result.description + "\n"
      case .json: result.json.serializedString() + "\n"
      case .junit: result.junit
      }
    if let report {
      try ReportFile.write(text, to: report)
    } else {
      try Output.standard(isJSON: false).note(text)
    }
  }
}
