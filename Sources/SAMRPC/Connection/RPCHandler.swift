// SPDX-License-Identifier: Apache-2.0

/// What one end of a connection does with the calls of the other.
public protocol RPCHandler: Sendable {
  /// Handles a notification. The next message of the connection is dispatched when this returns, so a slow handler slows
  /// the peer. It must not make requests on the same connection (see ``RPCConnection``); it may send notifications.
  ///
  /// - Throws: ``RPCError/methodNotFound(_:)`` for what it does not know; every error ends up as a diagnostic.
  func notification(_ notification: RPCNotification) async throws

  /// Handles a request, concurrently with everything else. Requests are started in the order in which they came: up to
  /// its first suspension the handler runs before anything that came later is dispatched.
  ///
  /// - Returns: The `result` of the answer.
  /// - Throws: ``RPCError`` to answer with it; `CancellationError` to answer `requestCancelled`. Any other error is
  ///   answered as `internalError` with its description.
  func request(_ request: RPCRequest) async throws -> JSONValue
}

/// Handles nothing: for a connection that only asks.
public struct NoRPCHandler: RPCHandler {
  /// Makes the handler.
  public init() {}

  /// Refuses the notification.
  public func notification(_ notification: RPCNotification) async throws {
    throw RPCError.methodNotFound(notification.method)
  }

  /// Refuses the request.
  public func request(_ request: RPCRequest) async throws -> JSONValue {
    throw RPCError.methodNotFound(request.method)
  }
}
