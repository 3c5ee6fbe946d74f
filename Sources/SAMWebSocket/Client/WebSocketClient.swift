// SPDX-License-Identifier: Apache-2.0
public import HTTPTypes
public import NIOCore
internal import NIOHTTP1
internal import NIOHTTPTypesHTTP1
internal import NIOPosix
internal import NIOWebSocket
internal import Synchronization

/// Limits and deadlines of a client.
public struct WebSocketClientConfiguration: Sendable, Hashable {
  /// The limits of the connection once it is open.
  public var webSocket: WebSocketConfiguration
  /// How long the TCP connection may take.
  public var connectTimeout: Duration
  /// How long TLS and the handshake together may take after that.
  public var handshakeTimeout: Duration
  /// How many bytes of a refusal's body are kept.
  public var maxRefusalBody: Int

  /// A configuration.
  public init(
    webSocket: WebSocketConfiguration = .init(), connectTimeout: Duration = .seconds(10),
    handshakeTimeout: Duration = .seconds(10), maxRefusalBody: Int = 64 << 10
  ) {
    self.webSocket = webSocket
    self.connectTimeout = connectTimeout
    self.handshakeTimeout = handshakeTimeout
    self.maxRefusalBody = maxRefusalBody
  }
}

/// Opens WebSockets (RFC 6455 §4.1). Connecting again after a loss is the caller's business.
public enum WebSocketClient {
  /// Opens a WebSocket for the time that `body` runs.
  ///
  /// The connection is closed when `body` ends: with 1000 when it returns, 1011 when it throws, 1001 when the task is
  /// cancelled.
  ///
  /// - Parameters:
  ///   - url: a `ws:` URL, or a `wss:` URL together with `configureTLS`.
  ///   - headers: added to the handshake, for example `Authorization` or `Origin`.
  ///   - subprotocols: offered in this order.
  ///   - configuration: limits and deadlines.
  ///   - configureTLS: adds a TLS handler for the host to the channel's empty pipeline, on its event loop; for example
  ///     `try channel.pipeline.syncOperations.addHandler(NIOSSLClientHandler(context: tls, serverHostname: host))`.
  ///     This module links no TLS library. It is called for `wss:` URLs only.
  ///   - body: uses the connection.
  /// - Throws: ``WebSocketError``, `CancellationError`, or what `body` throws.
  public static func withConnection<Result>(
    url: String, headers: HTTPFields = [:], subprotocols: [String] = [],
    configuration: WebSocketClientConfiguration = .init(),
    configureTLS: (@Sendable (any Channel, _ host: String) throws -> Void)? = nil,
    body: (WebSocketConnection) async throws -> Result
  ) async throws -> Result {
    let url = try WebSocketURL(url)
    guard !url.isSecure || configureTLS != nil else {
      throw WebSocketError(
        .invalidURL, "No TLS is configured for wss://\(url.authority). Pass configureTLS, or use a ws: URL.")
    }
    let attempt = WebSocketAttempt(
      url: url, headers: headers, subprotocols: subprotocols, configuration: configuration,
      configureTLS: url.isSecure ? configureTLS : nil)
    let connection = try await attempt.connect()
    do {
      let result = try await body(connection)
      await connection.close(code: Task.isCancelled ? .goingAway : .normal)
      return result
    } catch {
      await connection.close(code: error is CancellationError || Task.isCancelled ? .goingAway : .internalError)
      throw error
    }
  }
}

/// One attempt to open a connection.
struct WebSocketAttempt: Sendable {
  enum Outcome: Sendable {
    case open(any Channel, ConnectionState, HTTPResponseHead)
    case refused(EventLoopFuture<WebSocketError>)
  }

  let url: WebSocketURL
  let headers: HTTPFields
  let subprotocols: [String]
  let configuration: WebSocketClientConfiguration
  let configureTLS: (@Sendable (any Channel, String) throws -> Void)?

  func connect() async throws -> WebSocketConnection {
    let handle = ChannelHandle()
    do {
      return try await withTaskCancellationHandler {
        try await open(handle)
      } onCancel: {
        handle.close(.cancelled)
      }
    } catch {
      handle.close(.failed)
      switch handle.reason {
      case .cancelled: throw CancellationError()
      case .timedOut:
        throw WebSocketError(
          .timedOut,
          "\(url.authority) did not finish the WebSocket handshake within \(configuration.handshakeTimeout). Try again."
        )
      case .failed, nil: throw error
      }
    }
  }

  private func open(_ handle: ChannelHandle) async throws -> WebSocketConnection {
    let upgrade: EventLoopFuture<Outcome>
    do {
      upgrade = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
        .connectTimeout(TimeAmount(configuration.connectTimeout))
        .channelOption(.tcpOption(.tcp_nodelay), value: 1)
        .connect(host: url.host, port: url.port) { channel in
          channel.eventLoop.makeCompletedFuture {
            handle.adopt(channel)
            try configureTLS?(channel, url.host)
            return try channel.pipeline.syncOperations.configureUpgradableHTTPClientPipeline(
              configuration: pipeline())
          }
        }
    } catch {
      throw WebSocketError(
        .unreachable, "No connection to \(url.authority): \(error). Check the address and that the server runs.")
    }
    let deadline = upgrade.eventLoop.scheduleTask(in: TimeAmount(configuration.handshakeTimeout)) {
      handle.close(.timedOut)
    }
    defer { deadline.cancel() }
    let outcome: Outcome
    do {
      outcome = try await upgrade.get()
    } catch {
      throw WebSocketError(
        .handshakeFailed,
        "\(url.authority) did not answer with a WebSocket handshake (\(error)). Check that the URL is a WebSocket's.")
    }
    switch outcome {
    case .refused(let refusal): throw try await refusal.get()
    case .open(let channel, let state, let head): return try connection(channel, state, head)
    }
  }

  private func connection(
    _ channel: any Channel, _ state: ConnectionState, _ head: HTTPResponseHead
  ) throws -> WebSocketConnection {
    let chosen = head.headers.first(name: "Sec-WebSocket-Protocol")
    if let chosen, !subprotocols.contains(chosen) {
      throw WebSocketError(
        .handshakeFailed,
        "\(url.authority) chose the subprotocol \"\(chosen)\", which was not offered. Update one side.")
    }
    return WebSocketConnection(channel: channel, state: state, subprotocol: chosen)
  }

  private func pipeline() -> NIOUpgradableHTTPClientPipelineConfiguration<Outcome> {
    let configuration = configuration
    let upgrader = NIOTypedWebSocketClientUpgrader<Outcome>(
      maxFrameSize: configuration.webSocket.maxFrameSize, enableAutomaticErrorHandling: false,
      upgradePipelineHandler: { channel, head in
        channel.eventLoop.makeCompletedFuture {
          let state = ConnectionState(configuration.webSocket)
          try channel.pipeline.syncOperations.addHandler(
            WebSocketHandler(role: .client, configuration: configuration.webSocket, state: state))
          return .open(channel, state, head)
        }
      })
    var fields = HTTPHeaders(headers)
    fields.replaceOrAdd(name: "Host", value: url.authority)
    if !subprotocols.isEmpty {
      fields.replaceOrAdd(name: "Sec-WebSocket-Protocol", value: subprotocols.joined(separator: ", "))
    }
    let request = HTTPRequestHead(version: .http1_1, method: .GET, uri: url.target, headers: fields)
    var pipeline = NIOUpgradableHTTPClientPipelineConfiguration<Outcome>(
      upgradeConfiguration: .init(upgradeRequestHead: request, upgraders: [upgrader]) { channel in
        channel.eventLoop.makeCompletedFuture {
          let refusal = channel.eventLoop.makePromise(of: WebSocketError.self)
          try channel.pipeline.syncOperations.addHandler(
            RefusalReader(limit: configuration.maxRefusalBody, authority: url.authority, promise: refusal))
          return .refused(refusal.futureResult)
        }
      })
    // The server's first frames may arrive together with its answer.
    pipeline.leftOverBytesStrategy = .forwardBytes
    return pipeline
  }
}

/// The channels of an attempt, one for each address that is tried, and why they were closed.
private final class ChannelHandle: Sendable {
  enum Reason: Sendable { case cancelled, timedOut, failed }

  private struct State: Sendable {
    var channels: [any Channel] = []
    var reason: Reason?
  }

  private let state = Mutex(State())

  var reason: Reason? { state.withLock { $0.reason } }

  func adopt(_ channel: any Channel) {
    let isClosed = state.withLock { state in
      state.channels.append(channel)
      return state.reason != nil
    }
    if isClosed { channel.close(promise: nil) }
  }

  /// Closes what there is and what will come; the first reason stays.
  func close(_ reason: Reason) {
    let channels = state.withLock { state in
      if state.reason == nil { state.reason = reason }
      defer { state.channels = [] }
      return state.channels
    }
    for channel in channels { channel.close(promise: nil) }
  }
}
