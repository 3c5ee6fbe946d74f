// SPDX-License-Identifier: Apache-2.0
internal import SAMRPC
internal import Synchronization

/// The turns of a faulty agent.
extension FaultyAgent {
  func prompt(_ params: JSONValue) async throws -> JSONValue {
    if fault == .ignoresMissingParameters, params["sessionId"] == nil { return ["stopReason": "end_turn"] }
    let id = try string(params, "sessionId")
    let blocks = params["prompt"]?.arrayValue ?? []
    let stop = OneShot<Void>()
    guard let isCancelled = try begin(id, stop) else { return ["stopReason": "cancelled"] }
    if fault == .refusesLinks, blocks.contains(where: { $0["type"] == "resource_link" }) {
      throw RPCError(.invalidParams, "no links, please")
    }
    if isCancelled, fault == .losesCancelledSessions { throw RPCError(.internalError, "the session is broken") }
    let text = blocks.compactMap { $0["text"]?.stringValue }.joined()
    store.append(["sessionUpdate": "user_message_chunk", "content": ["type": "text", "text": .string(text)]], to: id)
    let reason = await withCancellation(by: stop) { () -> Result<String, any Error> in
      do { return .success(try await self.turn(id, text)) } catch { return .failure(error) }
    }
    state.withLock { state in
      state.sessions[id]?.running = nil
      if Task.isCancelled || reason.isLost { state.hasLostTurn = true }
    }
    switch reason {
    case .success(let reason): return ["stopReason": .string(reason)]
    case .failure(is CancellationError):
      if fault == .cancelsWithAnError { throw RPCError(.internalError, "interrupted") }
      return ["stopReason": fault == .endsCancelledTurns ? "end_turn" : "cancelled"]
    case .failure(let error): throw error
    }
  }

  /// Notes that a turn runs.
  ///
  /// - Returns: Whether a turn of the session was cancelled before; nil when this one is to end at once.
  private func begin(_ id: String, _ stop: OneShot<Void>) throws -> Bool? {
    try state.withLock { state -> Bool? in
      if fault == .takesUnknownSessions, state.sessions[id] == nil { state.sessions[id] = Session(cwd: "/") }
      guard let session = state.sessions[id] else { throw RPCError(.resourceNotFound, "There is no session \(id).") }
      if fault == .onePromptOnly, session.turns > 0 { throw RPCError(.internalError, "one prompt is enough") }
      state.sessions[id]?.isCancelled = false
      if fault == .staysCancelled, session.isCancelled, session.turns == 0 { return nil }
      state.sessions[id]?.turns += 1
      state.sessions[id]?.running = stop
      return session.isCancelled && session.turns > 0
    }
  }

  private func turn(_ id: String, _ text: String) async throws -> String {
    if fault == .namesStrangeSessions { try await tell("nobody", chunk("agent_message_chunk", "boo"), keeps: false) }
    try await tell(id, chunk("agent_thought_chunk", "hm"), keeps: false)
    if text.hasPrefix("[wait]") {
      try await Task.sleep(for: .seconds(60))
    } else if text.hasPrefix("[tool]") {
      return try await useTool(id)
    } else if text.hasPrefix("[ask]") {
      return try await ask(id)
    } else if fault != .saysNothing {
      let words = String(text.dropFirst("say ".count))
      let last = state.withLock { $0.lastSession }
      let there = fault == .mixesSessions && !last.isEmpty ? last : id
      for piece in [words.prefix(3), words.dropFirst(3)] {
        try await tell(there, chunk("agent_message_chunk", String(piece)))
      }
    }
    return "end_turn"
  }

  private func ask(_ id: String) async throws -> String {
    if fault == .readsFilesAnyway || state.withLock({ $0.readsFiles }) {
      // Whether the file is there does not matter.
      _ = try? await rpc.request("fs/read_text_file", ["sessionId": .string(id), "path": "/nothing"])
    }
    let call: JSONValue = ["toolCallId": "call", "title": "Edit", "kind": "edit", "status": "pending"]
    try await tell(id, call.with("sessionUpdate", "tool_call"))
    if fault == .changesUnknownCalls {
      try await tell(id, ["sessionUpdate": "tool_call_update", "toolCallId": "ghost", "status": "completed"])
    }
    var options: [JSONValue] = [
      ["optionId": "allow", "name": "Allow", "kind": "allow_once"],
      ["optionId": "reject", "name": "Reject", "kind": "reject_once"],
    ]
    if fault == .repeatsOptionIDs { options.append(options[0]) }
    let params: JSONValue = ["sessionId": .string(id), "toolCall": call, "options": .array(options)]
    let outcome = try await rpc.request("session/request_permission", params)["outcome"]
    if outcome?["outcome"] == "cancelled" {
      if fault == .ignoresCancel { try await Task.sleep(for: .seconds(60)) }
      throw CancellationError()
    }
    let isAllowed = outcome?["optionId"] == "allow"
    if fault == .stopsAfterPermission, isAllowed { return "refusal" }
    let status: JSONValue = isAllowed || fault == .doesWhatWasRejected ? "completed" : "failed"
    try await tell(id, ["sessionUpdate": "tool_call_update", "toolCallId": "call", "status": status])
    try await tell(id, chunk("agent_message_chunk", isAllowed ? "done" : "not done"))
    return fault == .inventsStopReasons ? "done" : "end_turn"
  }

  private func useTool(_ id: String) async throws -> String {
    let call: JSONValue = [
      "sessionUpdate": "tool_call", "toolCallId": "command", "title": "make", "kind": "execute",
      "status": "in_progress",
    ]
    try await tell(id, call)
    if fault == .leavesProcesses { leave() }
    guard state.withLock({ $0.terminal }) else {
      try await Task.sleep(for: .seconds(60))
      return "end_turn"
    }
    let made = try await rpc.request("terminal/create", ["sessionId": .string(id), "command": "make"])
    let terminal: JSONValue = ["sessionId": .string(id), "terminalId": made["terminalId"] ?? .null]
    _ = try await rpc.request("terminal/wait_for_exit", terminal)
    if fault == .ignoresCancel { try await Task.sleep(for: .seconds(60)) }
    try Task.checkCancellation()
    _ = try await rpc.request("terminal/release", terminal)
    try await tell(id, ["sessionUpdate": "tool_call_update", "toolCallId": "command", "status": "completed"])
    return "end_turn"
  }

  private func chunk(_ kind: String, _ text: String) -> JSONValue {
    let chunk: JSONValue = ["sessionUpdate": .string(kind), "content": ["type": "text", "text": .string(text)]]
    return fault == .leavesOutContent && kind == "agent_thought_chunk" ? chunk.without("content") : chunk
  }

  private func tell(_ id: String, _ update: JSONValue, keeps: Bool = true) async throws {
    if keeps { store.append(update, to: id) }
    try await rpc.notify("session/update", ["sessionId": .string(id), "update": update])
  }
}

extension Result<String, any Error> {
  /// Whether the turn's connection ended while it waited for an answer.
  fileprivate var isLost: Bool {
    if case .failure(let failure as RPCFailure) = self { failure.code == .connectionClosed } else { false }
  }
}

extension JSONValue {
  /// The object with another member.
  func with(_ key: String, _ value: JSONValue) -> JSONValue {
    guard case .object(var members) = self else { return self }
    members[key] = value
    return .object(members)
  }
}
