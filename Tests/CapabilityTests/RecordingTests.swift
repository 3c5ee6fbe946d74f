// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// Recording a conversation and playing it again, on the command line.
@Suite(.timeLimit(.minutes(3))) struct RecordingTests {
  private static let prompt = "Write a note about hello.py"

  @Test func aRecordingOfTheDemoAgentIsReplayedToItWithoutADifference() async throws {
    let sam = try await installation()
    let file = try await record(sam)
    let same = try await replay(file, sam, [Installation.samd, "demo-agent"])
    #expect(same.status == 0 && same.err.contains("no difference in"), "\(same.all)")

    // An agent that says something else is found out, with the place.
    let changed = "\(Installation.samd) demo-agent | sed -u s/bonjour/salut/"
    let other = try await replay(file, sam, ["/bin/sh", "-c", changed])
    #expect(other.status == 1, "\(other.all)")
    #expect(other.err.contains("params.update.content[0].newText") && other.err.contains("salut"), "\(other.all)")

    // One that ends is too. It listens first: whether one that does not is still spoken to is up to the two processes.
    let gone = try await replay(file, sam, ["/bin/sh", "-c", "read line"])
    #expect(gone.status == 1 && gone.err.contains("expected an answer, found the end"), "\(gone.all)")
  }

  @Test func aRecordingStandsForTheAgentAndComparesItsClient() async throws {
    let sam = try await installation()
    let file = try await record(sam)
    for (prompt, words) in [(Self.prompt, "no difference in"), ("Something else", "params.prompt[0].text")] {
      let report = sam.folder.appendingPathComponent("report.txt")
      try? FileManager.default.removeItem(at: report)
      let added = try await sam.samctl(
        "agent", "add", "played", "--", Installation.samctl, "replay", file, "--as", "agent", "--report", report.path)
      #expect(added.status == 0, "\(added.all)")
      let run = try await sam.samctl("run", prompt, "--agent", "played", "--approve", "allow")
      #expect(run.status == 0 && run.out.contains("I changed hello.py"), "\(run.all)")
      // The agent is idle until its client lets it go.
      _ = try await sam.stop()
      try await Shell.eventually("the report is written") { FileManager.default.fileExists(atPath: report.path) }
      let text = try String(contentsOf: report, encoding: .utf8)
      #expect(text.contains(words), "\(text)")
      try await sam.start()
    }
    _ = try await sam.stop()
  }

  @Test func aProfileRecordsItsSessionsWithoutItsSecrets() async throws {
    let sam = try await installation()
    let secret = "heron-in-the-reeds"
    #expect(try await sam.samctl("secret", "set", "canary", input: secret).status == 0)
    let tool = "osprey-on-the-pole"
    #expect(try await sam.samctl("secret", "set", "tool-key", input: tool).status == 0)
    let added = try await sam.samctl(
      "agent", "add", "recorded", "--record", "--secret-env", "WORD=canary", "--mcp-stdio", "tools=cat", "--mcp-env",
      "tools:KEY=tool-key", "--", Installation.samd, "demo-agent")
    #expect(added.status == 0, "\(added.all)")
    let key = "sk-abcdefghijklmnopqrstuv"
    // The demo agent thinks the task aloud: what is in the prompt comes back in its chunks.
    let run = try await sam.samctl(
      "run", "Note \(secret) and \(key)", "--agent", "recorded", "--approve", "allow", "--json")
    #expect(run.status == 0 && run.out.contains(secret), "\(run.all)")
    let session = try #require(try await sam.list("session", "list").first?["id"] as? String)
    let file = sam.data.appendingPathComponent("machine/sessions/\(session)/recording.ndjson")
    _ = try await sam.stop()
    let text = try String(contentsOf: file, encoding: .utf8)
    #expect(text.contains("session/prompt") && text.contains("Note [redacted] and [redacted]"), "\(text.prefix(3000))")
    #expect(!text.contains(secret) && !text.contains(key))
    #expect(text.contains("mcpServers") && !text.contains(tool), "nor those of its MCP servers")
    let mode = try FileManager.default.attributesOfItem(atPath: file.path)[.posixPermissions] as? Int
    #expect(mode == 0o600)
  }

  @Test func aRecordedAgentIsTheSameAgent() async throws {
    let sam = try await installation()
    let file = sam.folder.appendingPathComponent("exit.ndjson").path
    let ended = try await sam.samctl("record", "--to", file, "--", "/bin/sh", "-c", "echo '{}'; exit 7")
    #expect(ended.status == 7 && ended.out == "{}\n", "\(ended.all)")
    #expect(try await sam.samctl("record", "--to", file).status == 2)
    #expect(try await sam.samctl("replay", "/nowhere", "--as", "agent").status == 2)
    let none = try await sam.samctl("replay", sam.folder.appendingPathComponent("samd.log").path, "--as", "agent")
    #expect(none.status == 2 && none.err.contains("samctl record"), "\(none.all)")
    _ = try await sam.stop()
  }

  private func installation() async throws -> Installation {
    let sam = try Installation()
    try await sam.makeRemote()
    try await sam.start()
    #expect(try await sam.samctl("project", "add", "sample", sam.remote.path).status == 0)
    return sam
  }

  /// Has samd work with the demo agent through `samctl record`.
  private func record(_ sam: Installation) async throws -> String {
    let file = sam.folder.appendingPathComponent("demo.ndjson").path
    let added = try await sam.samctl(
      "agent", "add", "taped", "--", Installation.samctl, "record", "--to", file, "--", Installation.samd, "demo-agent")
    #expect(added.status == 0, "\(added.all)")
    let run = try await sam.samctl("run", Self.prompt, "--agent", "taped", "--approve", "allow")
    #expect(run.status == 0, "\(run.all)")
    return file
  }

  /// Plays the client's side of a recording to an agent, in a fresh clone.
  private func replay(_ file: String, _ sam: Installation, _ command: [String]) async throws -> Shell.Result {
    let folder = sam.folder.appendingPathComponent("replay-\(UUID().uuidString.prefix(4))").path
    _ = try await sam.git("clone", "-q", sam.remote.path, folder)
    let arguments = ["replay", file, "--as", "client", "--folder", folder, "--limit", "10", "--"]
    return try await sam.samctl(arguments + command)
  }
}
