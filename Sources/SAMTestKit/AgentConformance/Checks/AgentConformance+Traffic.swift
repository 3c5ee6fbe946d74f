// SPDX-License-Identifier: Apache-2.0
internal import SAMACP
internal import SAMRPC

/// What is true of everything that the agent sent in all the checks before.
extension AgentConformance {
  static let traffic: [Check] = [
    Check(
      "ACP-100", "the agent writes nothing to its standard output but messages, one a line", "Transports, stdio"
    ) { bench in
      try await everything(bench) { wire, faults in faults += wire.strayLines }
    },
    Check(
      "ACP-101", "every answer answers one request that waits, and no other", "Overview, Communication Model"
    ) { bench in
      try await everything(bench) { wire, faults in faults += wire.strayAnswers }
    },
    Check("ACP-102", "the agent's own requests have ids of their own while they wait", "Schema, RequestId") { bench in
      try await everything(bench) { wire, faults in
        let asks = wire.lines().contains { line in
          if line.direction == .incoming, case .request = line.message { true } else { false }
        }
        try NotApplicable.unless(asks, "the agent makes no requests")
        faults += wire.repeatedIDs
      }
    },
    Check("ACP-103", "everything that the agent sends has the shape of the protocol", "Schema") { bench in
      try await everything(bench) { wire, faults in faults += wire.shapes.flatMap(\.faults) }
    },
    Check(
      "ACP-104", "the agent adds no members of its own to the protocol's types", "Extensibility, The _meta Field"
    ) { bench in
      try await everything(bench) { wire, faults in faults += wire.shapes.flatMap(\.foreign) }
    },
    Check("ACP-105", "every update names a session that the client knows", "Prompt Turn, 3. Agent Reports Output") {
      bench in
      try await everything(bench) { wire, faults in
        try NotApplicable.unless(wire.lines().contains { $0.update != nil }, "no update came")
        var known: Set<String> = []
        for (line, method, params) in wire.calls {
          if line.direction == .outgoing { params["sessionId"]?.stringValue.map { _ = known.insert($0) } }
          guard line.direction == .incoming, let session = params["sessionId"]?.stringValue else { continue }
          // A session's first words may come before the answer that names it.
          if method == nil {
            known.insert(session)
          } else if !known.contains(session), !isNamedLater(session, wire) {
            faults.append("\(method ?? "") names the session \(session), which nobody made")
          }
        }
      }
    },
    Check("ACP-106", "a change of a tool call follows the call", "Tool Calls, Updating") { bench in
      try await everything(bench) { wire, faults in
        var calls: Set<String> = []
        for case let (session, update)? in wire.lines().map({ $0.direction == .incoming ? $0.update : nil }) {
          switch update {
          case .toolCall(let call): calls.insert("\(session) \(call.toolCallID)")
          case .toolCallUpdate(let call) where !calls.contains("\(session) \(call.toolCallID)"):
            faults.append("tool_call_update of \(call.toolCallID), of which there was no tool_call")
          default: break
          }
        }
        if calls.isEmpty { throw NotApplicable(why: "no tool was called") }
      }
    },
  ]

  /// Looks at everything that ever came; when nothing did, an ordinary conversation is had first.
  private static func everything(
    _ bench: AgentBench, _ body: (Wire, _ faults: inout [String]) throws -> Void
  ) async throws {
    if bench.wires.isEmpty {
      try await bench.talk { agent in
        let session = try await agent.newSession()
        _ = try? await agent.prompt(session, bench.prompts.ask ?? bench.sayPrompt(bench.newWord()))
      }
    }
    let wires = bench.wires.filter { $0.lines().contains { $0.direction == .incoming } }
    if wires.isEmpty { throw Blocked(by: "ACP-001, the agent sent nothing") }
    var faults: [String] = []
    var reasons: [NotApplicable] = []
    for wire in wires {
      do { try body(wire, &faults) } catch let reason as NotApplicable { reasons.append(reason) }
    }
    let kinds = Set(faults).sorted()
    try BrokenPromise.unless(
      kinds.isEmpty, "\(faults.count) times, in \(kinds.count) ways; \(kinds.prefix(5).joined(separator: "; "))")
    if let reason = reasons.first, reasons.count == wires.count { throw reason }
  }

  private static func isNamedLater(_ session: String, _ wire: Wire) -> Bool {
    wire.calls.contains {
      $0.line.direction == .incoming && $0.method == nil && $0.params["sessionId"] == .string(session)
    }
  }
}
