// SPDX-License-Identifier: Apache-2.0
internal import SAMCore

/// Turns a conversation's entries into text for a terminal, piece by piece as they come.
///
/// Text of an agent is written as it arrives, so a line may stay open; what is not text begins on a line of its own.
struct EntryRenderer {
  /// What stands together without an empty line between.
  enum Section: Equatable {
    case user
    case agent(String?)
    case thought(String?)
    case tools
    case plan
    case approval
    case notes
  }

  let style: Style
  var section: Section?
  /// How many line feeds what was written ends with; two are an empty line, and nothing at all counts like one.
  var lineFeeds = 2
  var tools = ToolCalls()
  /// The names of an approval's options, by id: the answer names only the id.
  var questions: [ApprovalID: ApprovalNote] = [:]
  var usage: Usage?

  init(style: Style) { self.style = style }

  /// What agents tell their clients about themselves, of no interest to who reads along.
  private static let housekeeping: Set = [
    "available_commands_update", "config_option_update", "current_mode_update", "session_info_update",
  ]

  /// The text that an entry adds; may be empty.
  mutating func render(_ body: EntryBody) -> String {
    switch body {
    case .user(let block): prefixed(AttachmentText.prompt(block.text, block.attachments), "> ", .bold, in: .user)
    case .agent(let block): spoken(block)
    case .thought(let block): prefixed(block.text, "· ", .dim, in: .thought(block.message))
    case .tool(let activity): begin(.tools, tools.lines(activity, style))
    case .plan(let plan): begin(.plan, planLines(plan))
    case .usage(let usage): remember(usage)
    case .approval(let note): approval(note)
    case .turn(let note): begin(.notes, turnLines(note))
    case .work(let note): begin(.notes, WorkText.lines(note, style))
    case .settings(let note): begin(.notes, settingLines(note))
    case .notice(let notice): begin(.notes, [noticeLine(notice)])
    case .other(let other) where Self.housekeeping.contains(other.update): ""
    case .other(let other): begin(.notes, [style(.dim, "(the agent sent '\(SafeText.line(other.update))')")])
    }
  }

  /// Ends an open line, so that something else can be written.
  mutating func closeLine() -> String {
    guard lineFeeds == 0 else { return "" }
    lineFeeds = 1
    return "\n"
  }
}
