// SPDX-License-Identifier: Apache-2.0
internal import Logging
internal import SAMAPI
internal import SAMCore
internal import SAMWebSocket

/// One viewer of one session: a cursor into the transcript that sends what is behind it, at the viewer's pace.
///
/// While a frame waits to be sent nothing is read, so a slow viewer holds one frame and nobody waits for it.
struct SessionStream: Sendable {
  /// How many entries a frame has at most.
  private static let batch = 32

  let orchestrator: Orchestrator
  let session: SessionID
  /// The last entry that the viewer says it has.
  let wanted: Int64
  /// The last entry that there is.
  let last: Int64
  let raw: Bool
  let frames: LiveFrames
  /// The id of the handshake's request.
  let request: String
  let log: Logger

  /// Sends until the viewer leaves, its token is revoked, or the server shuts down.
  func serve(_ connection: WebSocketConnection, watch: TokenWatch) async throws {
    let encoded = frames.join(session)
    defer {
      frames.leave(session)
      log.info("stream closed", metadata: ["closure": "\(connection.closure.map { "\($0)" } ?? "by us")"])
    }
    // What a viewer sends is passed over: a later version may ask for something.
    try await connection.run(receiving: { _ in }, sending: { try await send(to: $0, encoded, watch) })
  }

  private func send(to connection: WebSocketConnection, _ encoded: SessionFrames, _ watch: TokenWatch) async throws {
    do {
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await follow(connection, encoded) }
        group.addTask { try await watch.untilRevoked(clock: orchestrator.clock) }
        defer { group.cancelAll() }
        try await group.next()
      }
      // Following never returns: the token was revoked.
      let problem = Problem(
        .unauthenticated, "the token of this stream was revoked; connect with another", request: request)
      try await connection.send(text: try StreamFrame.error(problem).text())
      await connection.close(code: .policyViolation, reason: "the token was revoked")
    } catch let error as StoreError {
      let problem = Problem(mapping: error, request: request, logger: log)
      try await connection.send(text: try StreamFrame.error(problem).text())
      throw error
    }
  }

  private func follow(_ connection: WebSocketConnection, _ encoded: SessionFrames) async throws {
    var start = wanted
    if wanted > last {
      // The store is older than the viewer: it came out of a backup. What the viewer has of it may not be what was said.
      start = 0
      let reset = StreamFrame.reset(
        cursor: Cursor(session: session, seq: 0),
        reason: "the transcript is shorter than this cursor says; it is sent again from the start")
      try await connection.send(text: try reset.text())
    }
    let reader = orchestrator.follow(session, after: start)
    var isLive = false
    while true {
      let entries = isLive ? try await reader.next(limit: Self.batch) : try await reader.poll(limit: Self.batch)
      if entries.isEmpty {
        isLive = true
        try await connection.send(text: try StreamFrame.live.text())
      } else {
        try await connection.send(text: try encoded.frame(of: entries, raw: raw))
      }
    }
  }
}

extension StreamFrame {
  /// The frame as it is sent.
  func text() throws -> String { String(decoding: try APICoding.encode(self), as: UTF8.self) }
}
