// SPDX-License-Identifier: Apache-2.0
internal import SAMACP
internal import SAMRPC

/// Questions to the person.
extension AgentConformance {
  static let permissions: [Check] = [
    Check(
      "ACP-050", "a request for permission names its session and has options with ids of their own",
      "Tool Calls, Requesting Permission"
    ) { bench in
      try await asked(bench, .allow) { agent, session, _ in
        for request in agent.client.asked {
          try BrokenPromise.unlessEqual(request.sessionID, session, "the session of the request")
          try BrokenPromise.unless(!request.options.isEmpty, "the request has no options")
          let ids = request.options.map(\.optionID)
          try BrokenPromise.unlessEqual(Set(ids).count, ids.count, "different ids of options")
        }
      }
    },
    Check("ACP-051", "after a permission the turn goes on to its end", "Tool Calls, Requesting Permission") { bench in
      try await asked(bench, .allow) { agent, _, answer in
        try BrokenPromise.unlessEqual(try answer.get().stopReason, .endTurn, "the stop reason")
      }
    },
    Check(
      "ACP-052", "what was rejected is not done, and the turn ends without an error",
      "Tool Calls, Requesting Permission"
    ) { bench in
      try await asked(bench, .reject) { agent, session, answer in
        let reason = try answer.get().stopReason
        try BrokenPromise.unless(
          ACP.StopReason.known.contains(reason), "the stop reason “\(reason)” is none of the protocol")
        let rejected = Set(agent.client.asked.map(\.toolCall.toolCallID))
        for update in agent.wire.updates(of: session) {
          guard case .toolCallUpdate(let call) = update, rejected.contains(call.toolCallID) else { continue }
          try BrokenPromise.unless(
            call.status != .completed, "the tool call \(call.toolCallID) was rejected and is told as completed")
        }
      }
    },
  ]

  /// Runs a turn in which the agent asks.
  private static func asked(
    _ bench: AgentBench, _ permission: ScriptedClient.Permission,
    _ body: (AgentConversation, ACP.SessionID, Result<ACP.PromptResponse, any Error>) async throws -> Void
  ) async throws {
    let prompt = try need(bench.prompts.ask, "ask", "--ask")
    try await bench.talk { agent in
      let session = try await agent.newSession()
      agent.client.permission = permission
      let answer: Result<ACP.PromptResponse, any Error>
      do { answer = .success(try await agent.prompt(session, prompt)) } catch { answer = .failure(error) }
      guard !agent.client.asked.isEmpty else {
        _ = try answer.get()
        throw NotApplicable(why: "the agent did not ask when it was told “\(prompt)”")
      }
      try await body(agent, session, answer)
    }
  }
}

extension ACP.StopReason {
  /// The reasons that the protocol knows.
  static let known: Set<ACP.StopReason> = [.endTurn, .maxTokens, .maxTurnRequests, .refusal, .cancelled]
}
