// SPDX-License-Identifier: Apache-2.0
import Foundation
import SAMClient
import SAMRPC

/// How long a person waits from pressing return to the agent's first word, and how much of it is SAM's.
enum FirstTextRows {
  private static let prompt = "Look around. [[demo say=first no-edit]]"

  static func measure(_ table: Table, _ effort: Effort) async throws {
    let scratch = try Scratch()
    let samd = try Daemon(in: scratch)
    try await samd.addProject(in: scratch)
    _ = try run(with: samd)
    var (through, alone, starts, command): ([Double], [Double], [Double], [Double]) = ([], [], [], [])
    for _ in 0..<effort.of(9, quick: 2) {
      through.append(try run(with: samd))
      let answer = try BareAgent.answer(to: prompt, in: scratch.path)
      alone.append(answer.first - answer.started)
      starts.append(try await samd.withClient { Double(try await $0.checkAgent("demo").startMilliseconds ?? 0) })
      let begun = Clock.steady
      _ = try Build.run(Build.samctl, ["--version"])
      command.append(Clock.steady - begun)
    }
    try samd.stop()
    table.row("samctl run, start of the process to the agent's first text", Sample(through), "ms")
    table.row("  the agent alone: start, initialize, session/new, first text", Sample(alone), "ms")
    table.row("  what SAM adds: the difference, run by run", Sample(zip(through, alone).map(-)), "ms", aim: 150)
    table.row("  of it: starting samctl and ending it again (--version)", Sample(command), "ms")
    table.row("  agent check's start_ms: start and initialize under SAM", Sample(starts), "ms", digits: 0)
    table.note(
      "samctl run: until the line of --json with the first entry of type agent. What SAM adds is that less what the same "
        + "agent needs for the same prompt when it is started by hand and spoken to over its pipes; the two are "
        + "measured in turns. It contains the start of samctl, the clone of the repository and the start of the guard.")
  }

  /// Milliseconds from the start of samctl to the line with the first agent text.
  private static func run(with samd: Daemon) throws -> Double {
    let arguments = ["run", prompt, "--project", "bench", "--agent", "demo", "--approve", "allow", "--json"]
    let started = Clock.steady
    let samctl = try Program(Build.samctl, arguments, environment: samd.environment, output: .pipe)
    guard let output = samctl.output else { throw BenchFailure("samctl has no output") }
    var first: Double?
    for line in Lines(of: output) where first == nil {
      let time = Clock.steady
      if try JSONValue(parsing: line)["entry"]?["type"] == "agent" { first = time - started }
    }
    let status = try samctl.wait()
    guard status == 0, let first else { throw BenchFailure("samctl run ended with \(status)") }
    return first
  }
}
