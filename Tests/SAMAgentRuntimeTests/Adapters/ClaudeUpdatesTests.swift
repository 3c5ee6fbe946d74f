// SPDX-License-Identifier: Apache-2.0
import SAMACP
import SAMRPC
import Testing

@testable import SAMAgentRuntime

@Suite("Claude Code's lines as ACP's updates")
struct ClaudeUpdatesTests {
  private func updates(_ lines: [JSONValue], isReplay: Bool = false) -> [ACP.SessionUpdate] {
    var updates = ClaudeUpdates(root: "/w", isReplay: isReplay)
    return lines.flatMap { line -> [ACP.SessionUpdate] in
      switch ClaudeMessage(line) {
      case .streamed(let event, let parent): updates.piece(event, parent: parent)
      case .assistant(let record): updates.assistant(record)
      case .user(let record): updates.user(record)
      case .running(let call): updates.running(call)
      default: []
      }
    }
  }

  private func assistant(_ block: JSONValue, id: String = "m1", parent: JSONValue = nil) -> JSONValue {
    ["type": "assistant", "message": ["id": .string(id), "content": [block]], "parent_tool_use_id": parent]
  }

  private func result(_ id: String, _ content: JSONValue, isError: Bool = false) -> JSONValue {
    [
      "type": "user",
      "message": [
        "content": [
          ["type": "tool_result", "tool_use_id": .string(id), "content": content, "is_error": .bool(isError)]
        ]
      ],
    ]
  }

  private func event(_ event: JSONValue) -> JSONValue { ["type": "stream_event", "event": event] }

  @Test func `a call that takes long is said to run, and nothing that nobody knows of`() {
    func started(_ id: String) -> JSONValue {
      ["type": "system", "subtype": "task_started", "tool_use_id": .string(id)]
    }
    let call: JSONValue = ["type": "tool_use", "id": "c1", "name": "Bash", "input": ["command": "sleep 60"]]
    let said = updates([assistant(call), started("c2"), started("c1")])
    #expect(said.last == .toolCallUpdate(.init(toolCallID: "c1", status: .inProgress)) && said.count == 2)
  }

  @Test func `what came in pieces is not said again when it is whole`() {
    let said = updates([
      event(["type": "message_start", "message": ["id": "m1"]]),
      event(["type": "content_block_delta", "delta": ["type": "thinking_delta", "thinking": "Hm."]]),
      event(["type": "content_block_delta", "delta": ["type": "text_delta", "text": "Hel"]]),
      event(["type": "content_block_delta", "delta": ["type": "text_delta", "text": "lo"]]),
      assistant(["type": "text", "text": "Hello"]), assistant(["type": "text", "text": "Not streamed"], id: "m2"),
    ])
    #expect(
      said == [
        .thinks("Hm.", message: "m1"), .says("Hel", message: "m1"), .says("lo", message: "m1"),
        .says("Not streamed", message: "m2"),
      ])
  }

  @Test func `an edit is a diff, and stays one when it has succeeded`() throws {
    let said = updates([
      assistant([
        "type": "tool_use", "id": "t1", "name": "Edit",
        "input": ["file_path": "/w/a.txt", "old_string": "x", "new_string": "y"],
      ]), result("t1", "The file /w/a.txt has been updated"),
    ])
    guard case .toolCall(let call) = try #require(said.first) else { throw TimedOut(description: "no call: \(said)") }
    #expect(call.title == "Edit a.txt" && call.kind == .edit && call.status == .pending)
    #expect(call.content == [.diff(.init(path: "/w/a.txt", newText: "y", oldText: "x"))])
    #expect(call.locations == [.init(path: "/w/a.txt")])
    guard case .toolCallUpdate(let end) = try #require(said.last) else { throw TimedOut(description: "no end") }
    #expect(end.status == .completed && end.content == nil)
  }

  @Test func `a refused call has failed, with the reason and without the tag around it`() throws {
    let said = updates([
      assistant(["type": "tool_use", "id": "t1", "name": "Bash", "input": ["command": "rm -rf /\necho"]]),
      result("t1", "<tool_use_error>No.</tool_use_error>", isError: true),
    ])
    guard case .toolCall(let call) = said[0], case .toolCallUpdate(let end) = said[1] else {
      throw TimedOut(description: "\(said)")
    }
    #expect(call.title == "rm -rf /…" && call.kind == .execute)
    #expect(end.status == .failed && end.content == [.text("No.")])
  }

  @Test func `the list of things to do is the plan and no tool`() {
    let todos: JSONValue = [["content": "First", "status": "in_progress", "activeForm": "Doing"]]
    let said = updates([
      assistant(["type": "tool_use", "id": "t1", "name": "TodoWrite", "input": ["todos": todos]]),
      result("t1", "Todos have been modified"),
    ])
    #expect(said == [.plan(.init(entries: [.init(content: "First", priority: .medium, status: .inProgress)]))])
  }

  @Test func `what a sub-agent says is not the answer, and its calls say whose they are`() throws {
    let said = updates([
      assistant(["type": "text", "text": "inner"], parent: "t0"),
      assistant(["type": "tool_use", "id": "t1", "name": "Read", "input": ["file_path": "/etc/x"]], parent: "t0"),
    ])
    guard said.count == 1, case .toolCall(let call) = said[0] else { throw TimedOut(description: "\(said)") }
    #expect(call.title == "Read /etc/x")
    #expect(call.meta?["claudeCode"]?["parentToolUseId"] == "t0")
  }

  @Test func `a replay has the person's messages and none of the program's notes`() {
    func user(_ text: String, meta: Bool = false) -> JSONValue {
      ["type": "user", "uuid": "u1", "isMeta": .bool(meta), "message": ["content": .string(text)]]
    }
    let lines = [
      user("Hello"), user("<command-name>/model</command-name>"), user("[Request interrupted by user]"),
      user("caveat", meta: true), assistant(["type": "text", "text": "Hi"]),
    ]
    #expect(updates(lines, isReplay: true) == [.personSaid("Hello", message: "u1"), .says("Hi", message: "m1")])
    #expect(updates(lines) == [.says("Hi", message: "m1")])
    let bytes = lines.map { $0.serialized() } + [Array("{\"type\":\"user\",\"mess".utf8)]
    #expect(ClaudeHistory.updates(in: bytes, root: "/w").count == 2, "a line that was cut is passed over")
  }

  @Test func `unknown kinds of lines are passed over`() {
    let strange: [JSONValue] = [
      ["type": "tomorrow"], [:], ["type": "system", "subtype": "new"], ["type": "assistant"], ["type": "stream_event"],
      assistant(["type": "hologram"]), event(["type": "content_block_delta", "delta": ["type": "new"]]), 7,
    ]
    #expect(updates(strange).isEmpty)
  }

  @Test(.enabled(if: !Recording.messages("claude-stream-json").isEmpty, "\(Recording.missing)"))
  func `a recorded turn reads as its text, its four calls and their ends`() {
    let said = updates(Recording.messages("claude-stream-json"))
    let calls = said.compactMap {
      if case .toolCall(let call) = $0 { call.meta?["claudeCode"]?["toolName"] } else { nil }
    }
    #expect(calls == ["Read", "Edit", "Bash", "mcp__orchestrator__report_progress"])
    let ends = said.compactMap { if case .toolCallUpdate(let update) = $0 { update.status } else { nil } }
    #expect(ends == [.completed, .completed, .completed, .completed])
    let titles = said.compactMap { if case .toolCallUpdate(let update) = $0 { update.title } else { nil } }
    #expect(titles.last == "orchestrator: report_progress")
    let text = said.map { if case .agentMessageChunk(let chunk) = $0 { EntryMapping.text(chunk.content) } else { "" } }
    #expect(text.joined() == "Reading first.Done: the greeting is now **bonjour**.")
  }
}
