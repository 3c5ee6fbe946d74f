// SPDX-License-Identifier: Apache-2.0
internal import HTTPTypes
internal import HummingbirdCore
internal import Logging
internal import NIOCore
internal import NIOHTTP1
internal import NIOHTTPTypes
internal import Synchronization

/// One accepted connection: waits for its first request, then serves it as HTTP or as a WebSocket.
struct WebSocketUpgradeChannel: ServerChildChannel, HTTPChannelHandler {
  struct Value: ServerChildChannelValue {
    let channel: any Channel
    let firstRequest: EventLoopFuture<FirstRequest>
    let door: HandshakeDoor
  }

  let responder: HTTPChannelHandler.Responder
  let configuration: WebSocketServerConfiguration
  let upgrade: @Sendable (WebSocketHandshake) async -> WebSocketUpgrade

  func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
    channel.eventLoop.makeCompletedFuture {
      var limits = NIOHTTPDecoderLimitConfiguration()
      limits.maxHeaderFieldSize = configuration.http.httpDecoder.maxHeaderFieldSize
      limits.maxHeaderListSize = configuration.http.httpDecoder.maxHeaderListSize
      limits.maxHeaderFieldCount = configuration.http.httpDecoder.maxHeaderFieldCount
      let encoder = HTTPResponseEncoder()
      // Forwarding: bytes that follow a WebSocket handshake belong to the WebSocket.
      let decoder = ByteToMessageHandler(
        HTTPRequestDecoder(leftOverBytesStrategy: .forwardBytes, limitConfiguration: limits))
      let handler = FirstRequestHandler(
        encoder: encoder, decoder: decoder, configuration: configuration, logger: logger,
        promise: channel.eventLoop.makePromise(of: FirstRequest.self))
      try channel.pipeline.syncOperations.addHandlers(encoder, decoder, handler)
      return Value(
        channel: channel, firstRequest: handler.firstRequest,
        door: HandshakeDoor(eventLoop: channel.eventLoop, handler: handler))
    }
  }

  func handle(value: Value, logger: Logger) async {
    do {
      let first = try await withTaskCancellationHandler {
        try await value.firstRequest.get()
      } onCancel: {
        value.channel.close(promise: nil)
      }
      switch first {
      case .http(let channel): await serveHTTP(channel, logger)
      case .handshake(let request): try await decide(request, value, logger)
      }
    } catch {
      // The peer left before or during its first request; Hummingbird logs the same at the same level.
      logger.trace("Connection ended before it was served", metadata: ["error": "\(error)"])
    }
  }

  private func decide(_ request: HTTPRequest, _ value: Value, _ logger: Logger) async throws {
    if let refusal = HandshakeRefusal.rejecting(request.headerFields) { return try await value.door.refuse(refusal) }
    let handshake = WebSocketHandshake(request: request, remoteAddress: value.channel.remoteAddress)
    switch await upgrade(handshake) {
    case .notAWebSocket:
      await serveHTTP(try await value.door.passOn(), logger)
    case .refuse(let status, let headers, let body):
      try await value.door.refuse(HandshakeRefusal(status: status, headers: headers, body: body))
    case .accept(let subprotocol, var headers, let handler):
      headers[.secWebSocketProtocol] = subprotocol
      guard let state = try await value.door.accept(headers) else { return }
      let connection = WebSocketConnection(channel: value.channel, state: state, subprotocol: subprotocol)
      await serve(connection, handler, logger)
    }
  }

  private func serve(
    _ connection: WebSocketConnection, _ handler: (WebSocketConnection) async throws -> Void, _ logger: Logger
  ) async {
    do {
      try await handler(connection)
      await connection.close(code: Task.isCancelled ? .goingAway : .normal)
    } catch {
      let isExpected = error is CancellationError || (error as? WebSocketError)?.code == .closed
      if !isExpected { logger.error("WebSocket handler failed", metadata: ["error": "\(error)"]) }
      await connection.close(code: isExpected ? .goingAway : .internalError)
    }
  }

  /// Serves HTTP with Hummingbird's own loop, except for handshakes that come too late: the pipeline is HTTP's by then.
  private func serveHTTP(_ channel: NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>, _ logger: Logger) async {
    let isFirst = FirstOnly()
    let router = responder
    let guarded: HTTPChannelHandler.Responder = { request, writer, channel in
      if !isFirst.take(), request.headers.asksForWebSocket {
        let refusal = HandshakeRefusal.notFirst
        let head = HTTPResponse(status: refusal.status, headerFields: refusal.headers)
        try await writer.write(response: head, body: ResponseBody(byteBuffer: ByteBuffer(bytes: refusal.body)))
      } else {
        try await router(request, writer, channel)
      }
    }
    await Self(responder: guarded, configuration: configuration, upgrade: upgrade)
      .handleHTTP(asyncChannel: channel, logger: logger)
  }
}

/// True once.
private final class FirstOnly: Sendable {
  private let isTaken = Mutex(false)

  func take() -> Bool {
    isTaken.withLock { isTaken in
      defer { isTaken = true }
      return !isTaken
    }
  }
}
