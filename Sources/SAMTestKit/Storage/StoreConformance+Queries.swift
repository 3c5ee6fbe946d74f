// SPDX-License-Identifier: Apache-2.0
internal import SAMCore

/// Lists of state rows.
extension StoreConformance {
  static let queries: [Promise] = [
    Promise(number: 11, name: "state rows are found by every condition and every combination of them") { store in
      let rows = try await fill(store)
      for query in everyQuery() {
        let found = try await store.read { try $0.states(query) }
        let expected = expected(query, of: rows)
        try BrokenPromise.unlessEqual(found.map(\.key.id), expected.map(\.key.id), "ids for \(query)")
        try BrokenPromise.unlessEqual(found, expected, "rows for \(query)")
      }
    },
    Promise(number: 12, name: "lists are paged in both directions without gap or repetition") { store in
      let rows = try await fill(store)
      for descending in [false, true] {
        for statuses in [[], ["open"], ["open", "done"]] {
          var query = StateQuery(Sample.kind, statuses: statuses, descending: descending, limit: 3)
          var all: [String] = []
          while true {
            let asked = query
            let page = try await store.read { try $0.states(asked).map(\.key.id) }
            try BrokenPromise.unless(page.count <= 3, "a page has \(page.count) rows; 3 were asked for")
            guard let last = page.last, all.count <= rows.count else { break }
            all += page
            query.after = last
          }
          query.after = nil
          query.limit = 1000
          try BrokenPromise.unlessEqual(
            all, expected(query, of: rows).map(\.key.id), "all pages, descending \(descending), \(statuses)")
        }
      }
    },
    Promise(number: 13, name: "a row is found by what it is, not by what it was") { store in
      let before = Sample.state("s", status: "open", project: "project_a", parent: "p", name: "n")
      let after = Sample.state("s", version: 2, status: "done", project: "project_b", parent: "q", name: "m")
      try await store.commit(changes(states: [before]))
      try await store.commit(changes(states: [after]))
      for (row, found) in [(before, [StateRow]()), (after, [after])] {
        let kind = Sample.kind
        let queries = [
          StateQuery(kind, statuses: [row.index.status]), StateQuery(kind, project: row.index.project),
          StateQuery(kind, parent: row.index.parent), StateQuery(kind, name: row.index.name),
        ]
        for query in queries {
          try BrokenPromise.unlessEqual(try await store.read { try $0.states(query) }, found, "rows for \(query)")
        }
      }
      let bare = Sample.state("s", version: 3)
      try await store.commit(changes(states: [bare]))
      let query = StateQuery(Sample.kind, name: "m")
      try BrokenPromise.unlessEqual(try await store.read { try $0.states(query) }, [], "rows of a name that is gone")
    },
  ]

  /// Rows of all kinds of indexes, written in no order.
  private static func fill(_ store: any Store) async throws -> [StateRow] {
    let other = AggregateKind(rawValue: "other")
    var rows: [StateRow] = []
    for index in 0..<24 {
      rows.append(
        Sample.state(
          "id-\(10 + (index * 7) % 24)", status: ["open", "busy", "done"][index % 3],
          project: [nil, "project_a", "project_b"][(index / 3) % 3], parent: [nil, "p", "q", "p"][(index / 2) % 4],
          name: index % 5 == 0 ? "n" : nil, kind: index % 8 == 7 ? other : Sample.kind))
    }
    for row in rows { try await store.commit(changes(states: [row])) }
    return rows
  }

  private static func everyQuery() -> [StateQuery] {
    var queries: [StateQuery] = []
    for statuses in [[], ["open"], ["done", "open"], ["open", "open"], ["absent"]] {
      for project in [nil, "project_a"] {
        for parent in [nil, "p"] {
          for name in [nil, "n"] {
            for after in [nil, "id-20", "id-205", "zz", ""] {
              for descending in [false, true] {
                for limit in [100, 2, 0] {
                  queries.append(
                    StateQuery(
                      Sample.kind, statuses: statuses, project: project.map { ProjectID(trusted: $0) },
                      parent: parent, name: name, after: after, descending: descending, limit: limit))
                }
              }
            }
          }
        }
      }
    }
    return queries
  }

  /// What a query means, said as plainly as possible.
  private static func expected(_ query: StateQuery, of rows: [StateRow]) -> [StateRow] {
    let matching = rows.filter { row in
      row.key.kind == query.kind && (query.statuses.isEmpty || query.statuses.contains(row.index.status))
        && (query.project == nil || row.index.project == query.project)
        && (query.parent == nil || row.index.parent == query.parent)
        && (query.name == nil || row.index.name == query.name)
        && (query.after.map { query.descending ? row.key.id < $0 : row.key.id > $0 } ?? true)
    }
    let sorted = matching.sorted { query.descending ? $0.key.id > $1.key.id : $0.key.id < $1.key.id }
    return Array(sorted.prefix(query.limit))
  }
}
