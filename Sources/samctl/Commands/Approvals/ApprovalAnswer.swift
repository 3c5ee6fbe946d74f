// SPDX-License-Identifier: Apache-2.0
internal import ArgumentParser
internal import SAMAPI
internal import SAMClient
internal import SAMCore

/// `samctl approval answer`
struct ApprovalAnswer: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "answer", abstract: "Answer what an agent asks. The first answer counts.")

  @Argument(help: "The approval's id.", transform: Arguments.id)
  var approval: ApprovalID

  @Argument(help: "An option's id, or 'allow' or 'reject' for the option that does so once.")
  var option: String

  @OptionGroup var common: CommonOptions

  func run() async throws {
    try await common.connect { client, output in
      let asked = try await client.approval(approval)
      let options = asked.options.map { ApprovalOption(id: $0.id, name: $0.name, kind: $0.kind) }
      // An option that is not known here goes to samd as it is: it has the last word, and the better reason.
      let chosen = ApprovalText.option(option, among: options)?.id ?? option
      let answered = try await client.answerApproval(approval, option: chosen)
      let name = options.first { $0.id == chosen }?.name ?? chosen
      try output.done(answered, "Answered \"\(name)\" to: \(asked.title)")
    }
  }
}
