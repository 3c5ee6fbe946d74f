// SPDX-License-Identifier: Apache-2.0
import SAMCore

/// How far behind the agent a viewer is.
enum LatencyRows {
  private static let rate = 200.0

  static func measure(_ table: Table, _ effort: Effort) async throws {
    let scratch = try Scratch()
    let samd = try Daemon(in: scratch)
    try await samd.addProject(in: scratch)
    var (entries, numbers): ([Sample], [Sample]) = ([], [])
    let count = effort.of(2000, quick: 200)
    try await samd.withClient { client in
      let conversation = try await Conversation(client)
      for _ in 0..<effort.of(5, quick: 2) {
        let seen = try await conversation.say("[[demo count=\(count) rate=\(Int(rate))]]").first ?? []
        entries.append(Sample(entryDelays(seen)))
        numbers.append(Sample(numberDelays(seen, rate: rate)))
      }
    }
    try samd.stop()
    table.row("machine side to viewer, p50", Sample(entries.map { $0.percentile(50) }), "ms")
    table.row("machine side to viewer, p99", Sample(entries.map { $0.percentile(99) }), "ms")
    table.row("agent's timetable to viewer, p50 (text waits ≤ 50 ms)", Sample(numbers.map { $0.percentile(50) }), "ms")
    table.row("agent's timetable to viewer, p99", Sample(numbers.map { $0.percentile(99) }), "ms")
    table.note(
      "machine side to viewer: \(count) numbers at \(Int(rate))/s; from entry.at, when the machine side let the entry go, "
        + "to a viewer on this machine having it decoded: journal, commit, WebSocket. Resolution 1 ms, cut off in at. "
        + "Not covered: the agent's pipe, and the up to 50 ms for which pieces of text wait to be joined. The "
        + "timetable's rows cover both: number n is due n/\(Int(rate)) s after the first; they also contain the "
        + "agent's own lateness.")
  }

  /// From SAM's machine side to the viewer, for each entry of the agent.
  static func entryDelays(_ seen: [Sighting]) -> [Double] {
    seen.filter { $0.agentText != nil }.map { $0.seen - $0.at }
  }

  /// From the agent's timetable to the viewer, for each number.
  private static func numberDelays(_ seen: [Sighting], rate: Double) -> [Double] {
    let texts = seen.filter { $0.agentText != nil }
    guard let first = texts.first else { return [] }
    return texts.flatMap { sighting in
      (sighting.agentText ?? "").split(separator: " ").compactMap { Double($0) }.map { number in
        sighting.seen - (first.at + (number - 1) * 1000 / rate)
      }
    }
  }
}
