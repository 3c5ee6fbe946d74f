// SPDX-License-Identifier: Apache-2.0
import SAMACP
import SAMRPC
import Testing

@testable import SAMAgentRuntime

@Suite("Claude Code's turns and questions")
struct ClaudeTurnTests {
  /// A turn that can be asked inside an expectation.
  private final class Running {
    private var turn = ClaudeTurn(message: "u")
    var isCancelled: Bool {
      get { turn.isCancelled }
      set { turn.isCancelled = newValue }
    }
    func on(_ message: ClaudeMessage) -> ClaudeTurn.Action? { turn.on(message) }
  }

  private func message(_ line: JSONValue) -> ClaudeMessage { ClaudeMessage(line) }

  private var success: ClaudeMessage {
    message(["type": "result", "subtype": "success", "is_error": false, "stop_reason": "end_turn"])
  }

  private func lifecycle(_ state: String) -> ClaudeMessage {
    message(["type": "command_lifecycle", "command_uuid": "u", "state": .string(state)])
  }

  @Test func `a result ends the turn, and a cancelled one says cancelled whatever the result`() {
    let turn = Running()
    #expect(turn.on(.other) == nil)
    #expect(turn.on(success) == .end(.success(.endTurn)))
    turn.isCancelled = true
    #expect(turn.on(success) == .end(.success(.cancelled)))
    #expect(
      turn.on(message(["type": "result", "subtype": "error_during_execution", "is_error": true]))
        == .end(.success(.cancelled)))
  }

  @Test func `the result of a turn that the program began by itself is not ours`() {
    let turn = Running()
    #expect(turn.on(lifecycle("queued")) == nil)
    #expect(turn.on(success) == nil)
    #expect(turn.on(lifecycle("started")) == nil)
    #expect(turn.on(success) == .end(.success(.endTurn)))
  }

  @Test func `a message that is dropped before its turn ends as cancelled`() {
    let turn = Running()
    #expect(turn.on(message(["type": "command_lifecycle", "command_uuid": "v", "state": "cancelled"])) == nil)
    #expect(turn.on(lifecycle("cancelled")) == .end(.success(.cancelled)))
  }

  @Test func `refused credentials end the turn after the second refusal, asking for a login`() throws {
    func retry(_ attempt: Int64) -> ClaudeMessage {
      message([
        "type": "system", "subtype": "api_retry", "attempt": .integer(attempt), "error": "authentication_failed",
      ])
    }
    let turn = Running()
    #expect(turn.on(retry(1)) == nil)
    #expect(turn.on(retry(2)) == .interrupt)
    #expect(turn.on(retry(3)) == nil)
    guard case .end(.failure(let error)) = try #require(turn.on(success)) else { throw TimedOut(description: "") }
    #expect(error.code == .authenticationRequired)
  }

  private func question(_ members: JSONValue) -> ClaudePermission? {
    let line: JSONValue = ["type": "control_request", "request_id": "r", "request": members]
    if case .permission(let permission) = ClaudeMessage(line) { return permission }
    return nil
  }

  @Test func `always is remembered for the conversation and never written into the work tree`() throws {
    let asked = try #require(
      question([
        "subtype": "can_use_tool", "tool_name": "Bash", "input": ["command": "ls"], "tool_use_id": "t",
        "permission_suggestions": [
          [
            "type": "addRules", "rules": [["toolName": "Bash", "ruleContent": "ls"]], "behavior": "allow",
            "destination": "localSettings",
          ], ["type": "setMode", "mode": "bypassPermissions", "destination": "session"],
        ],
      ]))
    #expect(asked.options.map(\.kind) == [.allowOnce, .allowAlways, .rejectOnce])
    #expect(asked.options[1].name == "Always allow Bash(ls) in this conversation")
    let always = asked.response(to: .allowAlways)
    #expect(always["behavior"] == "allow")
    #expect(always["updatedPermissions"]?.arrayValue?.count == 1)
    #expect(always["updatedPermissions"]?[0]?["destination"] == "session")
    #expect(asked.response(to: .allowOnce) == ["behavior": "allow", "updatedInput": ["command": "ls"]])
    #expect(asked.response(to: .chosen("reject"))["behavior"] == "deny")
    #expect(asked.response(to: .chosen("something"))["behavior"] == "deny")
    #expect(asked.response(to: .cancelled)["interrupt"] == true)
  }

  @Test func `without a proposal there is no always`() throws {
    let asked = try #require(question(["subtype": "can_use_tool", "tool_name": "Bash", "input": [:]]))
    #expect(asked.options.map(\.kind) == [.allowOnce, .rejectOnce])
  }

  @Test func `leaving the plan is three answers, and only two of them leave it`() throws {
    let asked = try #require(
      question(["subtype": "can_use_tool", "tool_name": "ExitPlanMode", "input": ["plan": "p"]]))
    #expect(asked.options.map(\.optionID.rawValue) == ["acceptEdits", "default", "plan"])
    #expect(asked.response(to: .chosen("default"))["updatedPermissions"]?[0]?["mode"] == "default")
    #expect(asked.response(to: .chosen("plan"))["behavior"] == "deny")
    #expect(asked.response(to: .chosen("bypassPermissions"))["behavior"] == "deny")
  }

  @Test func `MCP servers are written as the program reads them`() {
    let servers: [ACP.MCPServer] = [
      .http(.init(name: "a", url: "http://h/mcp", headers: [.init(name: "Authorization", value: "Bearer t")])),
      .stdio(.init(name: "b", command: "/bin/x", args: ["-y"], env: [.init(name: "K", value: "v")])),
    ]
    #expect(
      ClaudeLaunch.servers(servers) == [
        "mcpServers": [
          "a": ["type": "http", "url": "http://h/mcp", "headers": ["Authorization": "Bearer t"]],
          "b": ["type": "stdio", "command": "/bin/x", "args": ["-y"], "env": ["K": "v"]],
        ]
      ])
    #expect(ClaudeLaunch.servers([]) == nil)
  }

  @Test func `a conversation that the program has is resumed, another gets the id that the client knows`() {
    let known = ClaudeLaunch(session: "s", isKnown: true, mode: "plan").arguments(servers: "/tmp/f")
    #expect(known.contains(["--resume", "s"]) && known.contains(["--permission-mode", "plan"]))
    #expect(known.contains(["--mcp-config", "/tmp/f"]) && !known.contains("--allow-dangerously-skip-permissions"))
    #expect(ClaudeLaunch(session: "s", isKnown: false).arguments(servers: nil).contains(["--session-id", "s"]))
  }
}
