// SPDX-License-Identifier: Apache-2.0
internal import SAMACP
internal import SAMRPC

/// The end of the process.
extension AgentConformance {
  static let ending: [Check] = [
    Check("ACP-090", "the end of its input ends the process, soon", "Transports, stdio, Shutdown") { bench in
      try await bench.talk { agent in
        _ = try await agent.newSession()
        _ = try await agent.end()
      }
    },
    Check(
      "ACP-091", "the end of its input during a turn ends the process, soon", "Transports, stdio, Shutdown"
    ) { bench in
      let prompt = try need(bench.prompts.wait ?? bench.prompts.tool, "wait", "--wait or --tool")
      try await bench.talk { agent in
        agent.client.holdsTerminals = true
        let session = try await agent.newSession()
        async let _ = try? agent.prompt(session, prompt)
        try await agent.eventually(bench.limits.answer, "the prompt was not sent") {
          agent.wire.lastRequest(of: ACP.PromptRequest.method) != nil
        }
        try await agent.quiet()
        _ = try await agent.end()
      }
    },
    Check("ACP-092", "when the process has ended, nothing that it started is left", "Transports, stdio, Shutdown") {
      bench in
      try await bench.talk { agent in
        let session = try await agent.newSession()
        if let tool = bench.prompts.tool {
          // A tool that was stopped is what could be left.
          async let _ = try? agent.prompt(session, tool)
          try await waitForTool(agent, session)
          try await agent.rpc.notify(ACP.CancelNotification(sessionID: session))
          agent.client.giveUp()
          try await agent.quiet()
          try await leave(agent)
        } else {
          try await agent.say(bench.newWord(), in: session)
          try await leave(agent)
        }
      }
    },
    Check(
      "ACP-093", "the end of its input while a tool runs ends the process, soon, and the tool with it",
      "Transports, stdio, Shutdown"
    ) { bench in
      let tool = try need(bench.prompts.tool, "run a long tool", "--tool")
      try await bench.talk { agent in
        agent.client.holdsTerminals = true
        let session = try await agent.newSession()
        async let _ = try? agent.prompt(session, tool)
        try await waitForTool(agent, session)
        try await leave(agent, isItself: true)
      }
    },
  ]

  private static func waitForTool(_ agent: AgentConversation, _ session: ACP.SessionID) async throws {
    do {
      try await agent.eventually(agent.bench.limits.turn, "the tool did not start") { isRunningTool(agent, session) }
    } catch let broken as BrokenPromise { throw Blocked(by: "ACP-062, \(broken.what)") }
    try await agent.quiet()
  }

  /// Closes the agent's input, waits for its end, and looks for what is left.
  ///
  /// - Parameter isItself: Whether the end of the process is what the check is about.
  private static func leave(_ agent: AgentConversation, isItself: Bool = false) async throws {
    do { _ = try await agent.end() } catch let broken as BrokenPromise where !isItself {
      throw Blocked(by: "ACP-090, \(broken.what)")
    }
    var left: [String] = []
    do {
      try await agent.eventually(agent.bench.limits.exit, "") {
        left = await agent.instance.running()
        return left.isEmpty
      }
    } catch is BrokenPromise {
      throw BrokenPromise(what: "still running: \(left.joined(separator: "; ").prefix(300))")
    }
  }
}
