// SPDX-License-Identifier: Apache-2.0
public import SAMRPC
internal import Synchronization

/// The agent's end of an ACP connection: an agent serves the client's calls and calls the client.
public final class AgentConnection: Sendable {
  /// The JSON-RPC connection below, for methods that have no function here.
  public let rpc: RPCConnection
  private let turns = CancellableWork<ACP.SessionID>()
  private let capabilities = Mutex(ACP.ClientCapabilities())

  /// What the client told that it can do; nothing before it called `initialize`.
  public var clientCapabilities: ACP.ClientCapabilities { capabilities.withLock { $0 } }

  /// Makes a connection, which does nothing until ``run(_:)``.
  ///
  /// - Parameters:
  ///   - transport: Where the client is.
  ///   - configuration: Limits and who is told what.
  public init(over transport: any RPCTransport, configuration: RPCConnection.Configuration = .init()) {
    rpc = RPCConnection(over: transport, configuration: configuration)
  }

  /// Serves the client until it closes the connection. May be called once.
  ///
  /// - Returns: Why the connection ended, for a person.
  @discardableResult
  public func run(_ agent: some ACPAgent) async -> String {
    await rpc.run(handler: Dispatcher(agent: agent, client: self))
  }
}

// MARK: - Calling the client

extension AgentConnection {
  /// Tells the client what the agent does; suspends while the client does not read.
  public func update(_ sessionID: ACP.SessionID, _ update: ACP.SessionUpdate) async throws {
    try await rpc.notify(ACP.SessionNotification(sessionID: sessionID, update: update))
  }

  /// Says a piece of a message.
  public func say(_ sessionID: ACP.SessionID, _ text: String) async throws {
    try await update(sessionID, .agentMessageChunk(ACP.ContentChunk(content: .text(ACP.TextContent(text: text)))))
  }

  /// Asks the person whether a tool may run.
  public func requestPermission(
    _ request: ACP.RequestPermissionRequest
  ) async throws -> ACP.RequestPermissionResponse {
    try await rpc.call(request)
  }

  /// Asks the person something.
  ///
  /// - Throws: ``ACPError`` with code `notAdvertised` when the client has no such questions; nothing was sent then.
  public func createElicitation(
    _ request: ACP.CreateElicitationRequest
  ) async throws -> ACP.CreateElicitationResponse {
    guard clientCapabilities.elicitation?.allows(request.question) == true else {
      throw ACPError.notAdvertised(ACP.CreateElicitationRequest.method, "elicitation.\(request.question.mode)")
    }
    return try await rpc.call(request)
  }

  /// Tells the client that the person did what a web page wanted.
  public func completeElicitation(_ id: ACP.ElicitationID) async throws {
    try await rpc.notify(ACP.CompleteElicitationNotification(elicitationID: id))
  }

  /// Reads a file through the client, with what its editor has not saved; needs the client's capability.
  public func readTextFile(_ request: ACP.ReadTextFileRequest) async throws -> ACP.ReadTextFileResponse {
    try await rpc.call(request)
  }

  /// Writes a file through the client; needs the client's capability.
  public func writeTextFile(_ request: ACP.WriteTextFileRequest) async throws -> ACP.WriteTextFileResponse {
    try await rpc.call(request)
  }

  /// Starts a command in a terminal of the client; needs the client's capability. Release the terminal in the end.
  public func createTerminal(_ request: ACP.CreateTerminalRequest) async throws -> ACP.CreateTerminalResponse {
    try await rpc.call(request)
  }

  /// Gets the output so far.
  public func terminalOutput(_ request: ACP.TerminalOutputRequest) async throws -> ACP.TerminalOutputResponse {
    try await rpc.call(request)
  }

  /// Waits for the end of the command.
  public func waitForTerminalExit(
    _ request: ACP.WaitForTerminalExitRequest
  ) async throws -> ACP.WaitForTerminalExitResponse {
    try await rpc.call(request)
  }

  /// Ends the command; the terminal stays valid.
  public func killTerminal(_ request: ACP.KillTerminalRequest) async throws -> ACP.KillTerminalResponse {
    try await rpc.call(request)
  }

  /// Ends the command and gives the terminal back.
  public func releaseTerminal(_ request: ACP.ReleaseTerminalRequest) async throws -> ACP.ReleaseTerminalResponse {
    try await rpc.call(request)
  }
}

// MARK: - Serving the client

extension AgentConnection {
  /// Turns the client's messages into calls of the agent.
  private struct Dispatcher<Agent: ACPAgent>: RPCHandler {
    let agent: Agent
    let client: AgentConnection

    func notification(_ notification: RPCNotification) async throws {
      if notification.method == ACP.CancelNotification.method {
        let cancel = try ACP.CancelNotification(params: notification.params)
        client.turns.cancel(cancel.sessionID)
        try await agent.cancel(cancel, client: client)
      } else {
        _ = try await agent.other(notification.method, notification.params, client: client)
      }
    }

    func request(_ request: RPCRequest) async throws -> JSONValue {
      let params = request.params
      switch request.method {
      case ACP.PromptRequest.method: return try await prompt(ACP.PromptRequest(params: params)).json
      case ACP.InitializeRequest.method:
        let hello = try ACP.InitializeRequest(params: params)
        client.capabilities.withLock { $0 = hello.clientCapabilities }
        return try await agent.initialize(hello, client: client).json
      case ACP.AuthenticateRequest.method:
        return try await agent.authenticate(ACP.AuthenticateRequest(params: params), client: client).json
      case ACP.NewSessionRequest.method:
        return try await agent.newSession(ACP.NewSessionRequest(params: params), client: client).json
      case ACP.LoadSessionRequest.method:
        return try await agent.loadSession(ACP.LoadSessionRequest(params: params), client: client).json
      default:
        if let control = agent.sessionControl, let result = try await serve(request, control) { return result }
        return try await agent.other(request.method, params, client: client)
      }
    }

    /// The turn is known from the moment at which the request is dispatched, so no cancellation comes too early.
    private func prompt(_ request: ACP.PromptRequest) async throws -> ACP.PromptResponse {
      let cancelled = ACP.PromptResponse(stopReason: .cancelled)
      return try await client.turns.run(request.sessionID, ifCancelled: cancelled) {
        try await agent.prompt(request, client: client)
      }
    }

    private func serve(_ request: RPCRequest, _ control: any ACPSessionControl) async throws -> JSONValue? {
      let params = request.params
      switch request.method {
      case ACP.SetSessionModeRequest.method:
        return try await control.setMode(ACP.SetSessionModeRequest(params: params), client: client).json
      case ACP.SetSessionConfigOptionRequest.method:
        return try await control.setConfigOption(.init(params: params), client: client).json
      case ACP.CloseSessionRequest.method:
        let close = try ACP.CloseSessionRequest(params: params)
        client.turns.cancel(close.sessionID)
        return try await control.closeSession(close, client: client).json
      case ACP.ListSessionsRequest.method:
        return try await control.listSessions(ACP.ListSessionsRequest(params: params), client: client).json
      case ACP.DeleteSessionRequest.method:
        let delete = try ACP.DeleteSessionRequest(params: params)
        client.turns.cancel(delete.sessionID)
        return try await control.deleteSession(delete, client: client).json
      case ACP.ResumeSessionRequest.method:
        return try await control.resumeSession(ACP.ResumeSessionRequest(params: params), client: client).json
      case ACP.ForkSessionRequest.method:
        return try await control.forkSession(ACP.ForkSessionRequest(params: params), client: client).json
      case ACP.LogoutRequest.method:
        return try await control.logout(ACP.LogoutRequest(params: params), client: client).json
      default: return nil
      }
    }
  }
}
