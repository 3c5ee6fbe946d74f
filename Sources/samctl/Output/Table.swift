// SPDX-License-Identifier: Apache-2.0

/// Rows under headings, each column as wide as its widest cell; nothing is cut, so that ids can be copied.
struct Table {
  private let headings: [String]
  private var rows: [[String]] = []

  init(_ headings: String...) { self.headings = headings }

  /// Adds a row with as many cells as there are headings; cells are made one harmless line each.
  mutating func add(_ cells: String...) {
    rows.append(cells.map { SafeText.line($0, limit: 80) })
  }

  /// The table, one line a row, without trailing blanks.
  func text(_ style: Style) -> String {
    var widths = headings.map(\.count)
    for row in rows {
      for (column, cell) in row.enumerated() { widths[column] = max(widths[column], cell.count) }
    }
    func line(_ cells: [String]) -> String {
      var line = ""
      for (column, cell) in cells.enumerated() {
        line += cell
        if cells[(column + 1)...].contains(where: { !$0.isEmpty }) {
          line += String(repeating: " ", count: widths[column] - cell.count + 2)
        }
      }
      return line
    }
    return ([style(.bold, line(headings))] + rows.map(line)).joined(separator: "\n") + "\n"
  }
}
