// SPDX-License-Identifier: Apache-2.0
internal import NIOCore
internal import NIOWebSocket

/// The protocol on the event loop: messages in and out, pings, the close handshake, and when to read the socket.
final class WebSocketHandler: ChannelDuplexHandler {
  typealias InboundIn = WebSocketFrame
  typealias OutboundIn = WebSocketCommand
  typealias OutboundOut = WebSocketFrame

  private enum Phase {
    case open
    /// Our close frame is on its way; only the peer's close frame or the end of the stream counts.
    case closing
    /// The peer broke the protocol: what it still sends is thrown away until it closes.
    case draining
    case closed
  }

  private let role: WebSocketRole
  private let configuration: WebSocketConfiguration
  private let state: ConnectionState
  private var assembler: FrameAssembler
  private var phase = Phase.open
  private var isReadHeld = false
  private var closeDeadline: Scheduled<Void>?
  private var keepAlive: Scheduled<Void>?
  private var hasHeard = false
  private var bufferedBytes = 0
  /// The last ping that could not be answered because the peer does not read; only the newest one matters (§5.5.3).
  private var owedPong: ByteBuffer?

  init(role: WebSocketRole, configuration: WebSocketConfiguration, state: ConnectionState) {
    self.role = role
    self.configuration = configuration
    self.state = state
    self.assembler = FrameAssembler(role: role, maxMessageSize: configuration.maxMessageSize)
  }

  // MARK: Inbound

  func handlerAdded(context: ChannelHandlerContext) { schedulePing(context) }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    hasHeard = true
    guard phase == .open || phase == .closing else { return }
    do throws(FrameAssembler.Violation) {
      switch try assembler.accept(unwrapInboundIn(data)) {
      case .message(let message): if phase == .open { state.inbox.offer(message) }
      case .ping(let payload): answer(payload, context)
      case .close(let closure): peerClosed(closure, context)
      case .pong, nil: break
      }
    } catch {
      fail(error.code, error.reason, context)
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    // A decoder that has failed reports everything that follows; that is what is thrown away.
    if phase == .draining, error is ByteToMessageDecoderError { return }
    switch error as? NIOWebSocketError {
    case .invalidFrameLength:
      fail(.messageTooBig, "a message may have \(configuration.maxMessageSize) bytes", context)
    case .fragmentedControlFrame, .multiByteControlFrameLength:
      fail(.protocolError, "a control frame may have 125 bytes in one fragment", context)
    case nil:
      finish("\(error)", context)
      context.close(promise: nil)
    }
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    switch event {
    case is ChannelShouldQuiesceEvent:
      close(.goingAway, "the server is shutting down", context)
    case ChannelEvent.inputClosed:
      finish("the peer vanished", context)
      context.close(promise: nil)
    default: context.fireUserInboundEventTriggered(event)
    }
  }

  func channelInactive(context: ChannelHandlerContext) {
    finish("the peer vanished", context)
    context.fireChannelInactive()
  }

  func handlerRemoved(context: ChannelHandlerContext) { finish("the channel was closed", context) }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    if context.channel.isWritable, let payload = owedPong {
      owedPong = nil
      answer(payload, context)
    }
    context.fireChannelWritabilityChanged()
  }

  // MARK: Outbound

  func read(context: ChannelHandlerContext) {
    isReadHeld = phase == .open && state.inbox.pauseIfFull()
    if !isReadHeld { context.read() }
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    switch unwrapOutboundIn(data) {
    case .text(let payload): write(.text, payload, context, promise)
    case .binary(let payload): write(.binary, payload, context, promise)
    case .close(let code, let reason):
      close(code, reason, context)
      promise?.succeed()
    }
  }

  private func write(
    _ opcode: WebSocketOpcode, _ payload: ByteBuffer, _ context: ChannelHandlerContext,
    _ promise: EventLoopPromise<Void>? = nil
  ) {
    guard phase == .open else {
      promise?.fail(ChannelError.ioOnClosedChannel)
      return
    }
    let frame = WebSocketFrame(
      fin: true, opcode: opcode, maskKey: role == .client ? .random() : nil, data: payload)
    context.write(wrapOutboundOut(frame), promise: promise)
  }

  private func answer(_ ping: ByteBuffer, _ context: ChannelHandlerContext) {
    guard context.channel.isWritable else {
      owedPong = ping
      return
    }
    write(.pong, ping, context)
    context.flush()
  }

  // MARK: The end

  private func peerClosed(_ closure: WebSocketClosure, _ context: ChannelHandlerContext) {
    let isAnswer = phase == .closing
    if !isAnswer {
      state.end(closure)
      writeClose(closure.code, "", context, then: role == .server ? .all : nil)
    } else if role == .server {
      // The server closes first, so that the port of the side with many connections is not the one that lingers (§7.1.1).
      context.close(promise: nil)
    }
  }

  private func close(_ code: WebSocketCloseCode, _ reason: String, _ context: ChannelHandlerContext) {
    guard phase == .open else { return }
    state.end(WebSocketClosure(code: code, reason: reason, byPeer: false))
    writeClose(code, reason, context, then: nil)
  }

  /// Answers a broken rule. The socket is half closed, not closed: a peer that is still sending would get a reset, and
  /// never read why.
  private func fail(_ code: WebSocketCloseCode, _ reason: String, _ context: ChannelHandlerContext) {
    guard phase == .open else {
      context.close(promise: nil)
      return
    }
    state.end(WebSocketClosure(code: code, reason: reason, byPeer: false))
    writeClose(code, reason, context, then: .output)
    phase = .draining
  }

  private func writeClose(
    _ code: WebSocketCloseCode, _ reason: String, _ context: ChannelHandlerContext, then closing: CloseMode?
  ) {
    let flushed = context.eventLoop.makePromise(of: Void.self)
    write(.connectionClose, FrameAssembler.payload(code: code, reason: reason), context, flushed)
    phase = .closing
    owedPong = nil
    keepAlive?.cancel()
    closeDeadline = after(configuration.closeTimeout, context) { $1.close(promise: nil) }
    let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
    flushed.futureResult.whenSuccess {
      guard let closing else { return }
      let context = bound.value
      // Transports that cannot be half closed are closed.
      let done = context.eventLoop.makePromise(of: Void.self)
      done.futureResult.whenFailure { _ in bound.value.close(promise: nil) }
      context.close(mode: closing, promise: done)
    }
    context.flush()
    // From here on the peer's answer is wanted, whether or not somebody reads messages.
    if isReadHeld {
      isReadHeld = false
      context.read()
    }
  }

  /// The channel is gone, or about to be.
  private func finish(_ reason: String, _ context: ChannelHandlerContext) {
    guard phase != .closed else { return }
    phase = .closed
    closeDeadline?.cancel()
    keepAlive?.cancel()
    state.end(WebSocketClosure(code: .abnormal, reason: reason, byPeer: true))
  }

  // MARK: Keep-alive

  private func schedulePing(_ context: ChannelHandlerContext) {
    guard let interval = configuration.pingInterval else { return }
    keepAlive = after(interval, context) { handler, context in
      guard handler.phase == .open else { return }
      handler.hasHeard = false
      handler.bufferedBytes = Self.bufferedBytes(context)
      handler.write(.ping, ByteBuffer(), context)
      context.flush()
      handler.schedulePongCheck(context)
    }
  }

  private func schedulePongCheck(_ context: ChannelHandlerContext) {
    keepAlive = after(configuration.pongTimeout, context) { handler, context in
      guard handler.phase == .open else { return }
      if handler.hasHeard { return handler.schedulePing(context) }
      // Silence proves nothing while we do not read, or while a large message is still going out to a slow peer.
      let buffered = Self.bufferedBytes(context)
      if handler.isReadHeld || (buffered > 0 && buffered != handler.bufferedBytes) {
        handler.bufferedBytes = buffered
        return handler.schedulePongCheck(context)
      }
      handler.finish("no pong within \(handler.configuration.pongTimeout)", context)
      context.close(promise: nil)
    }
  }

  /// Bytes that the socket has not taken yet; zero for channels that do not tell, which then have no such grace.
  private static func bufferedBytes(_ context: ChannelHandlerContext) -> Int {
    do {
      return try context.channel.syncOptions?.getOption(.bufferedWritableBytes) ?? 0
    } catch {
      return 0
    }
  }

  private func after(
    _ delay: Duration, _ context: ChannelHandlerContext,
    _ action: @escaping (WebSocketHandler, ChannelHandlerContext) -> Void
  ) -> Scheduled<Void> {
    context.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(delay)) { action(self, context) }
  }
}
