// SPDX-License-Identifier: Apache-2.0
internal import SAMAPI
internal import SAMCore

/// A question to a human, in text.
enum ApprovalText {
  /// The question and its answers, numbered from 1.
  static func question(
    _ id: ApprovalID, title: String, options: [ApprovalOption], _ style: Style
  ) -> [String] {
    [style(.yellow, "?") + " " + style(.bold, "May the agent do this: \(title)") + style(.dim, "  \(id)")]
      + options.enumerated().map {
        "  \($0 + 1)  \(SafeText.line($1.name)) " + style(.dim, "(\(SafeText.line($1.id)))")
      }
  }

  /// What became of an approval; nil while it is asked.
  static func outcome(_ approval: ApprovalView) -> String? {
    switch approval.knownState {
    case .answered:
      let name = approval.options.first { $0.id == approval.chosen }?.name ?? approval.chosen ?? "?"
      return SafeText.line("\(name), by \(approval.answeredBy ?? "somebody")" + reason(approval.rule, approval.grant))
    case .expired: return "nobody answered in time, so the agent was told no"
    case .void: return SafeText.line(approval.reason ?? "the agent that asked is gone", limit: 500)
    case .asked, nil: return nil
    }
  }

  /// What an answer rests on, to follow who gave it.
  static func reason(_ rule: String?, _ grant: GrantID?) -> String {
    rule.map { ": \($0)" } ?? grant.map { ", \($0)" } ?? ""
  }

  /// How to answer from a shell.
  static func hint(_ id: ApprovalID) -> String { "Answer it with: samctl approval answer \(id) allow   (or: reject)" }

  /// The option that a person means: one's id, or `allow` and `reject` for the kinds that count once.
  static func option(_ word: String, among options: [ApprovalOption]) -> ApprovalOption? {
    if let exact = options.first(where: { $0.id == word }) { return exact }
    switch word.lowercased() {
    case "allow": return options.first { $0.kind == "allow_once" }
    case "reject", "deny": return options.first { $0.kind == "reject_once" }
    default: return nil
    }
  }

  /// The option that a person typed: a number from 1, or what ``option(_:among:)`` takes.
  static func typed(_ line: String, among options: [ApprovalOption]) -> ApprovalOption? {
    let word = line.trimmed
    if let exact = options.first(where: { $0.id == word }) { return exact }
    if let number = Int(word) { return options.indices.contains(number - 1) ? options[number - 1] : nil }
    return option(word, among: options)
  }
}
