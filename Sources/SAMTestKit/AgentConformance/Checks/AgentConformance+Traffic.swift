// SPDX-License-Identifier: Apache-2.0
internal import SAMACP
internal import SAMRPC

/// What is true of everything that the agent sent in all the checks before.
extension AgentConformance {
  static let traffic: [Check] = [
    Check(
      "ACP-100", "the agent writes nothing to its standard output but messages, one a line", "Transports, stdio"
    ) { bench in
      try await everything(bench) { wire, faults in
        for line in wire.lines() where line.direction == .incoming {
          guard case .faulty(let diagnostic, _) = line.content else { continue }
          let evidence = String(decoding: diagnostic.evidence.prefix(120), as: UTF8.self)
          faults.append("\(diagnostic.message) [\(evidence)]")
        }
      }
    },
    Check(
      "ACP-101", "every answer answers one request that waits, and no other", "Overview, Communication Model"
    ) { bench in
      try await everything(bench) { wire, faults in
        var waiting: Set<RPCID> = []
        for line in wire.lines() {
          switch (line.direction, line.message) {
          case (.outgoing, .request(let request)): waiting.insert(request.id)
          case (.incoming, .response(let response)) where waiting.remove(response.id) == nil:
            // A line that cannot be read is answered with the id null.
            if response.id != .null { faults.append("an answer with id \(response.id), to which no request waits") }
          default: break
          }
        }
      }
    },
    Check("ACP-102", "the agent's own requests have ids of their own while they wait", "Schema, RequestId") { bench in
      try await everything(bench) { wire, faults in
        var waiting: Set<RPCID> = []
        for line in wire.lines() {
          switch (line.direction, line.message) {
          case (.incoming, .request(let request)) where !waiting.insert(request.id).inserted:
            faults.append("\(request.method) has the id \(request.id) of a request that waits")
          case (.outgoing, .response(let response)): waiting.remove(response.id)
          default: break
          }
        }
      }
    },
    Check("ACP-103", "everything that the agent sends has the shape of the protocol", "Schema") { bench in
      try await everything(bench) { wire, faults in
        for (_, shape) in shapes(wire) { faults += shape.faults }
      }
    },
    Check(
      "ACP-104", "the agent adds no members of its own to the protocol's types", "Extensibility, The _meta Field"
    ) { bench in
      try await everything(bench) { wire, faults in
        for (_, shape) in shapes(wire) { faults += shape.foreign }
      }
    },
    Check("ACP-105", "every update names a session that the client knows", "Prompt Turn, 3. Agent Reports Output") {
      bench in
      try await everything(bench) { wire, faults in
        var known: Set<String> = []
        for (line, method, params) in calls(wire) {
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

  /// The shapes of what the agent sent.
  private static func shapes(_ wire: Wire) -> [(Wire.Line, MessageShape)] {
    var asked: [RPCID: String] = [:]
    return wire.lines().compactMap { line in
      switch (line.direction, line.message) {
      case (.outgoing, .request(let request)):
        asked[request.id] = request.method
        return nil
      case (.incoming, .request(let request)):
        return shape(request.method, request.params ?? [:]).map { (line, $0) }
      case (.incoming, .notification(let notification)):
        return shape(notification.method, notification.params ?? [:]).map { (line, $0) }
      case (.incoming, .response(let response)):
        guard case .success(let result) = response.result, let name = asked[response.id],
          let read = ACPMethod.named(name)?.readResult
        else { return nil }
        return (line, MessageShape("the answer to \(name)", result, read))
      default: return nil
      }
    }
  }

  private static func shape(_ method: String, _ params: JSONValue) -> MessageShape? {
    ACPMethod.named(method).map { MessageShape(method, params, $0.readParams) }
  }

  /// Each message with its method (nil for an answer) and its parameters or result.
  private static func calls(_ wire: Wire) -> [(line: Wire.Line, method: String?, params: JSONValue)] {
    wire.lines().compactMap { line in
      switch line.message {
      case .request(let request): (line, request.method, request.params ?? [:])
      case .notification(let notification): (line, notification.method, notification.params ?? [:])
      case .response(let response): (line, nil, (try? response.result.get()) ?? [:])
      case nil: nil
      }
    }
  }

  private static func isNamedLater(_ session: String, _ wire: Wire) -> Bool {
    calls(wire).contains {
      $0.line.direction == .incoming && $0.method == nil && $0.params["sessionId"] == .string(session)
    }
  }
}
