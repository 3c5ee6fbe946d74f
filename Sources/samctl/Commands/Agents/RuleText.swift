// SPDX-License-Identifier: Apache-2.0
internal import ArgumentParser
internal import SAMAPI
internal import SAMCore

/// Rules for approvals as people write them down: `allow edit:src/**`, a line each.
enum RuleText {
  /// The rules of a file.
  /// - Throws: `ValidationError` that names the line.
  static func rules(_ text: String) throws -> [ApprovalRuleView] {
    try text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().compactMap { number, line in
      let words = String(line).trimmed.split(separator: " ", maxSplits: 1).map(String.init)
      guard let first = words.first, !first.hasPrefix("#") else { return nil }
      guard words.count == 2, let action = ApprovalAction(rawValue: first) else {
        throw ValidationError(
          "Line \(number + 1) of the rules is none: '\(line)'. Begin with allow, ask or deny, as in 'deny edit:secrets/**'."
        )
      }
      return ApprovalRuleView(action, words[1].trimmed)
    }
  }

  /// A rule a line.
  static func lines(_ rules: [ApprovalRuleView]) -> String? {
    rules.isEmpty ? nil : rules.map { SafeText.line("\($0.action.rawValue) \($0.match)") }.joined(separator: "\n")
  }
}
