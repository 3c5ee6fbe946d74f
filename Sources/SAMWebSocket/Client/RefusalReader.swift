// SPDX-License-Identifier: Apache-2.0
internal import HTTPTypes
internal import NIOCore
internal import NIOHTTP1
internal import NIOHTTPTypesHTTP1

/// Reads the HTTP answer of a server that refused the handshake, as far as the limit goes.
final class RefusalReader: ChannelInboundHandler {
  typealias InboundIn = HTTPClientResponsePart

  private let limit: Int
  private let authority: String
  private let promise: EventLoopPromise<WebSocketError>
  private var head: HTTPResponseHead?
  private var body: [UInt8] = []

  init(limit: Int, authority: String, promise: EventLoopPromise<WebSocketError>) {
    self.limit = limit
    self.authority = authority
    self.promise = promise
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head): self.head = head
    case .body(let bytes):
      body.append(contentsOf: bytes.readableBytesView.prefix(limit - body.count))
      if body.count >= limit { finish(context) }
    case .end: finish(context)
    }
  }

  func channelInactive(context: ChannelHandlerContext) { finish(context) }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { finish(context) }

  func handlerRemoved(context: ChannelHandlerContext) { finish(context) }

  /// Completes the promise once; later calls have no effect.
  private func finish(_ context: ChannelHandlerContext) {
    let status = head.map { HTTPResponse.Status(code: Int($0.status.code), reasonPhrase: $0.status.reasonPhrase) }
    let answer = status.map { "\($0.code) \($0.reasonPhrase)" } ?? "nothing"
    promise.succeed(
      WebSocketError(
        .refused, "\(authority) refused the WebSocket with HTTP \(answer). See the answer's body for the reason.",
        status: status, headers: head.map { HTTPFields($0.headers, splitCookie: false) } ?? [:], body: body))
    context.close(promise: nil)
  }
}
