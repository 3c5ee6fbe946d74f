// SPDX-License-Identifier: Apache-2.0
internal import SAMACP
internal import SAMRPC
internal import Synchronization

/// Every line of one connection, in the order in which it came or went.
final class Wire: Sendable {
  /// A line and what it turned out to be.
  struct Line: Sendable {
    let direction: RPCConnection.Direction
    let bytes: [UInt8]
    let content: RPCIncoming

    var message: RPCMessage? { if case .message(let message, _) = content { message } else { nil } }

    /// The session update in it, with its session.
    var update: (session: ACP.SessionID, update: ACP.SessionUpdate)? {
      guard case .notification(let notification) = message, notification.method == ACP.SessionNotification.method,
        let params = notification.params, let told = try? ACP.SessionNotification(json: params)
      else { return nil }
      return (told.sessionID, told.update)
    }
  }

  private let state = Mutex<[Line]>([])

  func add(_ direction: RPCConnection.Direction, _ bytes: [UInt8]) {
    let line = Line(direction: direction, bytes: bytes, content: RPCIncoming(.line(bytes)))
    state.withLock { $0.append(line) }
  }

  /// How many lines there are.
  var count: Int { state.withLock { $0.count } }

  /// All lines, or those from an index on.
  func lines(from start: Int = 0) -> [Line] { state.withLock { Array($0.dropFirst(start)) } }

  /// What the agent told about a session, from an index on.
  func updates(of session: ACP.SessionID, from start: Int = 0) -> [ACP.SessionUpdate] {
    lines(from: start).compactMap { line in
      guard line.direction == .incoming, let told = line.update, told.session == session else { return nil }
      return told.update
    }
  }

  /// What the agent said in a session, from an index on.
  func text(of session: ACP.SessionID, from start: Int = 0) -> String {
    updates(of: session, from: start).map { update in
      if case .agentMessageChunk(let chunk) = update, case .text(let text) = chunk.content { text.text } else { "" }
    }.joined()
  }

  /// The answer of the agent to a request of ours, with its place.
  func answer(to id: RPCID) -> (index: Int, response: RPCResponse)? {
    for (index, line) in lines().enumerated() where line.direction == .incoming {
      if case .response(let response) = line.message, response.id == id { return (index, response) }
    }
    return nil
  }

  /// Where our last request of a method is.
  func lastRequest(of method: String) -> (index: Int, request: RPCRequest)? {
    for (index, line) in lines().enumerated().reversed() where line.direction == .outgoing {
      if case .request(let request) = line.message, request.method == method { return (index, request) }
    }
    return nil
  }
}

extension ACP.SessionUpdate {
  /// Whether it belongs to a turn, and not to the state of the session, which may change at any time.
  var belongsToTurn: Bool {
    switch self {
    case .userMessageChunk, .agentMessageChunk, .agentThoughtChunk, .toolCall, .toolCallUpdate, .plan: true
    case .availableCommands, .currentMode, .configOptions, .sessionInfo, .usage, .other: false
    }
  }
}
