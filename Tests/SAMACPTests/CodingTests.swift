// SPDX-License-Identifier: Apache-2.0
import SAMRPC
import Testing

@testable import SAMACP

@Suite struct CodingTests {
  @Test(
    arguments: [
      ["sessionUpdate": "notice", "text": "new in a later version"],
      ["sessionUpdate": "agent_message_chunk", "content": ["type": "hologram"]],
      ["sessionUpdate": "agent_message_chunk"], ["sessionUpdate": 7], ["no": "tag"],
      ["sessionUpdate": "session_info_update", "title": nil],
      ["sessionUpdate": "session_info_update", "updatedAt": "x"],
      [
        "sessionUpdate": "tool_call_update", "toolCallId": "c", "kind": nil, "status": "paused", "title": 7,
        "content": [["type": "content"]],
      ],
      [
        "sessionUpdate": "tool_call", "toolCallId": "c", "title": "t", "content": [], "locations": [], "rawInput": nil,
        "name": "bash", "_meta": nil,
      ],
      ["sessionUpdate": "usage_update", "used": 1, "size": .unsigned(.max), "_meta": ["a": ["b": 1]]],
    ] as [JSONValue])
  func `odd updates survive`(update: JSONValue) throws {
    let json: JSONValue = ["sessionId": "s", "update": update, "extra": 1]
    #expect(try ACP.SessionNotification(json: json).json == json)
  }

  @Test func `absent, null and set are told apart where the protocol does`() throws {
    for (update, title) in [
      (["sessionUpdate": "session_info_update"], .keep),
      (["sessionUpdate": "session_info_update", "title": nil], .clear),
      (["sessionUpdate": "session_info_update", "title": "t"], .set("t")),
    ] as [(JSONValue, ACP.Patch<String>)] {
      guard case .sessionInfo(let info) = try ACP.SessionUpdate(json: update) else {
        Issue.record("no session info")
        continue
      }
      #expect(info.title == title)
    }
  }

  @Test func `a written-out default is kept until the property changes`() throws {
    let json: JSONValue = ["loadSession": false, "auth": [:], "promptCapabilities": ["image": true, "audio": false]]
    var value = try ACP.AgentCapabilities(json: json)
    #expect(value.json == json && value.prompt.image && !value.loadSession)
    value.loadSession = true
    value.prompt.image = false
    #expect(value.json == ["loadSession": true, "auth": [:], "promptCapabilities": ["audio": false]])
  }

  @Test(
    arguments: [
      ([:], "sessionId"), (["sessionId": 1, "prompt": []], "sessionId"),
      (["sessionId": "s", "prompt": [1]], "prompt.0"),
      (["sessionId": "s", "prompt": "x"], "prompt"), ([], ""),
    ] as [(JSONValue, String)])
  func `a message that does not fit says where`(json: JSONValue, path: String) {
    #expect { try ACP.PromptRequest(json: json) } throws: { ($0 as? ACPError)?.path.joined(separator: ".") == path }
  }

  @Test(
    arguments: [
      ["mode": "form", "message": "m", "sessionId": "s", "requestedSchema": ["properties": ["a": ["type": "color"]]]],
      ["mode": "form", "message": "m", "sessionId": "s", "requestedSchema": ["type": "object"], "url": "stray"],
      [
        "mode": "form", "message": "m", "sessionId": "s", "toolCallId": nil,
        "requestedSchema": [
          "type": "object", "properties": ["a": ["type": "array"], "b": ["type": "string", "default": 7]],
        ],
      ],
      ["mode": "swap", "message": "m", "requestId": nil, "color": "red", "_meta": ["a": 1]],
    ] as [JSONValue])
  func `odd questions survive`(json: JSONValue) throws {
    #expect(try ACP.CreateElicitationRequest(json: json).json == json)
  }

  @Test(
    arguments: [
      ["action": "accept", "content": nil], ["action": "accept", "content": ["a": ["b": [1, nil]]]],
      ["action": "decline", "content": ["stray": 1]], ["action": "later", "when": "tomorrow"],
    ] as [JSONValue])
  func `odd answers survive, and only accept is a consent`(json: JSONValue) throws {
    let response = try ACP.CreateElicitationResponse(json: json)
    #expect(response.json == json)
    let isConsent = if case .accept = response.answer { true } else { false }
    #expect(isConsent == (json["action"] == "accept"))
  }

  @Test(
    arguments: [
      (["mode": "form", "message": "m", "requestedSchema": [:]], "sessionId"),
      (["mode": "form", "message": "m", "sessionId": "s"], "requestedSchema"),
      (["mode": "url", "message": "m", "sessionId": "s", "url": "x"], "elicitationId"),
      (["message": "m", "sessionId": "s"], "mode"), (["mode": "form", "sessionId": "s"], "message"),
      (["mode": "form", "message": "m", "requestId": true, "requestedSchema": [:]], "requestId"),
    ] as [(JSONValue, String)])
  func `a question that does not fit says where`(json: JSONValue, path: String) {
    #expect { try ACP.CreateElicitationRequest(json: json) } throws: {
      ($0 as? ACPError)?.path.joined(separator: ".") == path
    }
  }

  @Test func `a login in a terminal is found by its type, and in its older place`() throws {
    func login(_ json: JSONValue) throws -> ACP.TerminalLogin? { try ACP.AuthMethod(json: json).terminalLogin }
    #expect(try login(["id": "a", "name": "A"]) == nil)
    #expect(try login(["id": "a", "name": "A", "args": ["x"]]) == nil)
    #expect(
      try login(["id": "a", "name": "A", "type": "terminal", "args": ["login"], "env": ["K": "V"]])
        == ACP.TerminalLogin(arguments: ["login"], environment: ["K": "V"]))
    let old: JSONValue = ["terminal-auth": ["command": "/bin/x", "args": ["login"], "env": ["K": "V"], "label": "L"]]
    #expect(
      try login(["id": "a", "name": "A", "_meta": old])
        == ACP.TerminalLogin(command: "/bin/x", arguments: ["login"], environment: ["K": "V"]))
  }
}
