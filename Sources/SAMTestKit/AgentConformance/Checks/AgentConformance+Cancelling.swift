// SPDX-License-Identifier: Apache-2.0
internal import SAMACP
internal import SAMRPC

/// The cancelling of turns, in each of their phases.
extension AgentConformance {
  static let cancelling: [Check] = [
    Check(
      "ACP-060", "a turn that is cancelled before its first text ends with cancelled, soon", "Prompt Turn, Cancellation"
    ) { bench in
      try await beforeFirstText(bench) { _, _ in }
    },
    Check(
      "ACP-061", "a turn that is cancelled while it asks ends with cancelled, soon", "Prompt Turn, Cancellation"
    ) { bench in
      let prompt = try need(bench.prompts.ask, "ask", "--ask")
      try await bench.talk { agent in
        agent.client.permission = .hold
        do {
          try await cancel(agent, try await agent.newSession(), prompt) { !agent.client.asked.isEmpty }
        } catch is Blocked where agent.client.asked.isEmpty {
          throw NotApplicable(why: "the agent did not ask when it was told “\(prompt)”")
        }
      }
    },
    Check(
      "ACP-062", "a turn that is cancelled during a tool ends with cancelled, soon", "Prompt Turn, Cancellation"
    ) { bench in
      let prompt = try need(bench.prompts.tool, "run a long tool", "--tool")
      try await bench.talk { agent in
        agent.client.holdsTerminals = true
        let session = try await agent.newSession()
        try await cancel(agent, session, prompt) { isRunningTool(agent, session) }
      }
    },
    Check("ACP-063", "cancelling when nothing runs changes nothing", "Prompt Turn, Cancellation") { bench in
      try await bench.talk { agent in
        let session = try await agent.newSession()
        try await agent.rpc.notify(ACP.CancelNotification(sessionID: session))
        let answer = try await agent.prompt(session, bench.sayPrompt(bench.newWord()))
        try BrokenPromise.unlessEqual(answer.stopReason, .endTurn, "the stop reason of the turn after it")
      }
    },
    Check("ACP-064", "after a cancelled turn the session takes the next prompt", "Prompt Turn, Cancellation") { bench in
      try await beforeFirstText(bench, isStep: true) { agent, session in
        let answer = try await agent.prompt(session, bench.sayPrompt(bench.newWord()))
        try BrokenPromise.unlessEqual(answer.stopReason, .endTurn, "the stop reason of the turn after it")
      }
    },
  ]

  /// Cancels a silent turn.
  ///
  /// - Parameter isStep: Whether this is only a step on the way to what the check is about.
  private static func beforeFirstText(
    _ bench: AgentBench, isStep: Bool = false, _ then: (AgentConversation, ACP.SessionID) async throws -> Void
  ) async throws {
    let prompt = try need(bench.prompts.wait, "wait", "--wait")
    try await bench.talk { agent in
      let session = try await agent.newSession()
      do {
        try await cancel(agent, session, prompt) {
          try await agent.quiet()
          return true
        }
      } catch let broken as BrokenPromise where isStep {
        throw Blocked(by: "ACP-060, \(broken.what)")
      }
      try await then(agent, session)
    }
  }

  /// Starts a turn, waits for its phase, cancels it as a client does, and expects the end.
  private static func cancel(
    _ agent: AgentConversation, _ session: ACP.SessionID, _ prompt: String, when phase: () async throws -> Bool
  ) async throws {
    let start = agent.wire.count
    // Cancelled and awaited at the end of this scope; what came of the prompt is read from the wire.
    async let _ = try? agent.prompt(session, prompt)
    var asked: RPCID?
    try await agent.eventually(agent.bench.limits.turn, "the agent did not come to where it is to be cancelled") {
      guard let (index, request) = agent.wire.lastRequest(of: ACP.PromptRequest.method), index >= start else {
        return false
      }
      asked = request.id
      if let (_, answer) = agent.wire.answer(to: request.id) {
        throw Blocked(by: "the turn was over before it could be cancelled: \(answer.result)")
      }
      return try await phase()
    }
    try await agent.rpc.notify(ACP.CancelNotification(sessionID: session))
    agent.client.giveUp()
    try await expectCancelled(agent, asked, "after the cancellation")
  }

  /// - Throws: unless a prompt is answered with `cancelled` within the limit.
  static func expectCancelled(_ agent: AgentConversation, _ asked: RPCID?, _ when: String) async throws {
    guard let asked else { throw Blocked(by: "the prompt was not sent") }
    try await agent.eventually(agent.bench.limits.cancel, "the prompt was not answered \(when)") {
      agent.wire.answer(to: asked) != nil
    }
    switch agent.wire.answer(to: asked)?.response.result {
    case .success(let result):
      try BrokenPromise.unlessEqual(result["stopReason"]?.stringValue, "cancelled", "the stop reason \(when)")
    case .failure(let error):
      throw BrokenPromise(what: "the prompt was answered with an error instead of cancelled: \(error)")
    case nil: break
    }
  }

  static func isRunningTool(_ agent: AgentConversation, _ session: ACP.SessionID) -> Bool {
    if agent.client.terminals > 0 { return true }
    return agent.wire.updates(of: session).contains { update in
      switch update {
      case .toolCall(let call): call.status == .inProgress
      case .toolCallUpdate(let call): call.status == .inProgress
      default: false
      }
    }
  }
}
