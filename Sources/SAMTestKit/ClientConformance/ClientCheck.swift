// SPDX-License-Identifier: Apache-2.0
internal import SAMACP
internal import SAMRPC

/// A check of a client, with what it judges by: a probe of the same id, or the record of everything.
struct ClientCheck: Sendable {
  var check: ProtocolCheck
  var judge: @Sendable (ClientRecord) -> ProtocolCheck.Outcome

  /// A check that a probe makes.
  private init(_ id: String, _ promise: String, _ section: String) {
    check = ProtocolCheck(id, promise, section: section)
    judge = { $0.probe(id) ?? .notApplicable("no turn came so far") }
  }

  /// A check of the record.
  private init(
    _ id: String, _ promise: String, _ section: String, _ body: @escaping @Sendable (ClientRecord) throws -> Void
  ) {
    check = ProtocolCheck(id, promise, section: section)
    judge = { record in
      do {
        try NotApplicable.unless(!record.requests.isEmpty, "nothing came")
        try body(record)
        return .passed
      } catch let broken as BrokenPromise {
        return .failed(broken.what)
      } catch let other as NotApplicable {
        return .notApplicable(other.why)
      } catch {
        return .failed("\(error)")
      }
    }
  }

  static let all = beginning + probes + turns + traffic

  private static let beginning: [ClientCheck] = [
    ClientCheck("CLI-001", "initialize comes first, with a version", "Initialization") { record in
      guard let first = record.requests.first else { return }
      try BrokenPromise.unlessEqual(first.method, "initialize", "the first message")
      let version = first.params["protocolVersion"]?.int64Value
      try BrokenPromise.unless(
        (0...65535).contains(version ?? -1), "the version is \(first.params["protocolVersion"] ?? nil)")
    },
    ClientCheck("CLI-002", "initialize comes once", "Initialization") { record in
      let count = record.requests.count { $0.method == "initialize" }
      try BrokenPromise.unlessEqual(count, 1, "how often initialize came")
    },
    ClientCheck(
      "CLI-003", "session/new names an absolute folder and lists the MCP servers", "Session Setup, Creating a Session"
    ) { record in
      let sessions = record.requests.filter { $0.method == "session/new" }
      try NotApplicable.unless(!sessions.isEmpty, "no session was made")
      for session in sessions {
        let folder = session.params["cwd"]?.stringValue ?? ""
        try BrokenPromise.unless(folder.hasPrefix("/"), "cwd is “\(folder)”")
        try BrokenPromise.unless(session.params["mcpServers"]?.arrayValue != nil, "mcpServers is no list")
      }
    },
    ClientCheck(
      "CLI-004", "the client calls only what the agent advertises", "Initialization, Agent Capabilities"
    ) { record in
      // This agent advertises nothing.
      let optional: Set<String> = [
        "session/load", "session/resume", "session/fork", "session/list", "session/close", "session/delete", "logout",
        "session/set_mode", "session/set_config_option", "authenticate",
      ]
      let called = Set(record.requests.map(\.method)).intersection(optional)
      try BrokenPromise.unless(called.isEmpty, "the client called \(called.sorted())")
    },
  ]

  private static let probes: [ClientCheck] = [
    ClientCheck("CLI-010", "an unknown method is answered with -32601", "Extensibility, Extension Methods"),
    ClientCheck("CLI-011", "an unknown notification is survived", "Extensibility, Custom Notifications"),
    ClientCheck("CLI-012", "an update of an unknown kind is survived", "Schema, SessionUpdate"),
    ClientCheck(
      "CLI-020", "a request for permission is answered with an offered option or as cancelled",
      "Tool Calls, Requesting Permission"),
    ClientCheck("CLI-021", "what was written is read again, whole or by lines", "File System"),
    ClientCheck("CLI-022", "reading a file that is not there is answered with an error", "File System, Reading Files"),
    ClientCheck(
      "CLI-023", "file methods that are not advertised are answered with -32601", "File System, Checking Support"),
    ClientCheck("CLI-030", "a command runs in a terminal, with output, end and release", "Terminals"),
    ClientCheck(
      "CLI-031", "a command that is killed ends, and its terminal stays until released", "Terminals, Killing"),
    ClientCheck(
      "CLI-032", "terminals that are not advertised are answered with -32601", "Terminals, Checking Support"),
    ClientCheck(
      "CLI-050", "a question is answered by a known action, or refused when it was not advertised", "Elicitation"),
  ]

  private static let turns: [ClientCheck] = [
    ClientCheck(
      "CLI-060", "a cancelled turn's requests for permission are answered as cancelled", "Prompt Turn, Cancellation"
    ) { record in
      let lines = record.wire.lines()
      guard let cancel = record.requests.first(where: { $0.method == "session/cancel" }) else {
        throw NotApplicable(why: "the client cancelled nothing")
      }
      var open: Set<RPCID> = []
      for line in lines[..<cancel.index] {
        if line.direction == .outgoing, case .request(let request) = line.message,
          request.method == "session/request_permission"
        {
          open.insert(request.id)
        } else if line.direction == .incoming, case .response(let response) = line.message {
          open.remove(response.id)
        }
      }
      try NotApplicable.unless(!open.isEmpty, "no request for permission waited when the client cancelled")
      for id in open {
        let outcome = try record.wire.answer(to: id)?.response.result.get()["outcome"]?["outcome"]
        try BrokenPromise.unlessEqual(outcome, "cancelled", "the outcome of the request that waited")
      }
    },
    ClientCheck("CLI-061", "a session gets no prompt while its turn runs", "Prompt Turn, The Prompt Turn Lifecycle") {
      record in
      try NotApplicable.unless(record.requests.contains { $0.method == "session/prompt" }, "no turn came so far")
      var running: [RPCID: String] = [:]
      for line in record.wire.lines() {
        switch (line.direction, line.message) {
        case (.incoming, .request(let request)) where request.method == "session/prompt":
          let session = request.params?["sessionId"]?.stringValue ?? ""
          try BrokenPromise.unless(!running.values.contains(session), "a second prompt came in the session \(session)")
          running[request.id] = session
        case (.outgoing, .response(let response)): running[response.id] = nil
        default: break
        }
      }
    },
    ClientCheck("CLI-062", "the client ends the agent by closing its input", "Transports, stdio, Shutdown") { record in
      try NotApplicable.unless(record.hasEnded, "the client has not ended the agent so far")
    },
  ]

  private static let traffic: [ClientCheck] = [
    ClientCheck(
      "CLI-100", "the client writes nothing to the agent's input but messages, one a line", "Transports, stdio"
    ) { try none($0.wire.strayLines) },
    ClientCheck(
      "CLI-101", "every answer answers one request that waits, and no other", "Overview, Communication Model"
    ) { try none($0.wire.strayAnswers) },
    ClientCheck("CLI-102", "the client's requests have ids of their own while they wait", "Schema, RequestId") {
      try none($0.wire.repeatedIDs)
    },
    ClientCheck("CLI-103", "everything that the client sends has the shape of the protocol", "Schema") {
      try none($0.wire.shapes.flatMap(\.faults))
    },
    ClientCheck(
      "CLI-104", "the client adds no members of its own to the protocol's types", "Extensibility, The _meta Field"
    ) { try none($0.wire.shapes.flatMap(\.foreign)) },
  ]

  private static func none(_ faults: [String]) throws {
    let kinds = Set(faults).sorted()
    try BrokenPromise.unless(
      kinds.isEmpty, "\(faults.count) times, in \(kinds.count) ways; \(kinds.prefix(5).joined(separator: "; "))")
  }
}
