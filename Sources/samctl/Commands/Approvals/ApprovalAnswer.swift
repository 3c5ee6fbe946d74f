// SPDX-License-Identifier: Apache-2.0
internal import ArgumentParser
internal import SAMAPI
internal import SAMClient
internal import SAMCore

/// `samctl approval answer`
struct ApprovalAnswer: AsyncParsableCommand {
  /// How far an answer can reach.
  enum Reach: String, CaseIterable, ExpressibleByArgument {
    case session, project
  }

  static let configuration = CommandConfiguration(
    commandName: "answer", abstract: "Answer what an agent asks. The first answer counts.",
    discussion: """
      With --for the answer stands: SAM gives it by itself when exactly the same is asked again, the same command or the \
      same files, in this session or of this agent in this project. See 'samctl grant list'.
      """)

  @Argument(help: "The approval's id.", transform: Arguments.id)
  var approval: ApprovalID

  @Argument(help: "An option's id, or 'allow' or 'reject' for the option that does so once.")
  var option: String

  @Option(name: .customLong("for"), help: ArgumentHelp("Let the answer stand for the session or the project."))
  var reach: Reach?

  @OptionGroup var common: CommonOptions

  func run() async throws {
    try await common.connect { client, output in
      let asked = try await client.approval(approval)
      let options = asked.options.map { ApprovalOption(id: $0.id, name: $0.name, kind: $0.kind) }
      // An option that is not known here goes to samd as it is: it has the last word, and the better reason.
      let chosen = ApprovalText.option(option, among: options)?.id ?? option
      let answered = try await client.answerApproval(
        approval, option: chosen, scope: reach.flatMap { GrantScope(rawValue: $0.rawValue) })
      let name = options.first { $0.id == answered.chosen }?.name ?? chosen
      var text = "Answered \"\(name)\" to: \(asked.title)"
      if let grant = answered.grant, let scope = answered.scope {
        text += "\nIt stands for this \(scope). To be asked again: samctl grant revoke \(grant)"
      }
      try output.done(answered, text)
    }
  }
}
