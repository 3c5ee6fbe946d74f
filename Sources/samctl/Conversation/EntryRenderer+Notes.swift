// SPDX-License-Identifier: Apache-2.0
internal import SAMCore

/// Plans, approvals, turns and notices.
extension EntryRenderer {
  func planLines(_ plan: Plan) -> [String] {
    guard !plan.steps.isEmpty else { return [] }
    return [style(.bold, "Plan")]
      + plan.steps.map { step in
        let text = SafeText.line(step.text)
        switch step.status {
        case "completed": return "  " + style(.green, "✓") + " " + style(.dim, text)
        case "in_progress": return "  " + style(.cyan, "▶") + " " + text
        default: return "  ○ " + text
        }
      }
  }

  mutating func remember(_ usage: Usage) -> String {
    self.usage = usage
    return ""
  }

  mutating func approval(_ note: ApprovalNote) -> String {
    let title = SafeText.line(note.title)
    switch note.state {
    case .asked:
      questions[note.approval] = note
      return begin(.approval, ApprovalText.question(note, style))
    case .answered:
      let question = questions.removeValue(forKey: note.approval)
      let name = question?.options.first { $0.id == note.chosen }?.name ?? note.chosen ?? "?"
      let reach = note.scope.map { ", for the \($0.rawValue)" } ?? ""
      let by =
        note.by.map {
          style(.dim, " (by \(SafeText.line($0 + ApprovalText.reason(note.rule, note.grant) + reach, limit: 500)))")
        } ?? ""
      let answer = SafeText.line(name + ApprovalText.filled(note.values), limit: 1000)
      return begin(.approval, [style(.green, "✓") + " Answered: \(answer)\(by)"])
    case .expired:
      questions[note.approval] = nil
      return begin(.approval, [style(.yellow, "!") + " Nobody answered in time, so the agent was told no: \(title)"])
    case .void:
      questions[note.approval] = nil
      return begin(
        .approval,
        [style(.dim, "– No longer asked: \(title)" + (note.reason.map { " (\(SafeText.line($0, limit: 500)))" } ?? ""))]
      )
    }
  }

  mutating func turnLines(_ note: TurnNote) -> [String] {
    let reason = note.reason.map { SafeText.line($0, limit: 500) }
    let because = reason.map { ": \($0)" } ?? ""
    switch note.state {
    case .queued, .delivering, .delivered, .started, .cancelling:
      return [style(.dim, "(turn \(note.state.rawValue)\(because))")]
    case .finished where reason == "cancelled": return [style(.dim, "– Turn cancelled")]
    case .finished where reason == nil || reason == "end_turn": return [style(.green, "✓") + " Turn finished" + used()]
    case .finished: return [style(.yellow, "!") + " Turn stopped early\(because)" + used()]
    case .failed: return [style(.red, "✗") + " Turn failed\(because)" + used()]
    case .interrupted: return [style(.yellow, "!") + " Turn interrupted\(because)" + used()]
    case .ambiguous: return [style(.yellow, "!") + " Nobody can say whether the agent got the prompt\(because)"]
    case .cancelled: return [style(.dim, "– Turn cancelled\(because)")]
    }
  }

  /// What the session has used so far, told once at the end of a turn.
  mutating func used() -> String {
    guard let usage = usage.take() else { return "" }
    var parts = ["\(Amount.grouped(usage.usedTokens)) of \(Amount.grouped(usage.contextTokens)) tokens"]
    if let cost = usage.cost {
      parts.append("\(Amount.money(cost)) \(SafeText.line(usage.currency ?? "", limit: 3))".trimmed)
    }
    return style(.dim, " · " + parts.joined(separator: " · "))
  }

  func settingLines(_ note: SettingsNote) -> [String] {
    note.changes.map { change in
      let what = "\(SafeText.line(change.setting)): \(SafeText.line(change.value))"
      guard let by = note.by else { return style(.cyan, "i") + " The agent has changed \(what)" }
      return style(.cyan, "i") + " From the next prompt on \(what)" + style(.dim, " (by \(SafeText.line(by)))")
    }
  }

  func noticeLine(_ notice: Notice) -> String {
    let text = SafeText.clean(notice.text)
    return switch notice.level {
    case .info: style(.cyan, "i") + " " + text
    case .warning: style(.yellow, "!") + " " + text
    case .error: style(.red, "✗") + " " + text
    }
  }
}
