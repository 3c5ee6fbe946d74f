// SPDX-License-Identifier: Apache-2.0
import Foundation

/// How long samd takes to listen, and what it needs when nothing happens.
enum StartRows {
  static func measure(_ table: Table, _ effort: Effort) async throws {
    let runs = effort.of(7, quick: 2)
    let empty = try starts(runs)
    table.row("samd, start to listening, empty data folder", Sample(empty.times), "ms", aim: 100)
    table.row("  resident after 3 s", Sample(empty.memory), "MB", aim: 50)

    let large = LargeStore(sessions: effort.of(10_000, quick: 200), entriesPerSession: 100)
    let scratch = try Scratch()
    // The first start makes what every data folder has: token, keys, the bundled agent.
    try Daemon(in: scratch).stop()
    let began = Clock.steady
    try await large.write(to: scratch.path("data"))
    let size = try FileManager.default.attributesOfItem(atPath: scratch.path("data/sam.db"))[.size] as? Int ?? 0
    table.note(
      "large store: \(large.sessions) sessions with a task and a turn each, and \(large.entries) entries: "
        + "\(size / 1_000_000) MB, written in \(Int((Clock.steady - began) / 1000)) s; its file is in the page cache.")
    let full = try starts(runs, in: scratch)
    let name = "\(large.sessions) sessions and \(large.entries) entries"
    table.row("samd, start to listening, \(name)", Sample(full.times), "ms", aim: 1000)
    table.row("  resident after 3 s", Sample(full.memory), "MB", aim: 50)
  }

  /// Starts samd several times: in the same folder, or in a new one each time.
  private static func starts(_ runs: Int, in scratch: Scratch? = nil) throws -> (times: [Double], memory: [Double]) {
    var (times, memory): ([Double], [Double]) = ([], [])
    for _ in 0..<runs {
      let scratch = try scratch ?? Scratch()
      let samd = try Daemon(in: scratch)
      times.append(samd.startTime)
      sleep(3)
      memory.append(try samd.resident())
      try samd.stop()
    }
    return (times, memory)
  }
}
