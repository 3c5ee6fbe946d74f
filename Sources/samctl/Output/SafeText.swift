// SPDX-License-Identifier: Apache-2.0

/// Text of agents and repositories, made harmless for a terminal.
enum SafeText {
  /// `text` without characters that steer a terminal or reorder what is read. Line feeds and tabs stay.
  ///
  /// An agent must not be able to move the cursor over an approval's question, set the window's title or answer for the
  /// person by a terminal's report.
  static func clean(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: isHarmful) else { return text }
    var clean = String.UnicodeScalarView()
    for scalar in text.unicodeScalars where !isHarmful(scalar) { clean.append(scalar) }
    return String(clean)
  }

  /// `text` on one line, cut to a number of characters.
  static func line(_ text: String, limit: Int = 200) -> String {
    let joined = clean(text).split(whereSeparator: { $0.isNewline || $0 == "\t" }).joined(separator: " ")
    return joined.count <= limit ? joined : joined.prefix(limit - 1) + "…"
  }

  private static func isHarmful(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x09, 0x0A: false
    case 0x00...0x1F, 0x7F...0x9F: true  // C0, DEL, C1
    case 0x202A...0x202E, 0x2066...0x2069: true  // bidirectional overrides
    default: false
    }
  }
}
