// SPDX-License-Identifier: Apache-2.0
internal import SAMCore

/// Text as it arrives, and what comes between sections.
extension EntryRenderer {
  mutating func spoken(_ block: TextBlock) -> String {
    let text = SafeText.clean(block.text)
    guard !text.isEmpty else { return "" }
    let start = enter(.agent(block.message))
    for scalar in text.unicodeScalars { lineFeeds = scalar == "\n" ? lineFeeds + 1 : 0 }
    return start + text
  }

  mutating func prefixed(_ text: String, _ prefix: String, _ look: Style.Look, in next: Section) -> String {
    let text = SafeText.clean(text)
    guard !text.isEmpty else { return "" }
    var output = enter(next)
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      if index > 0 {
        output += "\n"
        lineFeeds += 1
      }
      guard !line.isEmpty else { continue }
      output += style(look, (lineFeeds > 0 ? prefix : "") + line)
      lineFeeds = 0
    }
    guard next == .user else { return output }
    return output + closeLine()
  }

  mutating func begin(_ next: Section, _ lines: [String]) -> String {
    guard !lines.isEmpty else { return "" }
    let start = enter(next)
    lineFeeds = 1
    return start + lines.joined(separator: "\n") + "\n"
  }

  /// What comes between the last section and the next one.
  mutating func enter(_ next: Section) -> String {
    defer { section = next }
    guard section != next || !isText(next) else { return "" }
    guard section != next else { return closeLine() }
    let missing = max(0, 2 - lineFeeds)
    lineFeeds += missing
    return String(repeating: "\n", count: missing)
  }

  func isText(_ section: Section) -> Bool {
    switch section {
    case .agent, .thought: true
    default: false
    }
  }
}
