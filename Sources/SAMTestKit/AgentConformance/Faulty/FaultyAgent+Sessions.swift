// SPDX-License-Identifier: Apache-2.0
internal import SAMRPC
internal import Synchronization

/// How a faulty agent keeps its sessions.
extension FaultyAgent {
  var options: JSONValue {
    [
      [
        "id": "model", "name": "Model", "type": "select",
        "currentValue": .string(fault == .wrongOption ? "hologram" : "small"),
        "options": [["value": "small", "name": "Small"], ["value": "large", "name": "Large"]],
      ]
    ]
  }

  private func opened(_ id: String) -> JSONValue {
    let mode: JSONValue = fault == .wrongCurrentMode ? "hologram" : "ask"
    let modes: JSONValue = [
      "currentModeId": mode, "availableModes": [["id": "ask", "name": "Ask"], ["id": "code", "name": "Code"]],
    ]
    return ["sessionId": .string(id), "modes": modes, "configOptions": options]
  }

  func newSession(_ params: JSONValue) throws -> JSONValue {
    var cwd = params["cwd"]?.stringValue
    if fault == .ignoresMissingParameters { cwd = cwd ?? "/" }
    guard let cwd else { throw RPCError(.invalidParams, "cwd is missing") }
    var id = fault == .repeatsSessionIDs ? "same" : store.newID()
    if fault == .emptySessionID { id = "" }
    store.create(id, cwd: cwd)
    state.withLock { state in
      state.sessions[id] = Session(cwd: cwd)
      state.lastSession = id
    }
    return opened(id)
  }

  /// Opens a session that is kept.
  private func open(_ params: JSONValue, isLoad: Bool) throws -> (id: String, history: [JSONValue]) {
    let id = try string(params, "sessionId")
    let history = store.history(of: id) ?? (fault == .loadsAnything ? [] : nil)
    guard let history else { throw RPCError(.resourceNotFound, "There is no session \(id).") }
    if fault != .forgetsLoadedSessions || !isLoad {
      state.withLock { $0.sessions[id] = Session(cwd: params["cwd"]?.stringValue ?? "/") }
    }
    return (id, history)
  }

  func load(_ params: JSONValue) async throws -> JSONValue {
    let (id, history) = try open(params, isLoad: true)
    if fault == .answersLoadFirst {
      transport.after(.milliseconds(60), lines: history.map { line(id, $0) })
      return opened(id).without("sessionId")
    }
    try await replay(history, of: id)
    return opened(id).without("sessionId")
  }

  func resume(_ params: JSONValue) async throws -> JSONValue {
    let (id, history) = try open(params, isLoad: false)
    if fault == .replaysOnResume { try await replay(history, of: id) }
    return opened(id).without("sessionId")
  }

  private func replay(_ history: [JSONValue], of id: String) async throws {
    for update in history {
      if fault == .replaysOnlyItself, update["sessionUpdate"] == "user_message_chunk" { continue }
      try await rpc.notify("session/update", ["sessionId": .string(id), "update": update])
    }
  }

  private func line(_ id: String, _ update: JSONValue) -> [UInt8] {
    let params: JSONValue = ["sessionId": .string(id), "update": update]
    return RPCMessage.notification(RPCNotification(method: "session/update", params: params)).line()
  }

  func fork(_ params: JSONValue) throws -> JSONValue {
    let old = try string(params, "sessionId")
    guard let history = store.history(of: old) else { throw RPCError(.resourceNotFound, "There is no session \(old).") }
    if fault == .forksToTheSame { return opened(old) }
    let (id, cwd) = (store.newID(), params["cwd"]?.stringValue ?? "/")
    store.create(id, cwd: cwd)
    for update in history { store.append(update, to: id) }
    state.withLock { $0.sessions[id] = Session(cwd: cwd) }
    return opened(id)
  }

  func list() -> JSONValue {
    let sessions = fault == .hidesSessions ? [] : store.all
    return ["sessions": .array(sessions.map { ["sessionId": .string($0.id), "cwd": .string($0.cwd)] })]
  }

  func close(_ params: JSONValue) throws -> JSONValue {
    let id = try string(params, "sessionId")
    let running = state.withLock { state in
      let running = state.sessions[id]?.running
      if fault != .keepsClosedSessions { state.sessions[id] = nil }
      return running
    }
    if fault != .closesWithoutCancelling { running?.set(.success(())) }
    return [:]
  }

  func delete(_ params: JSONValue) throws -> JSONValue {
    if fault != .keepsDeletedSessions { store.remove(try string(params, "sessionId")) }
    return try close(params)
  }

  func setMode(_ params: JSONValue) throws -> JSONValue {
    let (id, mode) = (try string(params, "sessionId"), try string(params, "modeId"))
    guard fault != .refusesModes, fault == .takesAnyMode || ["ask", "code"].contains(mode) else {
      throw RPCError(.invalidParams, "There is no mode \(mode).")
    }
    state.withLock { $0.sessions[id]?.mode = mode }
    return [:]
  }
}

extension JSONValue {
  /// The object without a member.
  func without(_ key: String) -> JSONValue {
    guard case .object(var members) = self else { return self }
    members[key] = nil
    return .object(members)
  }
}
