// SPDX-License-Identifier: Apache-2.0

/// A task as the demo agent understands it: what a person wants, and what the directives in it say.
///
/// A directive is `[[demo NAME=VALUE …]]`, with one or more names. All are carried out in order, and then the usual work is
/// done, unless one of them was the whole answer.
struct DemoScript: Equatable {
  /// How much of the usual work is done after the directives.
  enum Work: Equatable {
    /// None of it.
    case none
    /// All but the question and the edit.
    case withoutEdit
    /// Think, plan, ask, edit, run a command, report.
    case whole
  }

  /// A directive that makes no sense.
  struct Malformed: Error, CustomStringConvertible {
    /// What stands between `[[demo` and `]]`.
    let text: String
    var description: String {
      "The demo agent does not understand [[demo \(text)]]; docs/testing.md lists what it does."
    }
  }

  /// What to do first, in order.
  private(set) var steps: [DemoDirective] = []
  /// What to do then.
  private(set) var work = Work.whole
  /// Whether it asks before it runs its command.
  private(set) var asksForCommand = false
  /// The command that it runs.
  private(set) var command = ["git", "status", "--short"]
  /// The text without directives.
  private(set) var task = ""

  /// Reads a task.
  init(_ text: String) throws(Malformed) {
    var asked: Work?
    var rest = ""
    var remaining = text[...]
    while let start = remaining.firstRange(of: "[[demo "), let end = remaining[start.upperBound...].firstRange(of: "]]")
    {
      rest += remaining[..<start.lowerBound]
      try read(remaining[start.upperBound..<end.lowerBound], &asked)
      remaining = remaining[end.upperBound...]
    }
    let lines = (rest + remaining).split(separator: "\n").map { $0.split(separator: " ").joined(separator: " ") }
    task = lines.filter { !$0.isEmpty }.joined(separator: "\n")
    work = asked ?? (steps.contains(where: \.isWholeAnswer) ? .none : .whole)
  }

  private mutating func read(_ directive: Substring, _ asked: inout Work?) throws(Malformed) {
    var words = directive.split(separator: " ")
    var rate: Double?
    if let index = words.firstIndex(where: { $0.hasPrefix("rate=") }) {
      rate = Double(words.remove(at: index).dropFirst("rate=".count))
      guard let rate, rate > 0 else { throw Malformed(text: String(directive)) }
    }
    guard !words.isEmpty else { throw Malformed(text: String(directive)) }
    for word in words {
      switch word {
      case "edit": asked = .whole
      case "no-edit": asked = asked ?? .withoutEdit
      case "ask-command": asksForCommand = true
      case "slow-command": command = ["sleep", "60"]
      default:
        guard let step = DemoDirective(word, rate: rate) else { throw Malformed(text: String(directive)) }
        steps.append(step)
      }
    }
  }
}
