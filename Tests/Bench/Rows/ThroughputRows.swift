// SPDX-License-Identifier: Apache-2.0
import SAMCore

/// How fast an agent may talk: from its pipe to entries on disk.
enum ThroughputRows {
  static func measure(_ table: Table, _ effort: Effort) async throws {
    let scratch = try Scratch()
    let samd = try Daemon(in: scratch)
    try await samd.addProject(in: scratch)
    try await samd.withClient { client in
      let conversation = try await Conversation(client)
      let runs = effort.of(5, quick: 2)
      let chunks = effort.of(4000, quick: 200)
      let flood = try await compare("[[demo flood=\(chunks)]]", runs, conversation, scratch)
      let size = Double(chunks) * 1024 / 1_000_000
      table.row(
        "flood of 1 KiB chunks: entries committed", Sample(flood.map { $0.entries / $0.seconds }), "/s", digits: 0)
      table.row("  chunks taken from the agent", Sample(flood.map { Double(chunks) / $0.seconds }), "/s", digits: 0)
      table.row("  text", Sample(flood.map { size / $0.seconds }), "MB/s", digits: 2)
      table.row("  the agent alone, nobody keeps its text", Sample(flood.map { size / $0.alone }), "MB/s", digits: 2)

      let numbers = effort.of(20_000, quick: 1000)
      let count = try await compare("[[demo count=\(numbers)]]", runs, conversation, scratch)
      table.row(
        "tiny chunks, one number each: numbers", Sample(count.map { Double(numbers) / $0.seconds }), "/s", digits: 0)
      table.row("  the agent alone", Sample(count.map { Double(numbers) / $0.alone }), "/s", digits: 0)
      table.row("  entries that they became", Sample(count.map(\.entries)), "", digits: 0)
    }
    try samd.stop()
    table.note(
      "throughput: \(effort.of(4000, quick: 200)) chunks of 1 KiB, or \(effort.of(20_000, quick: 1000)) numbers, in one "
        + "turn; from the time at which the machine side took the first text to the moment when one viewer had the "
        + "turn's end, which is committed after all text. SAM joins text to entries of 4 KiB or 50 ms.")
  }

  private struct Run {
    var entries: Double
    var seconds: Double
    var alone: Double
  }

  /// The same prompt through SAM and to the agent by itself, in turns.
  private static func compare(
    _ prompt: String, _ runs: Int, _ conversation: Conversation, _ scratch: Scratch
  ) async throws -> [Run] {
    var result: [Run] = []
    for _ in 0..<runs {
      let seen = try await conversation.say(prompt).first ?? []
      let texts = seen.filter { $0.agentText != nil }
      guard let first = texts.first, let last = seen.last else { throw BenchFailure("the agent said nothing") }
      let alone = try BareAgent.answer(to: prompt, in: scratch.path)
      result.append(
        Run(
          entries: Double(texts.count), seconds: (last.seen - first.at) / 1000,
          alone: (alone.last - alone.first) / 1000))
    }
    return result
  }
}
