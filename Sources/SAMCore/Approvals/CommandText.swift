// SPDX-License-Identifier: Apache-2.0

/// What can be said about a command line without a shell.
struct CommandText {
  /// Whether it is one command: nothing that a shell takes for another command, for a redirection or for a substitution,
  /// not even in quotes, where it may be harmless.
  let isPlain: Bool
  /// Whether it is plain and each word is what it looks like: no quotes, no wildcards.
  let isLiteral: Bool
  /// The line with single spaces.
  let spaced: String

  init(_ line: String) {
    let scalars = line.unicodeScalars
    isPlain = scalars.allSatisfy { !Self.operators.contains($0) && !Self.isInvisible($0) }
    isLiteral = isPlain && scalars.allSatisfy { !Self.quotes.contains($0) }
    spaced = line.split { $0 == " " || $0 == "\t" }.joined(separator: " ")
  }

  private static let operators = Set(";&|<>()$`\\".unicodeScalars)
  private static let quotes = Set("'\"*?[]{}~#!=".unicodeScalars)

  /// Line feeds and all else that a person does not see as it is.
  private static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .unassigned, .privateUse, .surrogate: true
    case .spaceSeparator: scalar != " "
    default: false
    }
  }
}

/// Patterns in which `*` stands for anything, also for nothing.
enum Wildcard {
  /// Whether a text fits a pattern, compared scalar by scalar.
  /// - Parameter one: what stands for exactly one scalar; nil = nothing does.
  static func matches(_ pattern: String, _ text: String, one: Unicode.Scalar? = nil) -> Bool {
    let (pattern, text) = (Array(pattern.unicodeScalars), Array(text.unicodeScalars))
    var (place, position) = (0, 0)
    // Where the last star was, and up to where it has taken the text: the only place to come back to.
    var star: (place: Int, position: Int)?
    while position < text.count {
      if place < pattern.count, pattern[place] == "*" {
        star = (place, position)
        place += 1
      } else if place < pattern.count, pattern[place] == text[position] || pattern[place] == one {
        place += 1
        position += 1
      } else if let last = star {
        star = (last.place, last.position + 1)
        (place, position) = (last.place + 1, last.position + 1)
      } else {
        return false
      }
    }
    return pattern[place...].allSatisfy { $0 == "*" }
  }
}
