// SPDX-License-Identifier: Apache-2.0
internal import SAMCore

/// A `StateQuery` as SQL that names its index, so that no list ever depends on what the planner guesses.
struct StateSelection {
  private(set) var sql = ""
  private(set) var values: [SQLiteValue] = []

  init(_ query: StateQuery, columns: String) {
    let direction = query.descending ? "DESC" : "ASC"
    let limit = SQLiteValue.integer(Int64(max(0, query.limit)))
    if query.statuses.count > 1, Self.index(of: query) == "states_by_status" {
      // Each state is walked in the order of ids up to the limit; one walk over all would sort every row of them.
      var parts: [String] = []
      for status in Set(query.statuses).sorted() {
        var single = query
        single.statuses = [status]
        parts.append("SELECT * FROM (\(conditions(single, columns: columns)) ORDER BY id \(direction) LIMIT ?)")
        values.append(limit)
      }
      sql = "\(parts.joined(separator: " UNION ALL ")) ORDER BY id \(direction) LIMIT ?"
    } else {
      sql = "\(conditions(query, columns: columns)) ORDER BY id \(direction) LIMIT ?"
    }
    values.append(limit)
  }

  /// The index of the condition that leaves the fewest rows.
  private static func index(of query: StateQuery) -> String {
    if query.name != nil { return "states_by_name" }
    if query.parent != nil { return "states_by_parent" }
    if query.project != nil { return "states_by_project" }
    return query.statuses.isEmpty ? "states_by_id" : "states_by_status"
  }

  private mutating func conditions(_ query: StateQuery, columns: String) -> String {
    var text = "SELECT \(columns) FROM states INDEXED BY \(Self.index(of: query)) WHERE kind = ?"
    values.append(.text(query.kind.rawValue))
    func add(_ condition: String, _ value: String) {
      text += " AND \(condition)"
      values.append(.text(value))
    }
    if let name = query.name { add("name = ?", name) }
    if let parent = query.parent { add("parent = ?", parent) }
    if let project = query.project { add("project = ?", project.rawValue) }
    if query.statuses.count == 1 {
      add("status = ?", query.statuses[0])
    } else if !query.statuses.isEmpty {
      text += " AND status IN (\(query.statuses.map { _ in "?" }.joined(separator: ", ")))"
      values += query.statuses.map { .text($0) }
    }
    if let after = query.after { add(query.descending ? "id < ?" : "id > ?", after) }
    return text
  }
}
