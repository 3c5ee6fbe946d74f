// SPDX-License-Identifier: Apache-2.0
import SAMACP
import SAMCore
import SAMRPC
import Testing

@testable import SAMAgentRuntime

@Suite("Codex' questions, settings and ends")
struct CodexApprovalTests {
  private let command: JSONValue = [
    "itemId": "c1", "command": "/bin/bash -lc 'rm x'", "cwd": "/w", "reason": "because",
  ]
  private let mcp: JSONValue = [
    "serverName": "orchestrator", "message": "Allow it?", "_meta": ["codex_approval_kind": "mcp_tool_call"],
  ]

  @Test func `a command and a patch are accepted, accepted for the conversation, declined or cancelled`() throws {
    for (method, params) in [
      ("item/commandExecution/requestApproval", command), ("item/fileChange/requestApproval", ["itemId": "f1"]),
    ] {
      let question = try #require(CodexApproval(method, params))
      #expect(question.options.map(\.kind) == [.allowOnce, .allowAlways, .rejectOnce])
      #expect(question.response(to: .allowOnce) == ["decision": "accept"])
      #expect(question.response(to: .allowAlways) == ["decision": "acceptForSession"])
      #expect(question.response(to: .chosen("reject")) == ["decision": "decline"])
      #expect(question.response(to: .chosen("something")) == ["decision": "decline"])
      #expect(question.response(to: .cancelled) == ["decision": "cancel"])
    }
  }

  @Test func `a question shows the call that it is about`() throws {
    let shown = try #require(CodexApproval("item/commandExecution/requestApproval", command)).tool(root: "/w", open: [])
    #expect(shown.rawInput?["command"] == "rm x", "the command, not the shell that runs it")
    #expect(shown.title == "rm x" && shown.kind == .execute && shown.content == [.text("because")])
    let change: JSONValue = [
      "type": "fileChange", "id": "f1",
      "changes": [["path": "/w/new", "kind": ["type": "add"], "diff": "one\n"]],
    ]
    let open = [CodexItem(value: change, root: "/w")]
    let edit = try #require(CodexApproval("item/fileChange/requestApproval", ["itemId": "f1"])).tool(
      root: "/w", open: open)
    #expect(edit.title == "Edit new" && edit.content == [.diff(.init(path: "/w/new", newText: "one\n"))])
    let call: JSONValue = ["type": "mcpToolCall", "id": "m1", "server": "orchestrator", "tool": "report"]
    let tool = try #require(CodexApproval("mcpServer/elicitation/request", mcp)).tool(
      root: "/w", open: open + [CodexItem(value: call, root: "/w")])
    #expect(tool.toolCallID == "m1" && tool.title == "orchestrator: report")
  }

  @Test
  func `a tool of an MCP server is asked about as an elicitation, and other elicitations are no questions of ours`()
    throws
  {
    let question = try #require(CodexApproval("mcpServer/elicitation/request", mcp))
    #expect(question.response(to: .allowOnce)["action"] == "accept")
    #expect(question.response(to: .allowAlways)["_meta"] == ["persist": "session"])
    #expect(question.response(to: .chosen("reject"))["action"] == "decline")
    #expect(question.response(to: .cancelled)["action"] == "cancel")
    #expect(CodexApproval("mcpServer/elicitation/request", ["serverName": "x", "mode": "form"]) == nil)
    #expect(CodexApproval("item/tool/call", [:]) == nil)
  }

  @Test func `what an MCP server asks is a form with the names of its choices, or a page`() throws {
    let form: JSONValue = [
      "threadId": "t", "serverName": "orchestrator", "mode": "form", "message": "Which?", "_meta": nil,
      "requestedSchema": [
        "type": "object", "required": ["colour"],
        "properties": [
          "colour": ["type": "string", "enum": ["r", "b"], "enumNames": ["Red", "Blue"]],
          "count": ["type": "integer", "minimum": 1, "default": 2],
        ],
      ],
    ]
    let question = try #require(CodexQuestion(CodexQuestion.method, form))
    #expect(question.message == "orchestrator asks: Which?")
    let shown = try ApprovalForm(question.question)
    #expect(shown.fields.map(\.name) == ["colour", "count"] && shown.fields[0].isRequired)
    #expect(shown.fields[0].choices == [.init(value: "r", title: "Red"), .init(value: "b", title: "Blue")])
    #expect(shown.fields[1].standard == .integer(2))
    #expect(
      question.response(to: .accept(["colour": .text("r"), "count": .integer(3)]))
        == ["action": "accept", "content": ["colour": "r", "count": 3], "_meta": nil])
    #expect(question.response(to: .decline)["action"] == "decline")
    #expect(question.response(to: .other(action: "perhaps"))["action"] == "decline")
    #expect(question.response(to: .cancel)["action"] == "cancel")
    let page: JSONValue = [
      "serverName": "orchestrator", "mode": "url", "message": "Look", "url": "https://example.com/x",
      "elicitationId": "e1",
    ]
    #expect(try #require(CodexQuestion(CodexQuestion.method, page)).question == .url("https://example.com/x", id: "e1"))
    let strange: JSONValue = ["serverName": "x", "mode": "openai/form", "message": "?", "requestedSchema": 1]
    #expect(CodexQuestion(CodexQuestion.method, strange) == nil)
    #expect(CodexQuestion("item/tool/call", form) == nil)
  }

  @Test func `more permissions are what was asked for, or none`() throws {
    let asked: JSONValue = ["itemId": "p", "permissions": ["network": ["enabled": true]]]
    let question = try #require(CodexApproval("item/permissions/requestApproval", asked))
    #expect(question.response(to: .allowOnce) == ["permissions": ["network": ["enabled": true]], "scope": "turn"])
    #expect(question.response(to: .chosen("reject")) == ["permissions": [:], "scope": "turn"])
  }

  @Test func `settings begin as Codex is configured, and a change is told with the next turn`() throws {
    let thread: JSONValue = ["approvalPolicy": "on-request", "sandbox": ["type": "workspaceWrite"], "model": "m"]
    var settings = CodexSettings(thread: thread, models: [["model": "n", "displayName": "N"]])
    #expect(settings.mode == "auto" && settings.changes.isEmpty)
    #expect(settings.options[1].options?.compactMap(\.value) == ["m", "n"])
    try settings.set(mode: "ask")
    try settings.set(model: "n")
    #expect(settings.changes["approvalPolicy"] == "untrusted" && settings.changes["model"] == "n")
    #expect(throws: RPCError.self) { try settings.set(mode: "nope") }
    let own = CodexSettings(thread: ["approvalPolicy": "never", "sandbox": ["type": "readOnly"]], models: [])
    #expect(own.mode == "configured")
    #expect(own.modeState.availableModes.count == 5)
  }

  @Test func `how a turn ended`() {
    #expect(CodexOutcome.of(["status": "completed"]) == .success(.endTurn))
    #expect(CodexOutcome.of(["status": "interrupted"]) == .success(.cancelled))
    func code(_ info: JSONValue) -> RPCError.Code? {
      guard
        case .failure(let error) = CodexOutcome.of([
          "status": "failed", "error": ["message": "no", "codexErrorInfo": info],
        ])
      else { return nil }
      return error.code
    }
    #expect(code("unauthorized") == .authenticationRequired)
    #expect(code(["httpConnectionFailed": ["httpStatusCode": 401]]) == .authenticationRequired)
    #expect(code("usageLimitExceeded") == .internalError && code(.null) == .internalError)
  }

  @Test func `MCP servers are written as Codex' configuration has them`() {
    let servers: [ACP.MCPServer] = [
      .http(.init(name: "a", url: "http://h/mcp", headers: [.init(name: "Authorization", value: "Bearer t")])),
      .stdio(.init(name: "b", command: "/bin/x", args: ["-y"], env: [])),
      .sse(.init(name: "c", url: "http://h/sse", headers: [])),
    ]
    #expect(
      CodexSettings.configuration(servers) == [
        "mcp_servers": [
          "a": ["url": "http://h/mcp", "http_headers": ["Authorization": "Bearer t"]],
          "b": ["command": "/bin/x", "args": ["-y"], "env": [:]],
        ]
      ])
    #expect(CodexSettings.configuration([]).isNull)
  }
}
