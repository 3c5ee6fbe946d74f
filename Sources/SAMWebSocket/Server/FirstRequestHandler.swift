// SPDX-License-Identifier: Apache-2.0
internal import HTTPTypes
internal import HummingbirdCore
internal import Logging
internal import NIOCore
internal import NIOHTTP1
internal import NIOHTTPTypes
internal import NIOHTTPTypesHTTP1
internal import NIOWebSocket

/// What the first request of a connection turned out to be.
enum FirstRequest: Sendable {
  case http(NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>)
  case handshake(HTTPRequest)
}

/// Holds a new connection until it is known what it speaks, then builds its pipeline and leaves.
///
/// NIO's own upgrade handler is not used: it loses the request's head when the upgrade is refused, decides outside the
/// server's task tree, and neither times out nor follows a shutdown while it waits.
final class FirstRequestHandler: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias InboundOut = HTTPServerRequestPart
  typealias OutboundIn = HTTPServerResponsePart
  typealias OutboundOut = HTTPServerResponsePart

  private enum Phase {
    case waiting
    /// Somebody decides about the handshake; what arrives is kept, and no more is read.
    case deciding(HTTPRequestHead)
    /// The decoder is leaving; what it forwards belongs to the WebSocket.
    case accepting
    case done
  }

  private let encoder: HTTPResponseEncoder
  private let decoder: ByteToMessageHandler<HTTPRequestDecoder>
  private let configuration: WebSocketServerConfiguration
  private let logger: Logger
  private let promise: EventLoopPromise<FirstRequest>
  private var phase = Phase.waiting
  private var context: ChannelHandlerContext?
  private var deadline: Scheduled<Void>?
  private var kept: [NIOAny] = []
  private var isReadHeld = false
  private var isQuiescing = false
  private var isInputClosed = false

  var firstRequest: EventLoopFuture<FirstRequest> { promise.futureResult }

  init(
    encoder: HTTPResponseEncoder, decoder: ByteToMessageHandler<HTTPRequestDecoder>,
    configuration: WebSocketServerConfiguration, logger: Logger, promise: EventLoopPromise<FirstRequest>
  ) {
    self.encoder = encoder
    self.decoder = decoder
    self.configuration = configuration
    self.logger = logger
    self.promise = promise
  }

  // MARK: Events

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    let delay = TimeAmount(configuration.firstRequestTimeout)
    deadline = context.eventLoop.assumeIsolated().scheduleTask(in: delay) { context.close(promise: nil) }
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    phase = .done
    self.context = nil
    deadline?.cancel()
    // Without effect when it has succeeded.
    promise.fail(ChannelError.alreadyClosed)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch phase {
    case .waiting: first(unwrapInboundIn(data), context)
    case .deciding, .accepting: kept.append(data)
    case .done: context.fireChannelRead(data)
    }
  }

  private func first(_ part: HTTPServerRequestPart, _ context: ChannelHandlerContext) {
    // The decoder begins each request with its head.
    guard case .head(let head) = part else { return }
    kept.append(NIOAny(part))
    do {
      if head.method == .GET, HTTPFields(head.headers, splitCookie: false).asksForWebSocket {
        let request = try HTTPRequest(head, secure: false, splitCookie: false)
        phase = .deciding(head)
        promise.succeed(.handshake(request))
      } else {
        let channel = try becomeHTTP(context)
        promise.succeed(.http(channel))
        leave(context)
      }
    } catch {
      promise.fail(error)
      context.close(promise: nil)
    }
  }

  func read(context: ChannelHandlerContext) {
    switch phase {
    case .deciding, .accepting: isReadHeld = true
    case .waiting, .done: context.read()
    }
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    switch (event, phase) {
    case (is ChannelShouldQuiesceEvent, .waiting): context.close(promise: nil)
    case (is ChannelShouldQuiesceEvent, .deciding), (is ChannelShouldQuiesceEvent, .accepting): isQuiescing = true
    case (ChannelEvent.inputClosed, .waiting): context.close(promise: nil)
    case (ChannelEvent.inputClosed, .deciding), (ChannelEvent.inputClosed, .accepting): isInputClosed = true
    default: context.fireUserInboundEventTriggered(event)
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    switch phase {
    case .waiting where error is HTTPParserError:
      answer(HandshakeRefusal(status: .badRequest, headers: [:], body: []), context)
    case .waiting, .deciding, .accepting: context.close(promise: nil)
    case .done: context.fireErrorCaught(error)
    }
  }

  // MARK: Decisions

  private func handshake() throws -> (ChannelHandlerContext, HTTPRequestHead) {
    guard case .deciding(let head) = phase, let context, context.channel.isActive else {
      throw ChannelError.ioOnClosedChannel
    }
    return (context, head)
  }

  func refuse(_ refusal: HandshakeRefusal) throws {
    answer(refusal, try handshake().0)
  }

  func passOn() throws -> NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart> {
    let (context, _) = try handshake()
    let channel = try becomeHTTP(context)
    leave(context)
    return channel
  }

  /// Completes with `nil` when the handshake was refused because the server is shutting down.
  func accept(_ headers: HTTPFields) throws -> EventLoopFuture<ConnectionState?> {
    let (context, head) = try handshake()
    guard !isQuiescing else {
      answer(.shuttingDown, context)
      return context.eventLoop.makeSucceededFuture(nil)
    }
    phase = .accepting
    kept = []
    let pipeline = context.pipeline.syncOperations
    let channel = context.channel
    let state = ConnectionState(configuration.webSocket)
    let handler = WebSocketHandler(role: .server, configuration: configuration.webSocket, state: state)
    let bound = NIOLoopBound((handler: handler, door: self, context: context), eventLoop: context.eventLoop)
    // Only the parts of NIO's upgrader that need SHA-1 and the frame codec are used.
    let upgrader = NIOTypedWebSocketServerUpgrader<ConnectionState?>(
      maxFrameSize: configuration.webSocket.maxFrameSize, enableAutomaticErrorHandling: false,
      shouldUpgrade: { channel, _ in channel.eventLoop.makeSucceededFuture(HTTPHeaders(headers)) },
      upgradePipelineHandler: { channel, _ in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(bound.value.handler)
          bound.value.door.leave(bound.value.context)
          return state
        }
      })
    return upgrader.buildUpgradeResponse(channel: channel, upgradeRequest: head, initialResponseHeaders: [:])
      .assumeIsolated()
      .flatMap { headers in
        pipeline.removeHandler(self.decoder).assumeIsolated().map { headers }.nonisolated()
      }
      .flatMap { headers in
        let answer = HTTPResponseHead(version: .http1_1, status: .switchingProtocols, headers: headers)
        context.writeAndFlush(self.wrapOutboundOut(.head(answer)), promise: nil)
        return pipeline.removeHandler(self.encoder)
      }
      .flatMap { upgrader.upgrade(channel: channel, upgradeRequest: head) }
      .nonisolated()
  }

  private func answer(_ refusal: HandshakeRefusal, _ context: ChannelHandlerContext) {
    phase = .accepting
    kept = []
    var headers = refusal.headers
    headers[.connection] = "close"
    headers[.contentLength] = String(refusal.body.count)
    let head = HTTPResponseHead(HTTPResponse(status: refusal.status, headerFields: headers))
    context.write(wrapOutboundOut(.head(head)), promise: nil)
    context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: refusal.body)))), promise: nil)
    let written = context.eventLoop.makePromise(of: Void.self)
    written.futureResult.assumeIsolated().whenComplete { _ in context.close(promise: nil) }
    context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: written)
  }

  /// The pipeline of Hummingbird's `HTTP1Channel`, plus the end of connections whose parser has stopped.
  private func becomeHTTP(
    _ context: ChannelHandlerContext
  ) throws -> NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart> {
    let pipeline = context.pipeline.syncOperations
    try pipeline.addHandler(HTTP1ToHTTPServerCodec(secure: false))
    try pipeline.addHandler(ClosingAfterUpgradeRequest())
    try pipeline.addHandlers(configuration.http.additionalChannelHandlers())
    let idleTimeout = configuration.http.idleTimeout.map { Duration($0) }
    try pipeline.addHandler(HTTPConnectionStateHandler(idleTimeout: idleTimeout, logger: logger))
    return try NIOAsyncChannel(
      wrappingChannelSynchronously: context.channel, configuration: .init(isOutboundHalfClosureEnabled: true))
  }

  /// Replays what was kept into the new pipeline, and leaves it.
  private func leave(_ context: ChannelHandlerContext) {
    phase = .done
    deadline?.cancel()
    for data in kept { context.fireChannelRead(data) }
    kept = []
    context.fireChannelReadComplete()
    if isQuiescing { context.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent()) }
    if isInputClosed { context.fireUserInboundEventTriggered(ChannelEvent.inputClosed) }
    if isReadHeld { context.read() }
    context.pipeline.syncOperations.removeHandler(self, promise: nil)
  }
}

/// The way from the connection's task to its ``FirstRequestHandler``.
struct HandshakeDoor: Sendable {
  private let eventLoop: any EventLoop
  private let handler: NIOLoopBound<FirstRequestHandler>

  init(eventLoop: any EventLoop, handler: FirstRequestHandler) {
    self.eventLoop = eventLoop
    self.handler = NIOLoopBound(handler, eventLoop: eventLoop)
  }

  func accept(_ headers: HTTPFields) async throws -> ConnectionState? {
    try await eventLoop.flatSubmit { () -> EventLoopFuture<ConnectionState?> in
      do { return try handler.value.accept(headers) } catch { return eventLoop.makeFailedFuture(error) }
    }.get()
  }

  func refuse(_ refusal: HandshakeRefusal) async throws {
    try await eventLoop.submit { try handler.value.refuse(refusal) }.get()
  }

  func passOn() async throws -> NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart> {
    try await eventLoop.submit { try handler.value.passOn() }.get()
  }
}
