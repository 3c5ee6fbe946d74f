// SPDX-License-Identifier: Apache-2.0
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
