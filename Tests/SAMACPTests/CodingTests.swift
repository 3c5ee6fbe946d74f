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
}
