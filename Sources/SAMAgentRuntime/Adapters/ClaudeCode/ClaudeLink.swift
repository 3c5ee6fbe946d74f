// SPDX-License-Identifier: Apache-2.0
internal import SAMRPC
internal import Synchronization

/// The lines to and from one running `claude` program.
final class ClaudeLink: Sendable {
  private struct State {
    var requests = 0
    var waiting: [String: OneShot<JSONValue>] = [:]
    var end: RPCError?
  }

  let process: AdaptedProcess
  private let state = Mutex(State())

  init(_ process: AdaptedProcess) { self.process = process }

  /// Writes a line.
  func send(_ line: JSONValue) async throws {
    try await process.transport.write(line.serialized() + [UInt8(ascii: "\n")])
  }

  /// Makes a control request and waits for its answer.
  ///
  /// - Throws: `RPCError` from the program, or why it is gone.
  func request(_ subtype: String, _ members: JSONObject = [:]) async throws -> JSONValue {
    let answer = OneShot<JSONValue>()
    let id = try state.withLock { state in
      if let end = state.end { throw end }
      state.requests += 1
      let id = "sam-\(state.requests)"
      state.waiting[id] = answer
      return id
    }
    defer { state.withLock { _ = $0.waiting.removeValue(forKey: id) } }
    var request = members
    request["subtype"] = .string(subtype)
    do {
      try await send(["type": "control_request", "request_id": .string(id), "request": .object(request)])
    } catch is RPCFailure {
      // The program is going; its end says why.
    }
    return try await answer.value()
  }

  /// Answers a control request of the program.
  func respond(to id: String, _ response: JSONValue) async throws {
    try await send([
      "type": "control_response",
      "response": ["subtype": "success", "request_id": .string(id), "response": response],
    ])
  }

  /// Refuses a control request of the program.
  func refuse(_ id: String, _ reason: String) async throws {
    try await send([
      "type": "control_response",
      "response": ["subtype": "error", "request_id": .string(id), "error": .string(reason)],
    ])
  }

  /// Takes the answer to a request of ours.
  func take(_ answer: Result<JSONValue, RPCError>, to id: String) {
    state.withLock { $0.waiting[id] }?.set(answer.mapError { $0 })
  }

  /// Fails what waits, now and later.
  func end(_ reason: RPCError) {
    let waiting = state.withLock { state in
      state.end = reason
      return Array(state.waiting.values)
    }
    for answer in waiting { answer.set(.failure(reason)) }
  }
}
