// SPDX-License-Identifier: Apache-2.0
internal import SAMACP
internal import SAMRPC

/// What is true of every message.
extension AgentConformance {
  static let messages: [Check] = [
    Check("ACP-010", "an unknown method is answered with -32601", "Overview, Error Handling") { bench in
      try await bench.talk { agent in
        try await expectError("the unknown method", code: .methodNotFound) {
          _ = try await agent.request("session/hologram", ["sessionId": "x"])
        }
      }
    },
    Check(
      "ACP-011", "an unknown extension method is answered with -32601", "Extensibility, Extension Methods"
    ) { bench in
      try await bench.talk { agent in
        try await expectError("the unknown extension method", code: .methodNotFound) {
          _ = try await agent.request("_sam.test/nothing", [:])
        }
      }
    },
    Check(
      "ACP-012", "an unknown notification is ignored, and is not answered", "Extensibility, Custom Notifications"
    ) { bench in
      try await bench.talk { agent in
        let start = agent.wire.count
        try await agent.rpc.notify("_sam.test/nothing", ["a": 1])
        try await agent.rpc.notify("session/hologram")
        _ = try await agent.newSession()
        let asked = agent.wire.lastRequest(of: ACP.NewSessionRequest.method)?.request.id
        let answers = agent.wire.lines(from: start).compactMap { line -> RPCID? in
          guard line.direction == .incoming, case .response(let response) = line.message else { return nil }
          return response.id == asked ? nil : response.id
        }
        try BrokenPromise.unless(answers.isEmpty, "a notification was answered, with the id \(answers.first ?? .null)")
      }
    },
    Check("ACP-013", "a request whose id is a string is answered with that id", "Schema, RequestId") { bench in
      try await bench.talk { agent in
        let line: JSONValue = ["jsonrpc": "2.0", "id": "sam-ä-1", "method": "session/hologram", "params": [:]]
        try await agent.write(line.serializedString())
        try await agent.eventually(bench.limits.answer, "no answer with the id “sam-ä-1” came") {
          agent.wire.answer(to: .string("sam-ä-1")) != nil
        }
      }
    },
    Check(
      "ACP-014", "parameters that do not fit the method are answered with -32602", "Overview, Error Handling"
    ) { bench in
      try await bench.talk { agent in
        try await expectError("session/new without cwd", code: .invalidParams) {
          _ = try await agent.request(ACP.NewSessionRequest.method, ["mcpServers": []])
        }
        try await expectError("session/prompt without sessionId", code: .invalidParams) {
          _ = try await agent.request(ACP.PromptRequest.method, ["prompt": []])
        }
      }
    },
    Check(
      "ACP-015", "a line that is no JSON is survived, or the process ends without crashing", "Transports, stdio"
    ) { bench in
      try await bench.talk { agent in
        try await agent.write("this is no JSON {\"jsonrpc\":")
        // An answer that was on its way must not hide that the process is about to end.
        try await agent.quiet()
        let rpc = agent.rpc
        do {
          _ = try await within(bench.limits.answer, "after the line nothing is answered any more") {
            try await rpc.request("session/hologram", [:])
          }
        } catch is RPCError {
          return
        } catch is RPCFailure {
          let instance = agent.instance
          let end = try await within(bench.limits.exit, "the agent closed its output and did not end") {
            try await instance.waitForEnd()
          }
          if case .signal(let signal) = end { throw BrokenPromise(what: "the process was ended by signal \(signal)") }
        }
      }
    },
    Check(
      "ACP-016", "the cancellation of a request that the agent does not know is ignored", "Cancellation"
    ) { bench in
      try await bench.talk { agent in
        try await agent.rpc.notify(ACP.CancelRequestNotification(requestID: .number(987_654)))
        try await expectError("an unknown method after it") { _ = try await agent.request("session/hologram", [:]) }
      }
    },
  ]
}
