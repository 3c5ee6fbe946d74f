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

  @Option(
    name: .customLong("value"), parsing: .singleValue,
    help: ArgumentHelp("Fill in a field of what is asked: its name, '=', and the value.", valueName: "name=value"))
  var values: [String] = []

  @OptionGroup var common: CommonOptions

  func run() async throws {
    try await common.connect { client, output in
      let asked = try await client.approval(approval)
      let options = asked.options.map { ApprovalOption(id: $0.id, name: $0.name, kind: $0.kind) }
      // An option that is not known here goes to samd as it is: it has the last word, and the better reason.
      let chosen = ApprovalText.option(option, among: options)?.id ?? option
      let answered = try await client.answerApproval(
        approval, option: chosen, scope: reach.flatMap { GrantScope(rawValue: $0.rawValue) },
        values: values.isEmpty ? nil : try filled(asked.form))
      let name = (options.first { $0.id == answered.chosen }?.name ?? chosen) + ApprovalText.filled(answered.values)
      var text = "Answered \"\(name)\" to: \(asked.title)"
      if let grant = answered.grant, let scope = answered.scope {
        text += "\nIt stands for this \(scope). To be asked again: samctl grant revoke \(grant)"
      }
      try output.done(answered, text)
    }
  }

  /// What `--value` says, in the form's kinds of values. A field that is not there goes to samd, which says which there are.
  private func filled(_ form: ApprovalForm?) throws -> [String: FormValue] {
    var filled: [String: FormValue] = [:]
    for word in values {
      let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      guard parts.count == 2 else {
        throw ValidationError("'\(word)' is no value; write NAME=VALUE")
      }
      let field = form?.fields.first { $0.name == parts[0] }
      guard let value = field.map({ $0.value(of: parts[1]) }) ?? .text(parts[1]) else {
        throw ValidationError("'\(parts[0])' cannot be '\(parts[1])'; give \(field?.wants ?? "another value")")
      }
      filled[parts[0]] = value
    }
    return filled
  }
}
