// SPDX-License-Identifier: Apache-2.0
import SAMACP
import SAMRPC
import Testing

@testable import SAMAgentRuntime

@Suite struct EntryMappingTests {
  @Test(
    "The command line of a call is read from its input, and never from what it is called",
    arguments: [
      (["command": "make test", "timeout": 3], "make test"), (.string(#"{"command":"make test"}"#), "make test"),
      (["command": ""], nil), (["command": ["make", "test"]], nil), (.string("make test"), nil), (nil, nil),
    ] as [(JSONValue?, String?)])
  func command(_ input: JSONValue?, _ command: String?) {
    let mapping = EntryMapping(root: "/w")
    let call = ACP.ToolCall(toolCallID: "c", title: "make install", kind: .execute, rawInput: input)
    #expect(mapping.tool(call).command == command)
    let update = ACP.ToolCallUpdate(toolCallID: "c", title: "make install", rawInput: input)
    #expect(mapping.tool(update).command == command)
  }
}
