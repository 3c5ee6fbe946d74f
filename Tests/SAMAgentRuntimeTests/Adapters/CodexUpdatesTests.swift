// SPDX-License-Identifier: Apache-2.0
import SAMACP
import SAMRPC
import Testing

@testable import SAMAgentRuntime

@Suite("Codex' notifications as ACP's updates")
struct CodexUpdatesTests {
  private func updates(_ messages: [(String, JSONValue)]) -> [ACP.SessionUpdate] {
    var updates = CodexUpdates(root: "/w")
    return messages.flatMap { updates.on($0.0, $0.1) }
  }

  @Test func `what came in pieces is not said again when it is complete`() {
    let item: JSONValue = ["type": "agentMessage", "id": "m1", "text": "Hello"]
    let other: JSONValue = ["type": "agentMessage", "id": "m2", "text": "Whole"]
    #expect(
      updates([
        ("item/started", ["item": item]), ("item/agentMessage/delta", ["itemId": "m1", "delta": "Hello"]),
        ("item/completed", ["item": item]), ("item/completed", ["item": other]),
        ("item/reasoning/summaryTextDelta", ["itemId": "r1", "delta": "Hm."]),
      ]) == [.says("Hello", message: "m1"), .says("Whole", message: "m2"), .thinks("Hm.", message: "r1")])
  }

  @Test func `a patch is a diff for each hunk, with the line where it begins`() throws {
    let changes: JSONValue = [
      [
        "path": "/w/a.py", "kind": ["type": "update", "move_path": nil],
        "diff": "@@ -1,2 +1,2 @@\n def a():\n-    1\n+    2\n@@ -9 +9,2 @@\n x\n+y\n\\ No newline at end of file\n",
      ], ["path": "/w/new", "kind": ["type": "add"], "diff": "one\n"],
      ["path": "/w/old", "kind": ["type": "delete"], "diff": "gone\n"],
      [
        "path": "/w/b", "kind": ["type": "update", "move_path": "/w/c"],
        "diff": "@@ -3 +3 @@\n-p\n+q\n\n\nMoved to: /w/c",
      ],
    ]
    let said = updates([("item/started", ["item": ["type": "fileChange", "id": "c1", "changes": changes]])])
    guard case .toolCall(let call) = try #require(said.first) else { throw TimedOut(description: "no call") }
    #expect(call.title == "Edit a.py, new, old, b" && call.kind == .edit && call.status == .inProgress)
    #expect(
      call.content == [
        .diff(.init(path: "/w/a.py", newText: "def a():\n    2\n", oldText: "def a():\n    1\n")),
        .diff(.init(path: "/w/a.py", newText: "x\ny\n", oldText: "x\n")),
        .diff(.init(path: "/w/new", newText: "one\n")), .diff(.init(path: "/w/old", newText: "", oldText: "gone\n")),
        .diff(.init(path: "/w/c", newText: "q\n", oldText: "p\n")),
      ])
    #expect(call.locations.first == .init(path: "/w/a.py", line: 1) && call.locations.last == .init(path: "/w/c"))
  }

  private static let ends: [(String, Int64?, ACP.ToolCallStatus)] = [
    ("completed", 0, .completed), ("completed", 1, .failed), ("declined", nil, .failed),
  ]

  @Test(arguments: ends)
  func `a command ends as its exit code says`(status: String, code: Int64?, expected: ACP.ToolCallStatus) throws {
    let exit: JSONValue = code.map { .integer($0) } ?? .null
    let said = updates([
      (
        "item/completed",
        [
          "item": [
            "type": "commandExecution", "id": "c1", "command": "/bin/bash -lc 'ls -l'", "status": .string(status),
            "aggregatedOutput": "a\n", "exitCode": exit,
          ]
        ]
      )
    ])
    guard case .toolCallUpdate(let end) = try #require(said.first) else { throw TimedOut(description: "no end") }
    #expect(end.status == expected)
    #expect(end.content == [.text(status == "declined" ? "It was refused." : "a\n")])
  }

  @Test func `a command is shown without the shell around it, and reading as reading`() {
    #expect(CodexItem.unwrapped("/bin/bash -lc 'ls -l'") == "ls -l")
    #expect(CodexItem.unwrapped("/bin/bash -lc \"a 'b'\"") == "a 'b'")
    #expect(CodexItem.unwrapped("git commit -lc 'x'") == "git commit -lc 'x'")
    let read = CodexItem(
      value: [
        "type": "commandExecution", "id": "c", "command": "cat x", "commandActions": [["type": "read", "path": "x"]],
      ], root: "/w")
    #expect(read.kind == .read && read.locations == [.init(path: "/w/x")])
  }

  @Test func `output that comes in pieces is shown when it has doubled, and not for ever`() {
    var updates = CodexUpdates(root: "/w")
    var shown = 0
    for _ in 0..<10_000 {
      shown += updates.on("item/commandExecution/outputDelta", ["itemId": "c", "delta": "0123456789"]).count
    }
    #expect(shown > 5 && shown < 20)
  }

  @Test func `plan and usage are what ACP has for them`() {
    let steps: JSONValue = [
      ["step": "A", "status": "completed"], ["step": "B", "status": "inProgress"], ["step": "C", "status": "pending"],
    ]
    let usage: JSONValue = ["last": ["totalTokens": 7], "total": ["totalTokens": 70], "modelContextWindow": 100]
    #expect(
      updates([("turn/plan/updated", ["plan": steps]), ("thread/tokenUsage/updated", ["tokenUsage": usage])]) == [
        .plan(
          .init(entries: [
            .init(content: "A", priority: .medium, status: .completed),
            .init(content: "B", priority: .medium, status: .inProgress),
            .init(content: "C", priority: .medium, status: .pending),
          ])), .usage(.init(used: 7, size: 100)),
      ])
  }

  @Test func `unknown notifications and items are passed over`() {
    #expect(
      updates([
        ("tomorrow/happened", [:]), ("item/started", ["item": ["type": "hologram", "id": "h"]]),
        ("item/completed", .null),
        ("item/agentMessage/delta", ["delta": "x"]), ("turn/completed", [:]), ("thread/tokenUsage/updated", [:]),
      ]).isEmpty)
  }

  @Test(.enabled(if: !Recording.messages("codex-app-server").isEmpty, "\(Recording.missing)"))
  func `a recorded turn reads as its text, its calls and their ends`() {
    let said = updates(
      Recording.messages("codex-app-server").compactMap { message in
        guard let method = message["method"]?.stringValue else { return nil }
        return (method, message["params"] ?? .null)
      })
    let titles = said.compactMap { if case .toolCall(let call) = $0 { call.title } else { nil } }
    #expect(titles.count == 3 && titles[0].hasPrefix("Edit ") && titles[0].hasSuffix("hello.py"))
    #expect(titles.dropFirst() == ["python3 -c 'import hello; print(hello.greet())'", "orchestrator: report_progress"])
    let ends = said.compactMap { if case .toolCallUpdate(let update) = $0 { update.status } else { nil } }
    #expect(ends == [.completed, .completed, .completed])
    let text = said.map { if case .agentMessageChunk(let chunk) = $0 { EntryMapping.text(chunk.content) } else { "" } }
    #expect(text.joined() == "Editing.Done: the greeting is now **bonjour**.")
  }
}
