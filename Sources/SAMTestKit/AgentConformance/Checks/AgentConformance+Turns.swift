// SPDX-License-Identifier: Apache-2.0
internal import SAMACP
internal import SAMRPC

/// Turns.
extension AgentConformance {
  static let turns: [Check] = [
    Check("ACP-040", "a turn that goes well ends with end_turn, and says something", "Prompt Turn, Stop Reasons") {
      bench in
      try await bench.talk { agent in
        let session = try await agent.newSession()
        let answer = try await agent.prompt(session, bench.sayPrompt(bench.newWord()))
        try BrokenPromise.unlessEqual(answer.stopReason, .endTurn, "the stop reason")
        try BrokenPromise.unless(!agent.wire.text(of: session).isEmpty, "the agent said nothing in its turn")
      }
    },
    Check(
      "ACP-041", "all updates of a turn come before its answer", "Prompt Turn, 6. Completion"
    ) { bench in
      try await bench.talk { agent in
        let session = try await agent.newSession()
        try await agent.say(bench.newWord(), in: session)
        guard let asked = agent.wire.lastRequest(of: ACP.PromptRequest.method),
          let answer = agent.wire.answer(to: asked.request.id)
        else { throw Blocked(by: "ACP-040, the prompt was not answered") }
        try await agent.quiet()
        let late = agent.wire.updates(of: session, from: answer.index + 1).filter(\.belongsToTurn)
        try BrokenPromise.unless(late.isEmpty, "\(late.count) updates came late, first \(late.first.map(tag) ?? "")")
      }
    },
    Check("ACP-042", "a session takes one prompt after the other", "Prompt Turn, The Prompt Turn Lifecycle") { bench in
      try await bench.talk { agent in
        let session = try await agent.newSession()
        try await agent.say(bench.newWord(), in: session)
        let answer = try await agent.prompt(session, bench.sayPrompt(bench.newWord()))
        try BrokenPromise.unlessEqual(answer.stopReason, .endTurn, "the stop reason of the second turn")
      }
    },
    Check("ACP-043", "a prompt may hold links to resources", "Initialization, Prompt Capabilities") { bench in
      try await bench.talk { agent in
        let session = try await agent.newSession()
        try await agent.say(bench.newWord(), in: session)
        let link = ACP.ResourceLink(name: "notes", uri: "file://\(bench.workspace)/notes.txt")
        let prompt: [ACP.ContentBlock] = [
          .text(.init(text: bench.sayPrompt(bench.newWord()))), .resourceLink(link),
        ]
        let answer = try await agent.call(
          ACP.PromptRequest(sessionID: session, prompt: prompt), limit: bench.limits.turn)
        try BrokenPromise.unlessEqual(answer.stopReason, .endTurn, "the stop reason")
      }
    },
    Check(
      "ACP-044", "an agent does not use files and terminals that the client does not have",
      "Initialization, Client Capabilities"
    ) { bench in
      try await bench.talk(ACP.ClientCapabilities()) { agent in
        let session = try await agent.newSession()
        let prompt = bench.prompts.ask ?? bench.sayPrompt(bench.newWord())
        do { _ = try await agent.prompt(session, prompt) } catch is RPCError {
          // How the turn ends is not what this is about.
        }
        let forbidden = agent.wire.lines().compactMap { line -> String? in
          guard line.direction == .incoming, case .request(let request) = line.message,
            request.method.hasPrefix("fs/") || request.method.hasPrefix("terminal/")
          else { return nil }
          return request.method
        }
        try BrokenPromise.unless(forbidden.isEmpty, "the agent called \(Set(forbidden).sorted())")
      }
    },
  ]

  static func tag(_ update: ACP.SessionUpdate) -> String {
    update.json[ACP.SessionUpdate.tag]?.stringValue ?? "an update without kind"
  }

  /// Two sessions in one process.
  static let together: [Check] = [
    Check("ACP-080", "two sessions at once do not mix", "Session Setup, Session ID") { bench in
      try await bench.talk { agent in
        let (first, second) = (try await agent.newSession(), try await agent.newSession())
        try BrokenPromise.unless(first != second, "both sessions have the id \(first)")
        let (one, two) = (bench.newWord(), bench.newWord())
        let start = agent.wire.count
        async let left = agent.prompt(first, bench.sayPrompt(one))
        async let right = agent.prompt(second, bench.sayPrompt(two))
        let reasons = try await [left.stopReason, right.stopReason]
        try BrokenPromise.unlessEqual(reasons, [.endTurn, .endTurn], "the stop reasons")
        for (session, foreign) in [(first, two), (second, one)] {
          let text = agent.wire.text(of: session, from: start)
          try BrokenPromise.unless(!text.isEmpty, "nothing was said in the session \(session)")
          try BrokenPromise.unless(
            !text.contains(foreign), "what was said in the one session came in the other: \(text.prefix(100))")
        }
      }
    }
  ]
}
