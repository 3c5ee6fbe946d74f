// SPDX-License-Identifier: Apache-2.0
public import HTTPTypes
internal import HummingbirdCore
public import NIOCore

/// A request to open a WebSocket, as it arrived: nothing of it has been authenticated.
public struct WebSocketHandshake: Sendable {
  /// The request, always a GET.
  public let request: HTTPRequest
  /// The peer of the TCP connection, which may be a proxy.
  public let remoteAddress: SocketAddress?

  init(request: HTTPRequest, remoteAddress: SocketAddress?) {
    self.request = request
    self.remoteAddress = remoteAddress
  }

  /// The request's method.
  public var method: HTTPRequest.Method { request.method }
  /// The request's header fields.
  public var headers: HTTPFields { request.headerFields }
  /// The path without the query, percent-encoded as it arrived.
  public var path: String { URI(request.path ?? "/").path }
  /// The query without the question mark, percent-encoded as it arrived.
  public var query: String? { URI(request.path ?? "/").query }

  /// The first value of a query parameter, percent-decoded.
  public func queryValue(_ name: String) -> String? {
    URI(request.path ?? "/").queryParameters[Substring(name)].map(String.init)
  }

  /// The subprotocols that the client offers, in its order of preference.
  public var subprotocols: [String] {
    headers[values: .secWebSocketProtocol].flatMap(HTTPFields.tokens)
  }

  /// Where a browser's page comes from; the caller has to check it, browsers send WebSockets across origins.
  public var origin: String? { headers[.origin] }
}

extension HTTPFields {
  /// The elements of a comma-separated field.
  static func tokens(_ value: String) -> [String] {
    value.split(separator: ",").map { token in
      String(token.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }
  }

  private func contains(_ token: String, in name: HTTPField.Name) -> Bool {
    self[values: name].contains { Self.tokens($0).contains { $0.lowercased() == token } }
  }

  /// Whether the HTTP parser takes what follows this request for another protocol.
  var asksForUpgrade: Bool { contains("upgrade", in: .connection) && self[.upgrade] != nil }

  /// Whether this is the header of a WebSocket's opening handshake (RFC 6455 §4.2.1).
  var asksForWebSocket: Bool { contains("upgrade", in: .connection) && contains("websocket", in: .upgrade) }
}
