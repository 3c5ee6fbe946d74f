// SPDX-License-Identifier: Apache-2.0
internal import SAMCore

/// Work that left the machine, in text.
enum WorkText {
  private static let commitLimit = 20

  static func lines(_ note: WorkNote, _ style: Style) -> [String] {
    let branch = style(.bold, SafeText.line(note.branch))
    guard note.pushed else {
      let problem = note.problem.map { ": \(SafeText.line($0, limit: 500))" } ?? ""
      return [style(.red, "✗") + " Branch \(branch) was not pushed\(problem)"]
    }
    let count = note.commits.count
    var lines = [style(.green, "✓") + " Pushed branch \(branch) (\(count) \(count == 1 ? "commit" : "commits"))"]
    lines += note.commits.prefix(commitLimit).map {
      "    " + style(.yellow, String(SafeText.line($0.sha).prefix(10))) + "  \(SafeText.line($0.subject))"
    }
    if count > commitLimit { lines.append(style(.dim, "    … and \(count - commitLimit) more")) }
    if let problem = note.problem { lines.append(style(.yellow, "!") + " \(SafeText.line(problem, limit: 500))") }
    return lines
  }
}
