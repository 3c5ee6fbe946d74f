// SPDX-License-Identifier: Apache-2.0
internal import HTTPTypes
internal import NIOCore
internal import NIOHTTPTypes

/// Closes an HTTP connection after the answer to a request that asked for an upgrade and did not get one.
///
/// NIO's parser takes everything behind such a request for the other protocol and never parses again, so that the next
/// request of a kept-alive connection would hang. Some HTTP clients ask for `h2c` with every first request.
final class ClosingAfterUpgradeRequest: ChannelDuplexHandler {
  typealias InboundIn = HTTPRequestPart
  typealias InboundOut = HTTPRequestPart
  typealias OutboundIn = HTTPResponsePart
  typealias OutboundOut = HTTPResponsePart

  private var requests = 0
  private var answers = 0
  private var last: Int?

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    if case .head(let request) = unwrapInboundIn(data) {
      requests += 1
      if last == nil, request.headerFields.asksForUpgrade { last = requests }
    }
    context.fireChannelRead(data)
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    switch unwrapOutboundIn(data) {
    case .head(var response) where response.status.kind != .informational:
      answers += 1
      guard answers == last else { return context.write(data, promise: promise) }
      response.headerFields[.connection] = "close"
      context.write(wrapOutboundOut(.head(response)), promise: promise)
    case .end where answers == last:
      context.writeAndFlush(data, promise: promise)
      context.close(promise: nil)
    default:
      context.write(data, promise: promise)
    }
  }
}
