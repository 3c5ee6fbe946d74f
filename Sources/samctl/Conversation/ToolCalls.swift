// SPDX-License-Identifier: Apache-2.0
internal import SAMCore

/// The tool calls of a conversation: what each has come to, and what was shown of it.
///
/// An agent reports a call many times; people see it begin, its changes to files, and how it ended.
struct ToolCalls {
  private struct Call {
    var activity: ToolActivity
    var hasBegun = false
    var shownDiffs: [ToolActivity.Diff] = []
  }
  private static let outputLimit = 20
  private static let diffLimit = 200

  private var calls: [String: Call] = [:]

  /// The lines that a report adds.
  mutating func lines(_ report: ToolActivity, _ style: Style) -> [String] {
    var call = calls[report.id] ?? Call(activity: ToolActivity(id: report.id))
    call.activity.merge(report)
    let activity = call.activity
    let isOver = activity.status == "completed" || activity.status == "failed"
    var lines: [String] = []
    if isOver || !call.hasBegun { lines.append(headline(activity, style)) }
    call.hasBegun = true
    for diff in activity.diffs ?? [] where !call.shownDiffs.contains(diff) {
      call.shownDiffs.append(diff)
      lines += Self.change(diff, style)
    }
    if isOver { lines += Self.output(activity, style) }
    // A call that is over is forgotten, so that a long conversation costs no memory.
    calls[report.id] = isOver ? nil : call
    return lines
  }

  private func headline(_ activity: ToolActivity, _ style: Style) -> String {
    let mark =
      switch activity.status {
      case "completed": style(.green, "✓")
      case "failed": style(.red, "✗")
      default: style(.cyan, "▶")
      }
    let kind = activity.kind.flatMap { $0 == "other" ? nil : style(.dim, SafeText.line($0, limit: 20) + "  ") } ?? ""
    let title = SafeText.line(activity.title ?? activity.paths?.first ?? activity.id)
    return "\(mark) \(kind)\(title)" + (activity.status == "failed" ? style(.red, "  failed") : "")
  }

  private static func output(_ activity: ToolActivity, _ style: Style) -> [String] {
    // What a read returns is the file itself: nobody wants to see that go by.
    guard let output = activity.output, !output.trimmed.isEmpty, activity.kind != "read" || activity.status == "failed"
    else { return [] }
    var lines = SafeText.clean(output).trimmed.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    let hidden = lines.count - outputLimit
    // The end says how it went.
    if hidden > 1 { lines = ["… \(hidden) lines before"] + lines.suffix(outputLimit) }
    return lines.map { style(.dim, "  │ \($0)") }
  }

  private static func change(_ diff: ToolActivity.Diff, _ style: Style) -> [String] {
    let path = SafeText.line(diff.path, limit: 500)
    let lines = UnifiedDiff(path: path, old: diff.oldText, new: diff.newText).lines
    var shown = lines.prefix(diffLimit).map { line in
      switch line {
      case .header(let text): style(text.hasPrefix("@@") ? .cyan : .bold, "  \(text)")
      case .kept(let text): "   " + SafeText.clean(text)
      case .removed(let text): style(.red, "  -" + SafeText.clean(text))
      case .added(let text): style(.green, "  +" + SafeText.clean(text))
      }
    }
    if lines.count > diffLimit { shown.append(style(.dim, "  … \(lines.count - diffLimit) more lines of this change")) }
    return shown
  }
}
