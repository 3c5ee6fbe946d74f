// SPDX-License-Identifier: Apache-2.0
import Foundation
import SAMACP
import SAMRPC
import Testing

@testable import SAMAgentRuntime

@Suite("Demo agent")
struct DemoAgentTests {
  @Test("it thinks, plans, asks once, edits, runs a command and reports, in this order")
  func usualTurn() async throws {
    try await DemoPlace.with { place in
      try place.write("Hello, world!\n", to: "greeting.txt")
      let client = DemoClient()
      let ended = try await place.turn("Say it in French in greeting.txt.", client)
      #expect(ended == .endTurn)

      let seen = client.seenSoFar
      #expect(place.text("greeting.txt") == "Bonjour, world!\n")
      #expect(seen.questions.count == 1)
      #expect(seen.written.map(\.path) == ["\(place.tree)/greeting.txt"])
      #expect(seen.commands.map(\.command) == ["git"])
      #expect(seen.commands.map(\.cwd) == [place.tree])
      #expect(seen.released == ["terminal-1"])
      #expect(seen.text.hasSuffix("Done: I changed greeting.txt.\n"))
      #expect(seen.text.contains(" M changed"))

      let kinds = seen.updates.map { $0.json["sessionUpdate"]?.stringValue ?? "" }
      var order: [String] = []
      for kind in kinds where order.last != kind { order.append(kind) }
      #expect(
        order == [
          "agent_thought_chunk", "plan", "agent_message_chunk", "plan", "tool_call", "tool_call_update", "plan",
          "tool_call", "tool_call_update", "agent_message_chunk", "plan", "agent_message_chunk",
        ])
      #expect(kinds.filter { $0 == "agent_message_chunk" }.count > 4, "the text comes in several chunks")
      guard case .plan(let last) = try #require(seen.updates.last(where: { $0.json["entries"] != nil })) else { return }
      #expect(last.entries.allSatisfy { $0.status == .completed })
    }
  }

  @Test(
    "nothing is edited before the approval, and nothing after a refusal or an answer that nobody knows",
    arguments: [DemoClient.Answer.reject, .unknown])
  func refused(answer: DemoClient.Answer) async throws {
    try await DemoPlace.with { place in
      let client = DemoClient(answer: answer)
      let ended = try await place.turn("Note this.", client)
      #expect(ended == .endTurn)
      let seen = client.seenSoFar
      #expect(seen.questions.count == 1)
      #expect(seen.written.isEmpty)
      #expect(place.text("NOTES.md") == nil)
      #expect(seen.text.contains("You did not allow the change of NOTES.md"))
    }
  }

  @Test("the same task gives the same updates, byte by byte")
  func deterministic() async throws {
    func once() async throws -> [String] {
      try await DemoPlace.with { place in
        let client = DemoClient()
        _ = try await place.turn("Note this.\nAnd more.", client)
        return client.seenSoFar.updates.map { $0.json.description.replacing(place.tree, with: "TREE") }
      }
    }
    let first = try await once()
    #expect(!first.isEmpty)
    #expect(try await once() == first)
  }

  @Test("a client without files and terminals gets the edit all the same")
  func bareClient() async throws {
    try await DemoPlace.with { place in
      let client = DemoClient()
      let ended = try await place.turn("Note this.", client, files: false, terminal: false)
      #expect(ended == .endTurn)
      #expect(place.text("NOTES.md") == "# Notes\n\n- Note this.\n")
      let seen = client.seenSoFar
      #expect(seen.written.isEmpty && seen.commands.isEmpty)
    }
  }

  @Test(
    "a cancelled turn ends at once as cancelled, whatever it is doing",
    arguments: [
      "an approval", "a command", "[[demo say=x]][[demo sleep=60]]", "[[demo count=100000 rate=50]]",
      "[[demo flood=10000000]]",
    ])
  func cancelled(during phase: String) async throws {
    try await DemoPlace.with { place in
      let client = DemoClient(answer: phase == "an approval" ? .wait : .allow, commandHangs: phase == "a command")
      try await place.connect(client) { connection in
        let session = try await connection.newSession(.init(cwd: place.tree, mcpServers: [])).sessionID
        try await withThrowingTaskGroup(of: ACP.StopReason.self) { group in
          group.addTask { try await connection.prompt(session, "Note \(phase)") }
          try await until {
            let seen = client.seenSoFar
            return switch phase {
            case "an approval": !seen.questions.isEmpty
            case "a command": !seen.commands.isEmpty
            default: !seen.updates.isEmpty
            }
          }
          let start = ContinuousClock.now
          try await connection.cancel(session)
          let ended = try await group.next()
          #expect(ended == .cancelled)
          #expect(ContinuousClock.now - start < .seconds(10))
        }
        // The session goes on.
        let ended = try await connection.prompt(session, "[[demo say=still-here]]\n[[demo count=0]]")
        #expect(ended == .endTurn)
      }
      let seen = client.seenSoFar
      #expect(seen.text.hasSuffix("still-here\n"))
      if phase == "a command" { #expect(seen.released == ["terminal-1"], "the terminal is given back") }
      if phase == "an approval" { #expect(place.text("NOTES.md") == nil) }
    }
  }

  @Test("what was said is replayed by another process, the person's messages too, each once")
  func load() async throws {
    try await DemoPlace.with { place in
      let first = DemoClient()
      let session = try await place.connect(first) { connection in
        let session = try await connection.newSession(.init(cwd: place.tree, mcpServers: [])).sessionID
        _ = try await connection.prompt(session, "Note this.")
        _ = try await connection.prompt(session, "[[demo count=500]]")
        return session
      }
      let second = DemoClient()
      try await place.connect(second) { connection in
        _ = try await connection.loadSession(.init(sessionID: session, cwd: place.tree, mcpServers: []))
        let replayed = second.seenSoFar
        #expect(replayed.userTexts == ["Note this.", "[[demo count=500]]"])
        #expect(replayed.text == first.seenSoFar.text)
        #expect(replayed.questions.isEmpty)
        let ended = try await connection.prompt(session, "[[demo say=more]]\n[[demo count=0]]")
        #expect(ended == .endTurn)
      }
      #expect(second.seenSoFar.text.hasSuffix("more\n"))
    }
  }

  @Test(
    "sessions that are not there are refused, also ones that look like paths",
    arguments: ["demo-7", "demo-0", "demo-01", "../demo-1", "demo-1/../../x", ""])
  func unknownSession(name: String) async throws {
    try await DemoPlace.with { place in
      try await place.connect(DemoClient()) { connection in
        let error = await #expect(throws: RPCError.self) {
          _ = try await connection.loadSession(.init(sessionID: .init(name), cwd: place.tree, mcpServers: []))
        }
        #expect(error?.code == .resourceNotFound)
        await #expect(throws: RPCError.self) { try await connection.prompt(.init(name), "Note this.") }
      }
    }
  }

  @Test("two agents with one state folder never take the same session")
  func sessionsAreDistinct() async throws {
    try await DemoPlace.with { place in
      let ids = try await withThrowingTaskGroup(of: [ACP.SessionID].self) { group in
        for _ in 0..<4 {
          group.addTask {
            try await place.connect(DemoClient()) { connection in
              var ids: [ACP.SessionID] = []
              for _ in 0..<10 {
                ids.append(try await connection.newSession(.init(cwd: place.tree, mcpServers: [])).sessionID)
              }
              return ids
            }
          }
        }
        return try await group.reduce(into: []) { $0 += $1 }
      }
      #expect(Set(ids).count == 40)
    }
  }

  private func until(_ condition: () -> Bool) async throws {
    for _ in 0..<2_000 where !condition() { try await Task.sleep(for: .milliseconds(5)) }
    #expect(condition(), "nothing happened for 10 seconds")
  }
}
