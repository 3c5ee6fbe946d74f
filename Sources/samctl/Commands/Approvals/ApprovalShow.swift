// SPDX-License-Identifier: Apache-2.0
internal import ArgumentParser
internal import SAMAPI
internal import SAMClient
internal import SAMCore

/// `samctl approval show`
struct ApprovalShow: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show one approval: what was asked, what was answered, by whom and why.")

  @Argument(help: "Its id.", transform: Arguments.id)
  var approval: ApprovalID

  @OptionGroup var common: CommonOptions

  func run() async throws {
    try await common.connect { client, output in
      let approval = try await client.approval(approval)
      let tool = approval.tool
      try output.show(
        approval,
        [
          ("Approval", approval.id.rawValue), ("State", approval.state), ("Asks for", SafeText.line(approval.title)),
          ("Tool", tool?.kind), ("Command", tool?.command.map { SafeText.clean($0) }),
          ("Files", tool?.paths.map { $0.map { SafeText.line($0) }.joined(separator: "\n") }),
          ("Page", approval.form?.url.map { SafeText.line($0, limit: 2000) }),
          ("Fields", approval.form.map { $0.fields.map { ApprovalText.field($0).trimmed }.joined(separator: "\n") }),
          ("Options", approval.options.map { "\($0.id) (\($0.name))" }.joined(separator: "\n")),
          ("Answer", ApprovalText.outcome(approval)), ("Rule", approval.rule), ("Grant", approval.grant?.rawValue),
          ("Stands for", approval.scope), ("Session", approval.session.rawValue), ("Turn", approval.turn?.rawValue),
          ("Asked", Moment.relative(approval.createdAt.timestamp, now: output.now())),
        ])
      guard !output.isJSON, let diffs = tool?.activity.diffs, !diffs.isEmpty else { return }
      var renderer = EntryRenderer(style: output.style)
      let change = ToolActivity(id: approval.id.rawValue, title: "What it would change", diffs: diffs)
      try output.write("\n" + renderer.render(.tool(change)))
    }
  }
}
