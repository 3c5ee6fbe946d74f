// SPDX-License-Identifier: Apache-2.0
import Foundation

/// The one table that is printed, line by line as figures come in, with the notes below it.
final class Table {
  private static let width = 64
  private var notes: [String] = []

  /// Prints what machine this is, and the head.
  func begin(facts: [String]) {
    for fact in facts { write(fact) }
    write("")
    write(Self.line("figure", "median", "min – max", "unit", "n", "aim"))
    write(String(repeating: "-", count: Self.width + 61))
  }

  /// Prints a figure.
  /// - Parameters:
  ///   - name: what was measured.
  ///   - sample: one value for each run.
  ///   - aim: what the median should not exceed; nil = there is no aim.
  ///   - digits: how many digits stand behind the point.
  func row(_ name: String, _ sample: Sample, _ unit: String, aim: Double? = nil, digits: Int = 1) {
    let number = { (value: Double) in String(format: "%.\(digits)f", value) }
    let judgement = aim.map { "≤ \(Sample.short($0)): \(sample.median <= $0 ? "kept" : "MISSED")" }
    write(
      Self.line(
        name, number(sample.median), sample.count > 1 ? "\(number(sample.min)) – \(number(sample.max))" : "", unit,
        "\(sample.count)", judgement ?? ""))
  }

  /// Keeps a note for below the table.
  func note(_ text: String) { notes.append(text) }

  /// Prints that a group of rows could not be measured.
  func failed(_ group: String, _ reason: String) { write("\(group): not measured: \(reason)") }

  /// Prints the notes.
  func end(load: String) {
    write("")
    for note in notes { write("- \(note)") }
    write("- load average at the end: \(load)")
  }

  private static func line(
    _ name: String, _ median: String, _ spread: String, _ unit: String, _ count: String, _ aim: String
  ) -> String {
    let columns = [
      pad(name, width), pad(median, 10, left: true), pad(spread, 24, left: true), " " + pad(unit, 8),
      pad(count, 3, left: true), "  \(aim)",
    ]
    let line = columns.joined()
    return String(line[..<(line.lastIndex { $0 != " " }.map(line.index(after:)) ?? line.startIndex)])
  }

  private static func pad(_ text: String, _ width: Int, left: Bool = false) -> String {
    let space = String(repeating: " ", count: max(0, width - text.count))
    return left ? space + text : text + space
  }

  private func write(_ line: String) { FileHandle.standardOutput.write(Data((line + "\n").utf8)) }
}
