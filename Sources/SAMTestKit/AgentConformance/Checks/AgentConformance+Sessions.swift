// SPDX-License-Identifier: Apache-2.0
internal import SAMACP
internal import SAMRPC

/// Sessions, their modes and options.
extension AgentConformance {
  static let sessions: [Check] = [
    Check("ACP-030", "session/new gives the session an id", "Session Setup, Session ID") { bench in
      try await bench.talk { agent in
        let response: ACP.NewSessionResponse
        do { response = try await new(agent) } catch let error as RPCError where error.code == .authenticationRequired {
          throw NotApplicable(why: "the agent wants a log-in first: \(error.message)")
        }
        try BrokenPromise.unless(!response.sessionID.rawValue.isEmpty, "the session's id is empty")
      }
    },
    Check("ACP-031", "session ids are unique", "Session Setup, Session ID") { bench in
      try await bench.talk { agent in
        var ids: Set<ACP.SessionID> = []
        for _ in 0..<3 {
          let id = try await agent.newSession()
          try BrokenPromise.unless(ids.insert(id).inserted, "two sessions have the id \(id)")
        }
      }
    },
    Check("ACP-032", "a prompt in an unknown session is answered with an error", "Prompt Turn, 1. User Message") {
      bench in
      try await bench.talk { agent in
        try await expectError("a prompt in an unknown session") {
          _ = try await agent.prompt("00000000-dead-4bad-8bad-000000000000", bench.sayPrompt("x"))
        }
      }
    },
    Check("ACP-033", "the current mode is one of the available ones", "Session Modes, Initial state") { bench in
      try await bench.talk { agent in
        let modes = try await modes(agent).state
        let ids = modes.availableModes.map(\.id)
        try BrokenPromise.unless(ids.contains(modes.currentModeID), "the mode \(modes.currentModeID) is none of \(ids)")
        try BrokenPromise.unlessEqual(Set(ids).count, ids.count, "different ids of modes")
      }
    },
    Check("ACP-034", "every available mode can be set", "Session Modes, From the Client") { bench in
      try await bench.talk { agent in
        let (session, modes) = try await modes(agent)
        for mode in modes.availableModes + modes.availableModes.filter({ $0.id == modes.currentModeID }) {
          _ = try await agent.call(ACP.SetSessionModeRequest(sessionID: session, modeID: mode.id))
        }
      }
    },
    Check("ACP-035", "a mode that there is not is refused", "Session Modes, From the Client") { bench in
      try await bench.talk { agent in
        let session = try await modes(agent).session
        try await expectError("session/set_mode with an unknown mode") {
          _ = try await agent.call(ACP.SetSessionModeRequest(sessionID: session, modeID: "sam-hologram"))
        }
      }
    },
    Check(
      "ACP-036", "an option's current value is one of its choices, and setting it answers with all options",
      "Session Config Options, From the Client"
    ) { bench in
      try await bench.talk { agent in
        let response = try await newOrBlocked(agent)
        let options = response.configOptions ?? []
        try NotApplicable.unless(!options.isEmpty, "the session has no options")
        for option in options where option.type == .select {
          guard case .choice(let current) = option.currentValue else {
            throw BrokenPromise(what: "the value of the option \(option.id) is no string: \(option.currentValue.json)")
          }
          let choices = choices(option.options ?? [])
          try BrokenPromise.unless(choices.contains(current), "\(option.id) is “\(current)”, none of \(choices)")
          let answer = try await agent.call(
            ACP.SetSessionConfigOptionRequest(
              sessionID: response.sessionID, configID: option.id, value: .choice(current)))
          try BrokenPromise.unlessEqual(
            Set(answer.configOptions.map(\.id)).isSuperset(of: [option.id]), true, "the option is in the answer")
        }
      }
    },
  ]

  private static func new(_ agent: AgentConversation) async throws -> ACP.NewSessionResponse {
    try await agent.call(
      ACP.NewSessionRequest(cwd: agent.bench.workspace, mcpServers: []), limit: agent.bench.limits.start)
  }

  private static func newOrBlocked(_ agent: AgentConversation) async throws -> ACP.NewSessionResponse {
    do { return try await new(agent) } catch let error as RPCError where error.code == .authenticationRequired {
      throw NotApplicable(why: "the agent wants a log-in first: \(error.message)")
    } catch {
      throw Blocked(by: "ACP-030, \(agent.bench.words(error, agent.instance))")
    }
  }

  private static func modes(
    _ agent: AgentConversation
  ) async throws -> (session: ACP.SessionID, state: ACP.SessionModeState) {
    let response = try await newOrBlocked(agent)
    guard let modes = response.modes else { throw NotApplicable(why: "the session has no modes") }
    return (response.sessionID, modes)
  }

  private static func choices(_ list: [ACP.SessionConfigChoice]) -> [String] {
    list.flatMap { choice in (choice.value.map { [$0] } ?? []) + choices(choice.options ?? []) }
  }
}
