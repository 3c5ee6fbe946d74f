// SPDX-License-Identifier: Apache-2.0
public import HTTPTypes

/// The answer to a WebSocket handshake.
public enum WebSocketUpgrade: Sendable {
  /// Opens the WebSocket. The connection is closed when the handler ends: with 1000 when it returns, 1011 when it throws,
  /// 1001 when its task is cancelled.
  ///
  /// - Parameters:
  ///   - subprotocol: one of ``WebSocketHandshake/subprotocols``, or `nil` for none.
  ///   - headers: added to the answer.
  ///   - handler: serves the connection in the server's task tree; it has to end when the connection's messages end.
  case accept(
    subprotocol: String? = nil, headers: HTTPFields = [:],
    handler: @Sendable (WebSocketConnection) async throws -> Void)
  /// Answers with HTTP and closes the connection. Browsers hide the answer from the page.
  case refuse(status: HTTPResponse.Status, headers: HTTPFields = [:], body: [UInt8] = [])
  /// Leaves the request to the HTTP router.
  case notAWebSocket
}

/// A complete HTTP answer to a handshake.
struct HandshakeRefusal: Sendable {
  let status: HTTPResponse.Status
  let headers: HTTPFields
  let body: [UInt8]

  init(status: HTTPResponse.Status, headers: HTTPFields, body: [UInt8]) {
    self.status = status
    self.headers = headers
    self.body = body
  }

  /// An answer as problem JSON (RFC 9457). The detail is a literal without characters that JSON escapes.
  private init(_ status: HTTPResponse.Status, _ detail: StaticString, headers: HTTPFields = [:]) {
    var headers = headers
    headers[.contentType] = "application/problem+json"
    let json =
      #"{"type":"about:blank","title":"\#(status.reasonPhrase)","status":\#(status.code),"detail":"\#(detail)"}"#
    self.init(status: status, headers: headers, body: Array(json.utf8))
  }

  static let shuttingDown = Self(.serviceUnavailable, "The server is shutting down. Connect again in a moment.")
  static let badKey = Self(.badRequest, "Sec-WebSocket-Key must be sent once, with 16 bytes in base64.")
  static let hasBody = Self(.badRequest, "A WebSocket handshake has no body.")
  static let badVersion = Self(
    .upgradeRequired, "Only WebSocket version 13 is spoken here.", headers: [.secWebSocketVersion: "13"])
  static let notFirst = Self(
    .upgradeRequired,
    "A WebSocket must be the first request of its connection. Open a new connection; turn off keep-alive to this path in proxies.",
    headers: [.upgrade: "websocket", .connection: "close"])

  /// What is wrong with the handshake itself (RFC 6455 §4.2.1), before anybody is asked about it.
  static func rejecting(_ headers: HTTPFields) -> Self? {
    if headers[values: .secWebSocketVersion] != ["13"] { return .badVersion }
    let keys = headers[values: .secWebSocketKey]
    guard keys.count == 1, keys[0].utf8.count == 24 else { return .badKey }
    if headers[.transferEncoding] != nil || (headers[.contentLength] ?? "0") != "0" { return .hasBody }
    return nil
  }
}
