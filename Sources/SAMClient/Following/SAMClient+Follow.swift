// SPDX-License-Identifier: Apache-2.0
internal import HTTPTypes
internal import NIOCore
internal import NIOSSL
public import SAMAPI
public import SAMCore
internal import SAMWebSocket

extension SAMClient {
  /// Reads a session's transcript and then what is said in it, entry by entry, until the task is cancelled.
  ///
  /// A lost connection is made again from the last entry's place. Entries come in order, each once; one that is missing
  /// ends the stream with an error. The next entry is read when `onEntry` returns, so a slow reader slows its own
  /// connection only.
  ///
  /// - Parameters:
  ///   - session: the session.
  ///   - cursor: what is behind it; nil = from the beginning.
  ///   - raw: whether the agents' own messages are shown beside SAM's.
  ///   - onChange: told what happens to the connection.
  ///   - onEntry: gets each entry with the place behind it.
  /// - Throws: `CancellationError`; ``SAMClientError``: `unreachable` when samd is not there at first or stays away for
  ///   longer than the configured time, `stream_gap`, or what samd refuses with; what the closures throw.
  public func follow(
    _ session: SessionID, from cursor: Cursor? = nil, raw: Bool = false,
    onChange: (FollowChange) async throws -> Void = { _ in },
    onEntry: (EntryItem) async throws -> Void
  ) async throws {
    var follower = Follower(order: try EntryOrder(session: session, cursor: cursor), raw: raw)
    while true {
      do {
        try await connect(&follower, onChange: onChange, onEntry: onEntry)
      } catch let loss as StreamLoss {
        try Task.checkCancellation()
        let wait = try follower.lost(loss.error, configuration)
        try await onChange(.lost(loss.error, retryIn: wait))
        try await configuration.clock.sleep(for: wait)
        follower.waited += wait
      }
    }
  }

  /// One connection, until it is lost.
  private func connect(
    _ follower: inout Follower, onChange: (FollowChange) async throws -> Void,
    onEntry: (EntryItem) async throws -> Void
  ) async throws {
    let request = APIRequest.get(
      "sessions", follower.order.session.rawValue, "stream",
      query: [("cursor", follower.order.cursor.description), ("raw", follower.raw ? "1" : nil)])
    var headers: HTTPFields = [:]
    if let token { headers[.authorization] = "Bearer \(token)" }
    let started = ContinuousClock.now
    do {
      try await WebSocketClient.withConnection(
        url: endpoint.webSocket + request.target, headers: headers, subprotocols: [APIVersion.subprotocol],
        configuration: .init(webSocket: .init(maxMessageSize: Self.maxFrameSize)), configureTLS: Self.addTLS
      ) { connection in
        if follower.connected() { try await onChange(.resumed) }
        for await message in connection.messages {
          try await take(message, &follower, onChange: onChange, onEntry: onEntry)
        }
        try Task.checkCancellation()
        throw StreamLoss(
          SAMClientError(
            .connectionLost, "samd closed the stream of session \(follower.order.session).",
            evidence: connection.closure?.description))
      }
    } catch let error as WebSocketError {
      follower.waited += ContinuousClock.now - started
      throw loss(error, request.label)
    }
  }

  private func take(
    _ message: WebSocketMessage, _ follower: inout Follower, onChange: (FollowChange) async throws -> Void,
    onEntry: (EntryItem) async throws -> Void
  ) async throws {
    switch try frame(message) {
    case .entries(let items):
      for item in items {
        try follower.order.accept(item)
        try await onEntry(item)
      }
    case .live where !follower.isLive:
      follower.isLive = true
      try await onChange(.live)
    case .reset(let cursor, let reason):
      try follower.order.reset(to: cursor)
      try await onChange(.reset(cursor: cursor, reason: reason))
    case .error(let problem):
      let error = SAMClientError(problem)
      throw error.isPassing ? StreamLoss(error) : error
    case .live, .unknown: break
    }
    follower.heard()
  }

  private func frame(_ message: WebSocketMessage) throws -> StreamFrame {
    let bytes: [UInt8] =
      switch message {
      case .text(let text): Array(text.utf8)
      case .binary(let bytes): bytes
      }
    do {
      return try APICoding.decode(StreamFrame.self, from: bytes)
    } catch let error as DecodingError {
      throw SAMClientError(
        .badAnswer, "\(endpoint) sent a stream frame that is not understood: \(error.place). Update samctl or samd.",
        evidence: String(decoding: bytes.prefix(500), as: UTF8.self))
    }
  }

  /// A failed connection as a loss when another try may help, otherwise as the error that ends the stream.
  private func loss(_ error: WebSocketError, _ label: String) -> any Error {
    switch error.code {
    case .unreachable: return StreamLoss(.unreachable(endpoint, error))
    case .refused:
      let status = error.status?.code ?? 0
      let refusal = SAMClientError.answer(
        status: status, contentType: error.headers[.contentType], body: error.body, to: label, from: endpoint)
      return refusal.isPassing ? StreamLoss(refusal) : refusal
    case .closed, .timedOut, .handshakeFailed:
      return StreamLoss(
        SAMClientError(.connectionLost, "The stream from \(endpoint) broke.", evidence: error.message))
    default: return SAMClientError(.badAnswer, error.message, evidence: "\(error.code.rawValue)")
    }
  }

  /// Frames hold many entries, each at most 64 KiB beside what the agent itself sent.
  private static let maxFrameSize = 32 << 20

  private static let addTLS: @Sendable (any Channel, String) throws -> Void = { channel, host in
    let context = try NIOSSLContext(configuration: .makeClientConfiguration())
    // Server name indication has no words for addresses (RFC 6066 §3).
    let isAddress = host.contains(":") || host.allSatisfy { $0.isNumber || $0 == "." }
    try channel.pipeline.syncOperations.addHandler(
      NIOSSLClientHandler(context: context, serverHostname: isAddress ? nil : host))
  }
}

/// The connection is gone, and another one may go on.
struct StreamLoss: Error {
  let error: SAMClientError
  init(_ error: SAMClientError) { self.error = error }
}

/// Where a stream stands, over all its connections.
struct Follower {
  var order: EntryOrder
  /// Whether the agents' own messages are shown.
  let raw: Bool
  /// Whether the reader has caught up once.
  var isLive = false
  /// How long nothing was heard since the last frame.
  var waited: Duration = .zero
  private var losses = 0
  private var hasConnected = false

  init(order: EntryOrder, raw: Bool = false) {
    self.order = order
    self.raw = raw
  }

  /// Notes a connection; whether it is one after a loss.
  mutating func connected() -> Bool {
    defer { hasConnected = true }
    return hasConnected
  }

  /// Notes a frame: samd is there, so a later loss starts from the shortest wait.
  mutating func heard() {
    losses = 0
    waited = .zero
  }

  /// How long to wait before the next connection.
  /// - Throws: the loss itself when samd was never there, or is away for too long.
  mutating func lost(_ error: SAMClientError, _ configuration: SAMClient.Configuration) throws -> Duration {
    guard hasConnected || error.code != .unreachable, waited < configuration.reconnectLimit else { throw error }
    losses += 1
    return configuration.backoff.wait(before: losses)
  }
}
