// SPDX-License-Identifier: Apache-2.0

/// How text looks on a terminal; without colour it stays as it is.
struct Style: Sendable, Equatable {
  /// One way to stand out (ECMA-48, "select graphic rendition").
  enum Look: String, Sendable {
    case bold = "1"
    case dim = "2"
    case red = "31"
    case green = "32"
    case yellow = "33"
    case cyan = "36"
  }

  /// Whether escape sequences are written.
  let isColored: Bool

  /// No escape sequences at all.
  static let plain = Style(isColored: false)
  /// Escape sequences.
  static let colored = Style(isColored: true)

  /// Colour on a terminal, unless the person says no (no-color.org) or the terminal cannot.
  static func detect(isTerminal: Bool, environment: [String: String]) -> Style {
    let refused = environment["NO_COLOR"].map { !$0.isEmpty } ?? false
    return isTerminal && !refused && environment["TERM"] != "dumb" ? .colored : .plain
  }

  /// `text` with a look, line by line, so that a look never runs into what follows.
  func callAsFunction(_ look: Look, _ text: String) -> String {
    guard isColored, !text.isEmpty else { return text }
    return text.split(separator: "\n", omittingEmptySubsequences: false)
      .map { $0.isEmpty ? "" : "\u{1B}[\(look.rawValue)m\($0)\u{1B}[0m" }
      .joined(separator: "\n")
  }
}
