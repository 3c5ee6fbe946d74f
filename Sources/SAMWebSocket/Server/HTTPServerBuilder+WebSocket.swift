// SPDX-License-Identifier: Apache-2.0
public import HummingbirdCore
public import NIOCore

/// Limits of a server that speaks HTTP and WebSocket on one listener.
public struct WebSocketServerConfiguration: Sendable {
  /// The limits of each WebSocket.
  public var webSocket: WebSocketConfiguration
  /// HTTP/1.1 as in Hummingbird's `.http1(configuration:)`: idle timeout, header limits, additional handlers.
  public var http: HTTP1Channel.Configuration
  /// How long a new connection may take until its first request head is complete, and until a WebSocket handshake
  /// is decided; then it is closed.
  public var firstRequestTimeout: Duration

  /// A configuration; by default idle HTTP connections are closed after 60 seconds.
  public init(
    webSocket: WebSocketConfiguration = .init(), http: HTTP1Channel.Configuration = .init(idleTimeout: .seconds(60)),
    firstRequestTimeout: Duration = .seconds(30)
  ) {
    self.webSocket = webSocket
    self.http = http
    self.firstRequestTimeout = firstRequestTimeout
  }
}

extension HTTPServerBuilder {
  /// A server that speaks HTTP/1.1 and WebSocket on the same listener; for TLS wrap it in `.tls(_:tlsConfiguration:)`.
  ///
  /// `upgrade` is asked about every WebSocket handshake before the router and its middleware see it, so it has to
  /// authenticate and to check `Origin` itself. All other requests, and those it calls `.notAWebSocket`, go to the
  /// responder. A handshake that is not the first request of its connection is answered with 426.
  ///
  /// At a graceful shutdown each WebSocket gets a close frame with 1001 and at most
  /// ``WebSocketConfiguration/closeTimeout`` to answer. The server then waits for the handlers: they have to end when
  /// their connection's messages end. Whoever assembles the service group should still set
  /// `maximumGracefulShutdownDuration` a few seconds above the close timeout, against handlers that do not.
  ///
  /// - Parameters:
  ///   - configuration: limits and deadlines.
  ///   - upgrade: decides about a handshake; runs in the connection's task.
  public static func http1WebSocket(
    configuration: WebSocketServerConfiguration = .init(),
    upgrade: @escaping @Sendable (WebSocketHandshake) async -> WebSocketUpgrade
  ) -> HTTPServerBuilder {
    .init { responder in
      WebSocketUpgradeChannel(responder: responder, configuration: configuration, upgrade: upgrade)
    }
  }
}
