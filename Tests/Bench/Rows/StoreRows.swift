// SPDX-License-Identifier: Apache-2.0
import SAMStorage
import SAMTestKit

/// What a durable decision costs, beside a bare database that writes the same rows.
enum StoreRows {
  static func measure(_ table: Table, _ effort: Effort) async throws {
    var benchmark = StoreBenchmark()
    benchmark.rounds = 1
    benchmark.decisionsPerRound = effort.of(256, quick: 64)
    var rounds: [[StoreBenchmark.Row]] = []
    for _ in 0..<effort.of(7, quick: 2) {
      // A pair of new databases each time; the benchmark runs both in turns after a round that warms up.
      let scratch = try Scratch()
      let store = try SQLiteStore(directory: scratch.path("store"))
      let bare = try BareSQLite(path: scratch.path("bare.db"))
      rounds.append(
        try await benchmark.run(
          store: store,
          baseline: { group in
            let rows = try group.map(BareSQLite.rows)
            return { try bare.commit(rows) }
          }, print: { _ in }))
      try store.close()
    }
    for (index, writers) in benchmark.writers.enumerated() {
      let rows = rounds.map { $0[index] }
      let name = writers == 1 ? "1 writer" : "\(writers) writers"
      table.row("perform, durable, \(name)", Sample(rows.map(\.store)), "µs")
      table.row("  bare SQLite, a transaction each", Sample(rows.map(\.bareAlone)), "µs")
      table.row("  ratio", Sample(rows.map { $0.store / $0.bareAlone }), "×", digits: 2)
      if writers > 1 {
        table.row("  bare SQLite, \(writers) in one transaction", Sample(rows.map(\.bareGrouped)), "µs")
        table.row("  ratio", Sample(rows.map { $0.store / $0.bareGrouped }), "×", digits: 2)
      }
    }
    table.note(
      "perform: a decision with the rows of a prompt (event, state, effect, answer, two entries) through SQLiteStore, on "
        + "disk when it returns; the bare database writes the same rows, encoded beforehand, into the same tables and "
        + "indexes with the same settings, on one thread. Store and bare run in turns.")
  }
}
