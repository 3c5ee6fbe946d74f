// SPDX-License-Identifier: Apache-2.0
public import SAMRPC

extension RPCConnection {
  /// Makes a typed request; also the way to call methods for which this module has no function.
  ///
  /// - Parameters:
  ///   - request: The request.
  ///   - onSent: See ``request(_:_:onSent:)``.
  /// - Returns: The answer.
  /// - Throws: What ``request(_:_:onSent:)`` throws; ``ACPError`` when the answer does not fit.
  public func call<Request: ACPRequest>(
    _ request: Request, onSent: (@Sendable () async throws -> Void)? = nil
  ) async throws -> Request.Response {
    let result = try await self.request(Request.method, request.json, onSent: onSent)
    do { return try Request.Response(json: result) } catch {
      throw error.inside("result").inside(Request.method)
    }
  }

  /// Sends a typed notification.
  ///
  /// - Throws: ``RPCFailure`` with code `notSent`.
  public func notify(_ notification: some ACPNotification) async throws {
    try await notify(type(of: notification).method, notification.json)
  }
}

extension ACPMessage {
  /// Reads the parameters of a message; the error says which method they were for.
  init(params: JSONValue?) throws {
    do { self = try Self(json: params ?? [:]) } catch {
      throw error.inside("params").inside(Self.method).asRPCError
    }
  }
}
