// SPDX-License-Identifier: Apache-2.0
internal import SAMAPI

extension Output {
  /// A list: a table for people, a page for programs.
  /// - Parameters:
  ///   - page: what there is.
  ///   - empty: for people, when there is nothing: what to do next.
  ///   - table: the headings.
  ///   - row: adds an item's row.
  func list<Item: Codable & Sendable>(
    _ page: Page<Item>, empty: String, _ table: Table, row: (inout Table, Item) -> Void
  ) throws {
    if isJSON { return try json(page) }
    guard !page.items.isEmpty else { return try line(empty) }
    var table = table
    for item in page.items { row(&table, item) }
    try write(table.text(style))
    if page.next != nil { try note("There are more; see them with --limit N.") }
  }

  /// One thing: its fields for people, the whole for programs.
  /// - Parameter fields: names and values; those without a value are left out.
  func show(_ value: some Encodable, _ fields: [(String, String?)]) throws {
    if isJSON { return try json(value) }
    let present = fields.compactMap { name, value in value.map { (name, $0) } }
    let width = present.map(\.0.count).max() ?? 0
    for (name, value) in present {
      let lines = SafeText.clean(value).split(separator: "\n", omittingEmptySubsequences: false)
      let indent = String(repeating: " ", count: width + 2)
      let label = style(.bold, name) + String(repeating: " ", count: width + 2 - name.count)
      try line(label + lines.joined(separator: "\n" + indent))
    }
  }

  /// That something was done: a sentence for people, the thing itself for programs.
  func done(_ value: some Encodable, _ sentence: String) throws {
    if isJSON { try json(value) } else { try line(SafeText.clean(sentence)) }
  }
}
