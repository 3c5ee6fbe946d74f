// SPDX-License-Identifier: Apache-2.0
internal import SAMACP
internal import SAMRPC

/// The keeping of sessions.
extension AgentConformance {
  static let keeping = loading + listing

  private static let loading: [Check] = [
    Check(
      "ACP-070", "session/load in a new process replays the conversation before it answers",
      "Session Setup, Loading Sessions"
    ) { bench in
      try await reload(bench) { agent, kept, answer, replay in
        try await agent.quiet()
        let late = agent.wire.updates(of: kept.session, from: answer + 1).filter(\.belongsToTurn)
        try BrokenPromise.unless(late.isEmpty, "\(late.count) updates came after the answer")
        let said = agent.wire.text(of: kept.session, from: replay).filter { !$0.isWhitespace }
        let expected = kept.text.filter { !$0.isWhitespace }
        try BrokenPromise.unless(
          said.contains(expected), "the agent had said “\(kept.text.prefix(80))”; the replay says “\(said.prefix(80))”")
      }
    },
    Check(
      "ACP-071", "the replay holds the person's messages too", "Session Setup, Loading Sessions"
    ) { bench in
      try await reload(bench) { agent, kept, _, replay in
        let told = agent.wire.updates(of: kept.session, from: replay).map { update -> String in
          if case .userMessageChunk(let chunk) = update, case .text(let text) = chunk.content { text.text } else { "" }
        }
        try BrokenPromise.unless(
          told.joined().contains(bench.sayPrompt(kept.word)), "the prompt is not among the replayed messages")
      }
    },
    Check("ACP-072", "a loaded session takes the next prompt", "Session Setup, Loading Sessions") { bench in
      try await reload(bench) { agent, kept, _, _ in
        let answer = try await agent.prompt(kept.session, bench.sayPrompt(bench.newWord()))
        try BrokenPromise.unlessEqual(answer.stopReason, .endTurn, "the stop reason")
      }
    },
    Check("ACP-073", "loading an unknown session is answered with an error", "Session Setup, Loading Sessions") {
      bench in
      try await need(bench, "loadSession") { $0.loadSession }
      try await bench.talk { agent in
        let unknown = ACP.SessionID("00000000-dead-4bad-8bad-000000000000")
        try await expectError("session/load of an unknown session") {
          _ = try await agent.call(ACP.LoadSessionRequest(sessionID: unknown, cwd: bench.workspace, mcpServers: []))
        }
      }
    },
    Check(
      "ACP-074", "a session whose process was killed after its turn can be loaded", "Session Setup, Loading Sessions"
    ) { bench in
      try await reload(bench, killed: true) { agent, kept, _, replay in
        let replayed = agent.wire.updates(of: kept.session, from: replay).filter(\.belongsToTurn)
        try BrokenPromise.unless(!replayed.isEmpty, "nothing was replayed")
      }
    },
    Check("ACP-075", "session/resume goes on without a replay", "Session Setup, Resuming Sessions") { bench in
      try await need(bench, "sessionCapabilities.resume") { $0.session.resume != nil }
      let kept = try await keep(bench, killed: false)
      try await bench.talk { agent in
        let start = agent.wire.count
        _ = try await agent.call(
          ACP.ResumeSessionRequest(sessionID: kept.session, cwd: bench.workspace), limit: bench.limits.start)
        try await agent.quiet()
        let replayed = agent.wire.updates(of: kept.session, from: start).filter(\.belongsToTurn)
        try BrokenPromise.unless(replayed.isEmpty, "\(replayed.count) updates were replayed")
        let answer = try await agent.prompt(kept.session, bench.sayPrompt(bench.newWord()))
        try BrokenPromise.unlessEqual(answer.stopReason, .endTurn, "the stop reason of the next turn")
      }
    },
    Check(
      "ACP-076", "session/fork gives a new session that takes a prompt", "Unstable schema, ForkSessionRequest"
    ) { bench in
      try await need(bench, "sessionCapabilities.fork") { $0.session.fork != nil }
      try await bench.talk { agent in
        let session = try await agent.newSession()
        try await agent.say(bench.newWord(), in: session)
        let fork = try await agent.call(ACP.ForkSessionRequest(sessionID: session, cwd: bench.workspace)).sessionID
        try BrokenPromise.unless(fork != session, "the fork has the id of what it was made of")
        let answer = try await agent.prompt(fork, bench.sayPrompt(bench.newWord()))
        try BrokenPromise.unlessEqual(answer.stopReason, .endTurn, "the stop reason in the fork")
      }
    },
  ]

  private static let listing: [Check] = [
    Check("ACP-077", "session/list lists a session with its folder, and comes to an end", "Session List") { bench in
      try await need(bench, "sessionCapabilities.list") { $0.session.list != nil }
      try await bench.talk { agent in
        let session = try await agent.newSession()
        try await agent.say(bench.newWord(), in: session)
        let found = try await list(agent)
        guard let info = found.first(where: { $0.sessionID == session }) else {
          throw BrokenPromise(what: "the session \(session) is not among the \(found.count) that are listed")
        }
        try BrokenPromise.unlessEqual(info.cwd, bench.workspace, "the folder of the session")
      }
    },
    Check("ACP-078", "a closed session takes no prompt", "Session Setup, Closing Active Sessions") { bench in
      try await need(bench, "sessionCapabilities.close") { $0.session.close != nil }
      try await bench.talk { agent in
        let session = try await agent.newSession()
        _ = try await agent.call(ACP.CloseSessionRequest(sessionID: session))
        try await expectError("a prompt in a closed session") {
          _ = try await agent.prompt(session, bench.sayPrompt(bench.newWord()))
        }
      }
    },
    Check(
      "ACP-079", "closing a session cancels its turn", "Session Setup, Closing Active Sessions"
    ) { bench in
      try await need(bench, "sessionCapabilities.close") { $0.session.close != nil }
      let prompt = try need(bench.prompts.wait, "wait", "--wait")
      try await bench.talk { agent in
        let session = try await agent.newSession()
        async let _ = try? agent.prompt(session, prompt)
        try await agent.eventually(bench.limits.answer, "the prompt was not sent") {
          agent.wire.lastRequest(of: ACP.PromptRequest.method) != nil
        }
        try await agent.quiet()
        _ = try await agent.call(ACP.CloseSessionRequest(sessionID: session))
        let asked = agent.wire.lastRequest(of: ACP.PromptRequest.method)?.request.id
        try await expectCancelled(agent, asked, "after its session was closed")
      }
    },
    Check("ACP-081", "a deleted session is not listed, and deleting it again is no error", "Session Delete") { bench in
      try await need(bench, "sessionCapabilities.delete") { $0.session.delete != nil }
      try await bench.talk { agent in
        let session = try await agent.newSession()
        try await agent.say(bench.newWord(), in: session)
        _ = try await agent.call(ACP.DeleteSessionRequest(sessionID: session))
        if agent.capabilities.session.list != nil {
          let listed = try await list(agent).contains { $0.sessionID == session }
          try BrokenPromise.unless(!listed, "the deleted session is listed")
        }
        _ = try await agent.call(ACP.DeleteSessionRequest(sessionID: session))
      }
    },
  ]

  /// A session with one turn.
  private struct Kept: Sendable {
    var session: ACP.SessionID
    /// What the agent was to say.
    var word: String
    /// What it said.
    var text: String
  }

  /// Has a process make a session with one turn.
  private static func keep(_ bench: AgentBench, killed: Bool) async throws -> Kept {
    try await bench.talk { agent in
      let session = try await agent.newSession()
      let word = bench.newWord()
      let text = try await agent.say(word, in: session)
      if killed {
        // While its input is open: an agent that sees the end first can end in order, and keep what a crash would lose.
        await agent.instance.kill()
      } else {
        // How it ends is the matter of another check; here it only has to be over.
        _ = try? await agent.end()
      }
      return Kept(session: session, word: word, text: text)
    }
  }

  /// Loads, in a new process, a session with one turn; the body gets the places of the answer and of the replay's start.
  private static func reload(
    _ bench: AgentBench, killed: Bool = false,
    _ body: (AgentConversation, Kept, _ answer: Int, _ replay: Int) async throws -> Void
  ) async throws {
    try await need(bench, "loadSession") { $0.loadSession }
    let kept = try await keep(bench, killed: killed)
    try await bench.talk { agent in
      let start = agent.wire.count
      let load = ACP.LoadSessionRequest(sessionID: kept.session, cwd: bench.workspace, mcpServers: [])
      _ = try await agent.call(load, limit: bench.limits.start)
      guard let asked = agent.wire.lastRequest(of: ACP.LoadSessionRequest.method),
        let answer = agent.wire.answer(to: asked.request.id)
      else { throw BrokenPromise(what: "session/load was not answered") }
      try await body(agent, kept, answer.index, start)
    }
  }

  private static func list(_ agent: AgentConversation) async throws -> [ACP.SessionInfo] {
    var found: [ACP.SessionInfo] = []
    var cursor: String?
    for _ in 0..<1000 {
      let page = try await agent.call(ACP.ListSessionsRequest(cursor: cursor))
      found += page.sessions
      guard let next = page.nextCursor else { return found }
      try BrokenPromise.unless(next != cursor, "the cursor of a page is that of the page before")
      cursor = next
    }
    throw BrokenPromise(what: "the list has no end after 1000 pages")
  }
}
