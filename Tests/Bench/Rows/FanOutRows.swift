// SPDX-License-Identifier: Apache-2.0
import SAMCore

/// Many viewers of one session.
enum FanOutRows {
  static func measure(_ table: Table, _ effort: Effort) async throws {
    let viewers = effort.of(100, quick: 10)
    let count = effort.of(2000, quick: 200)
    var (behind, delays, growth, connected): ([Double], [Sample], [Double], [Double]) = ([], [], [], [])
    for _ in 0..<effort.of(5, quick: 1) {
      // A samd of its own each time: memory that one run needed is not given back before the next.
      let scratch = try Scratch()
      let samd = try Daemon(in: scratch)
      try await samd.addProject(in: scratch)
      try await samd.withClient { client in
        let conversation = try await Conversation(client)
        let before = try samd.resident()
        let peak = Peak()
        let process = samd.id
        let seen = try await withThrowingTaskGroup(of: Void.self) { group in
          group.addTask {
            while true {
              peak.note(try Daemon.resident(process))
              try await Task.sleep(for: .milliseconds(100))
            }
          }
          let seen = try await conversation.say(
            "[[demo count=\(count) rate=200]]", viewers: viewers,
            ready: { connected.append(try samd.resident() - before) })
          group.cancelAll()
          return seen
        }
        guard let last = seen.compactMap(\.last).max(by: { $0.seen < $1.seen }) else { return }
        let texts = Set(seen.map { $0.compactMap(\.agentText).joined() })
        guard texts.count == 1, seen.count == viewers else { throw BenchFailure("viewers saw different texts") }
        behind.append(last.seen - last.at)
        delays.append(Sample(seen.flatMap(LatencyRows.entryDelays)))
        growth.append(peak.value - before)
      }
      try samd.stop()
    }
    table.row("\(viewers) viewers: last commit until the last one has everything", Sample(behind), "ms")
    table.row("  machine side to viewer, all entries and viewers, p50", Sample(delays.map { $0.percentile(50) }), "ms")
    table.row("  machine side to viewer, all entries and viewers, p99", Sample(delays.map { $0.percentile(99) }), "ms")
    table.row("  samd's resident memory: \(viewers) viewers connected", Sample(connected), "MB")
    table.row("  samd's resident memory: growth at its peak", Sample(growth), "MB")
    table.note(
      "\(viewers) viewers: SAMClient.follow on one session, \(viewers) connections, all in this one process, whose "
        + "decoding shares the cores with samd and the agent and is part of the figures; \(count) numbers at 200/s. All "
        + "viewers are checked to have the same text.")
  }
}
