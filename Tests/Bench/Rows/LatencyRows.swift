// SPDX-License-Identifier: Apache-2.0
import SAMCore

/// How far behind the agent a viewer is.
enum LatencyRows {
  private static let rate = 200.0

  static func measure(_ table: Table, _ effort: Effort) async throws {
    let scratch = try Scratch()
    let samd = try Daemon(in: scratch)
    try await samd.addProject(in: scratch)
    var (entries, bytes): ([Sample], [Sample]) = ([], [])
    let count = effort.of(2000, quick: 200)
    try await samd.withClient { client in
      let conversation = try await Conversation(client)
      for _ in 0..<effort.of(5, quick: 2) {
        let seen = try await conversation.say("[[demo times=\(count) rate=\(Int(rate))]]").first ?? []
        entries.append(Sample(entryDelays(seen)))
        bytes.append(Sample(agentDelays(seen)))
      }
    }
    try samd.stop()
    table.row("machine side to viewer, p50", Sample(entries.map { $0.percentile(50) }), "ms")
    table.row("machine side to viewer, p99", Sample(entries.map { $0.percentile(99) }), "ms")
    table.row("agent's byte to viewer, p50 (text waits ≤ 50 ms)", Sample(bytes.map { $0.percentile(50) }), "ms")
    table.row("agent's byte to viewer, p99", Sample(bytes.map { $0.percentile(99) }), "ms")
    table.note(
      "agent's byte to viewer: \(count) times of day at \(Int(rate))/s, each read by the agent right before it wrote it, to a "
        + "viewer on this machine having it decoded: pipe, the up to 50 ms for which pieces of text wait to be joined, "
        + "journal, commit, WebSocket. machine side to viewer: the same from entry.at, when the machine side let the "
        + "entry go. Its resolution is 1 ms, cut off in at.")
  }

  /// From SAM's machine side to the viewer, for each entry of the agent.
  static func entryDelays(_ seen: [Sighting]) -> [Double] {
    seen.filter { $0.agentText != nil }.map { $0.seen - $0.at }
  }

  /// From the agent's own clock, right before it wrote, to the viewer, for each time that it said.
  private static func agentDelays(_ seen: [Sighting]) -> [Double] {
    seen.flatMap { sighting in
      (sighting.agentText ?? "").split(separator: " ").compactMap { Double($0) }.map { sighting.seen - $0 }
    }
  }
}
