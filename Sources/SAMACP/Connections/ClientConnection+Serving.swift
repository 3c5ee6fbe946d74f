// SPDX-License-Identifier: Apache-2.0
internal import SAMRPC
internal import Synchronization

extension ClientConnection {
  /// Turns the agent's messages into calls of the handler.
  struct Dispatcher<Handler: ACPClientHandler>: RPCHandler {
    let handler: Handler
    let connection: ClientConnection

    func notification(_ notification: RPCNotification) async throws {
      switch notification.method {
      case ACP.SessionNotification.method:
        try await handler.sessionUpdate(ACP.SessionNotification(params: notification.params))
      case ACP.CompleteElicitationNotification.method:
        let complete = try ACP.CompleteElicitationNotification(params: notification.params)
        guard let elicitations = handler.elicitations else { throw RPCError.methodNotFound(notification.method) }
        try await elicitations.elicitationCompleted(complete)
      default: try await handler.otherNotification(notification.method, notification.params)
      }
    }

    func request(_ request: RPCRequest) async throws -> JSONValue {
      let params = request.params
      switch request.method {
      case ACP.RequestPermissionRequest.method:
        return try await permission(ACP.RequestPermissionRequest(params: params)).json
      case ACP.ReadTextFileRequest.method:
        return try await handler.readTextFile(ACP.ReadTextFileRequest(params: params)).json
      case ACP.WriteTextFileRequest.method:
        return try await handler.writeTextFile(ACP.WriteTextFileRequest(params: params)).json
      case ACP.CreateElicitationRequest.method:
        guard let elicitations = handler.elicitations else { break }
        return try await elicitation(ACP.CreateElicitationRequest(params: params), elicitations).json
      default:
        if let terminals = handler.terminals, let result = try await terminal(request, terminals) { return result }
      }
      return try await handler.otherRequest(request.method, params)
    }

    private func permission(_ request: ACP.RequestPermissionRequest) async throws -> ACP.RequestPermissionResponse {
      do {
        return try await connection.questions.run(request.sessionID) { try await handler.requestPermission(request) }
      } catch is CancellationError {
        return ACP.RequestPermissionResponse(outcome: .cancelled(ACP.Cancelled()))
      }
    }

    /// ACP v1, Elicitation: a mode that was not advertised is answered with `invalidParams`.
    private func elicitation(
      _ request: ACP.CreateElicitationRequest, _ elicitations: any ACPElicitationHandler
    ) async throws -> ACP.CreateElicitationResponse {
      let allowed = connection.advertised.withLock { $0.client.elicitation }
      guard allowed?.allows(request.question) == true else {
        throw RPCError(.invalidParams, "This client asks no questions of the mode \(request.question.mode).")
      }
      do {
        guard case .session(let session, _) = request.scope else {
          return try await elicitations.createElicitation(request)
        }
        return try await connection.questions.run(session) { try await elicitations.createElicitation(request) }
      } catch is CancellationError {
        return ACP.CreateElicitationResponse(answer: .cancel)
      }
    }

    private func terminal(_ request: RPCRequest, _ terminals: any ACPTerminalHandler) async throws -> JSONValue? {
      let params = request.params
      switch request.method {
      case ACP.CreateTerminalRequest.method: return try await terminals.createTerminal(.init(params: params)).json
      case ACP.TerminalOutputRequest.method: return try await terminals.terminalOutput(.init(params: params)).json
      case ACP.WaitForTerminalExitRequest.method:
        return try await terminals.waitForTerminalExit(.init(params: params)).json
      case ACP.KillTerminalRequest.method: return try await terminals.killTerminal(.init(params: params)).json
      case ACP.ReleaseTerminalRequest.method: return try await terminals.releaseTerminal(.init(params: params)).json
      default: return nil
      }
    }
  }
}
