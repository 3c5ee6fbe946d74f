// SPDX-License-Identifier: Apache-2.0
public import HTTPTypes

/// What went wrong with a WebSocket, with the evidence.
public struct WebSocketError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The kind of failure; more may be added.
  public struct Code: RawRepresentable, Hashable, Sendable {
    /// The stable name.
    public let rawValue: String
    /// A code by its name.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// The URL is not one that a WebSocket client can open.
    public static let invalidURL = Self(rawValue: "invalidURL")
    /// No TCP connection to the host.
    public static let unreachable = Self(rawValue: "unreachable")
    /// The server answered the handshake with HTTP; see ``WebSocketError/status`` and ``WebSocketError/body``.
    public static let refused = Self(rawValue: "refused")
    /// The answer to the handshake was not a valid WebSocket handshake.
    public static let handshakeFailed = Self(rawValue: "handshakeFailed")
    /// The handshake took longer than allowed.
    public static let timedOut = Self(rawValue: "timedOut")
    /// The connection has ended; see ``WebSocketError/closure``.
    public static let closed = Self(rawValue: "closed")
    /// A message too large for one frame.
    public static let messageTooBig = Self(rawValue: "messageTooBig")
  }

  /// The kind of failure.
  public let code: Code
  /// What happened and what to do next.
  public let message: String
  /// The HTTP status, when the handshake was refused.
  public let status: HTTPResponse.Status?
  /// The HTTP headers, when the handshake was refused.
  public let headers: HTTPFields
  /// The beginning of the HTTP body, when the handshake was refused.
  public let body: [UInt8]
  /// How the connection ended, for ``Code/closed``.
  public let closure: WebSocketClosure?

  init(
    _ code: Code, _ message: String, status: HTTPResponse.Status? = nil, headers: HTTPFields = [:],
    body: [UInt8] = [], closure: WebSocketClosure? = nil
  ) {
    self.code = code
    self.message = message
    self.status = status
    self.headers = headers
    self.body = body
    self.closure = closure
  }

  static func closed(_ closure: WebSocketClosure) -> Self {
    Self(.closed, "The WebSocket is closed (\(closure)). Open a new connection to go on.", closure: closure)
  }

  /// The message.
  public var description: String { message }
}
