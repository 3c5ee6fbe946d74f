// SPDX-License-Identifier: Apache-2.0

/// What a task tells the demo agent to do instead of its usual work: `[[demo count=100 rate=50]]`.
///
/// A task may hold several; they are carried out in order. docs/testing.md lists them for those who write tests.
enum DemoDirective: Equatable {
  /// The usual work: think, plan, ask, edit, run a command, report. What a task without directives means.
  case edit
  /// The usual work without the question and the edit.
  case noEdit
  /// Says the numbers from 1, each in a chunk of its own with a space after it; so many a second, nil = at once.
  case count(Int, rate: Double?)
  /// Says nothing for so many seconds.
  case sleep(Double)
  /// Says so many chunks of 1 KiB at once.
  case flood(Int)
  /// Says a word.
  case say(String)
  /// Answers the prompt with an error.
  case fail(String)
  /// Ends the process at once with this code.
  case exit(Int32)
  /// Writes lines that are no messages to standard output, and goes on.
  case garbage
  /// Leaves a process behind: in a session of its own, with no parent that knows it.
  case forkDaemon

  /// Finds the directives of a task; of one that makes no sense it says so by throwing.
  ///
  /// - Parameter text: The task.
  /// - Returns: The directives and the text without them.
  /// - Throws: ``Malformed``.
  static func parse(_ text: String) throws(Malformed) -> (steps: [DemoDirective], rest: String) {
    var steps: [DemoDirective] = []
    var rest = ""
    var remaining = text[...]
    while let start = remaining.firstRange(of: "[[demo "), let end = remaining[start.upperBound...].firstRange(of: "]]")
    {
      rest += remaining[..<start.lowerBound]
      steps.append(try DemoDirective(String(remaining[start.upperBound..<end.lowerBound])))
      remaining = remaining[end.upperBound...]
    }
    rest += remaining
    let lines = rest.split(separator: "\n").map { $0.split(separator: " ").joined(separator: " ") }
    return (steps.isEmpty ? [.edit] : steps, lines.filter { !$0.isEmpty }.joined(separator: "\n"))
  }

  /// A directive that makes no sense.
  struct Malformed: Error, CustomStringConvertible {
    /// What stands between `[[demo` and `]]`.
    let text: String
    var description: String {
      "The demo agent does not understand [[demo \(text)]]; docs/testing.md lists what it does."
    }
  }

  private init(_ text: String) throws(Malformed) {
    var values: [String: String] = [:]
    var words: [String] = []
    for word in text.split(separator: " ") {
      let parts = word.split(separator: "=", maxSplits: 1)
      guard let name = parts.first.map(String.init) else { continue }
      words.append(name)
      if parts.count == 2 { values[name] = String(parts[1]) }
    }
    let number = words.first.flatMap { values[$0] }
    switch words.first {
    case "edit": self = .edit
    case "no-edit": self = .noEdit
    case "garbage": self = .garbage
    case "fork-daemon": self = .forkDaemon
    case "say": self = .say(number ?? "")
    case "fail": self = .fail(number ?? "failed")
    case "count":
      guard let count = number.flatMap({ Int($0) }), count >= 0 else { throw Malformed(text: text) }
      let rate = values["rate"].flatMap { Double($0) }
      guard rate.map({ $0 > 0 }) ?? (values["rate"] == nil) else { throw Malformed(text: text) }
      self = .count(count, rate: rate)
    case "flood":
      guard let count = number.flatMap({ Int($0) }), count >= 0 else { throw Malformed(text: text) }
      self = .flood(count)
    case "sleep":
      guard let seconds = number.flatMap({ Double($0) }), seconds >= 0 else { throw Malformed(text: text) }
      self = .sleep(seconds)
    case "exit":
      guard let code = number.flatMap({ Int32($0) }) else { throw Malformed(text: text) }
      self = .exit(code)
    default: throw Malformed(text: text)
    }
  }
}
