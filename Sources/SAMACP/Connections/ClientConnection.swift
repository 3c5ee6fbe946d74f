// SPDX-License-Identifier: Apache-2.0
public import SAMRPC
internal import Synchronization

/// The client's end of an ACP connection: it calls the agent, and a handler serves the agent's calls.
///
/// The order of things is that of ``RPCConnection``: when ``prompt(_:onSent:)`` or ``loadSession(_:)`` returns, every update
/// that the agent sent before its answer has been handled.
public final class ClientConnection: Sendable {
  /// The JSON-RPC connection below, for methods that have no function here.
  public let rpc: RPCConnection
  /// Questions to the person that wait, permissions and others.
  let questions = CancellableWork<ACP.SessionID>()
  let advertised = Mutex((client: ACP.ClientCapabilities(), agent: ACP.AgentCapabilities()))

  /// What the agent told that it can do; nothing before ``initialize(_:)`` has returned.
  public var agentCapabilities: ACP.AgentCapabilities { advertised.withLock { $0.agent } }

  /// Makes a connection, which does nothing until ``run(handler:)``.
  ///
  /// - Parameters:
  ///   - transport: The agent's standard input and output, or any other stream.
  ///   - configuration: Limits and who is told what.
  public init(over transport: any RPCTransport, configuration: RPCConnection.Configuration = .init()) {
    rpc = RPCConnection(over: transport, configuration: configuration)
  }

  /// Runs a connection for as long as a body runs, and closes it then.
  ///
  /// - Returns: What the body returns.
  /// - Throws: What the body throws.
  public static func withConnection<Value>(
    over transport: any RPCTransport, configuration: RPCConnection.Configuration = .init(),
    handler: some ACPClientHandler, _ body: (ClientConnection) async throws -> Value
  ) async throws -> Value {
    let connection = ClientConnection(over: transport, configuration: configuration)
    let dispatcher = Dispatcher(handler: handler, connection: connection)
    return try await connection.rpc.running(handler: dispatcher) { try await body(connection) }
  }

  /// Runs the connection until it ends. May be called once.
  ///
  /// - Returns: Why it ended, for a person.
  @discardableResult
  public func run(handler: some ACPClientHandler) async -> String {
    await rpc.run(handler: Dispatcher(handler: handler, connection: self))
  }
}

// MARK: - Calling the agent

extension ClientConnection {
  /// Agrees on version and capabilities; the first call.
  ///
  /// - Throws: ``ACPError`` with code `unsupportedVersion` when the agent speaks another version; close the connection then.
  public func initialize(_ request: ACP.InitializeRequest) async throws -> ACP.InitializeResponse {
    advertised.withLock { $0.client = request.clientCapabilities }
    let response = try await rpc.call(request)
    guard (1...request.protocolVersion).contains(response.protocolVersion) else {
      let text =
        "the agent speaks version \(response.protocolVersion) and not \(request.protocolVersion); update one of the two"
      throw ACPError(.unsupportedVersion, text)
    }
    advertised.withLock { $0.agent = response.agentCapabilities }
    return response
  }

  /// Asks the agent to authenticate.
  public func authenticate(_ request: ACP.AuthenticateRequest) async throws -> ACP.AuthenticateResponse {
    try await rpc.call(request)
  }

  /// Starts a conversation.
  ///
  /// - Throws: `RPCError` with code `authenticationRequired` when the agent wants ``authenticate(_:)`` first.
  public func newSession(_ request: ACP.NewSessionRequest) async throws -> ACP.NewSessionResponse {
    try await rpc.call(request)
  }

  /// Takes an old conversation up. Its whole history has gone through the handler when this returns.
  public func loadSession(_ request: ACP.LoadSessionRequest) async throws -> ACP.LoadSessionResponse {
    try await rpc.call(request)
  }

  /// Runs a turn to its end.
  ///
  /// To stop a turn call ``cancel(_:)`` and await the answer here; cancelling the task only stops waiting for it.
  ///
  /// - Parameters:
  ///   - request: The prompt.
  ///   - onSent: Called when all bytes of the prompt have been written, before this returns; what is thrown there stops
  ///     waiting. See ``RPCConnection/request(_:_:onSent:)``.
  /// - Returns: Why the turn ended.
  public func prompt(
    _ request: ACP.PromptRequest, onSent: (@Sendable () async throws -> Void)? = nil
  ) async throws -> ACP.PromptResponse {
    try await rpc.call(request, onSent: onSent)
  }

  /// Stops the turn: permission requests and questions of the session that wait are answered with `cancelled` and `cancel`, and
  /// the agent is told. The prompt's own answer still comes, and updates may come before it.
  public func cancel(_ sessionID: ACP.SessionID) async throws {
    questions.cancel(sessionID)
    try await rpc.notify(ACP.CancelNotification(sessionID: sessionID))
  }

  /// Switches the mode.
  public func setMode(_ request: ACP.SetSessionModeRequest) async throws -> ACP.SetSessionModeResponse {
    try await rpc.call(request)
  }

  /// Sets an option.
  public func setConfigOption(
    _ request: ACP.SetSessionConfigOptionRequest
  ) async throws -> ACP.SetSessionConfigOptionResponse {
    try await rpc.call(request)
  }

  /// Stops what a session does and frees it; needs the agent's capability.
  public func closeSession(_ request: ACP.CloseSessionRequest) async throws -> ACP.CloseSessionResponse {
    try await rpc.call(request)
  }

  /// Lists sessions, a page at a time; needs the agent's capability.
  public func listSessions(_ request: ACP.ListSessionsRequest = .init()) async throws -> ACP.ListSessionsResponse {
    try await rpc.call(request)
  }

  /// Removes a session from the agent's list.
  ///
  /// - Throws: ``ACPError`` with code `notAdvertised` when the agent has no such capability; nothing was sent then.
  public func deleteSession(_ request: ACP.DeleteSessionRequest) async throws -> ACP.DeleteSessionResponse {
    try await call(request, needing: "sessionCapabilities.delete") { $0.session.delete }
  }

  /// Takes an old conversation up; its history does not come.
  ///
  /// - Throws: ``ACPError`` with code `notAdvertised` when the agent has no such capability; nothing was sent then.
  public func resumeSession(_ request: ACP.ResumeSessionRequest) async throws -> ACP.ResumeSessionResponse {
    try await call(request, needing: "sessionCapabilities.resume") { $0.session.resume }
  }

  /// Starts a conversation with the history of another one (unstable in ACP v1).
  ///
  /// - Throws: ``ACPError`` with code `notAdvertised` when the agent has no such capability; nothing was sent then.
  public func forkSession(_ request: ACP.ForkSessionRequest) async throws -> ACP.ForkSessionResponse {
    try await call(request, needing: "sessionCapabilities.fork") { $0.session.fork }
  }

  /// Has the agent forget its log-in; sessions then fail with `authenticationRequired`.
  ///
  /// - Throws: ``ACPError`` with code `notAdvertised` when the agent has no such capability; nothing was sent then.
  public func logout() async throws -> ACP.LogoutResponse {
    try await call(ACP.LogoutRequest(), needing: "auth.logout") { $0.auth.logout }
  }

  /// ACP v1, Initialization: what was not advertised must not be called.
  private func call<Request: ACPRequest>(
    _ request: Request, needing name: String, _ capability: (ACP.AgentCapabilities) -> ACP.Marker?
  ) async throws -> Request.Response {
    guard capability(agentCapabilities) != nil else { throw ACPError.notAdvertised(Request.method, name) }
    return try await rpc.call(request)
  }

  /// Closes the agent's standard input after what was sent, which asks it to end, and goes on listening.
  public func finishSending() { rpc.finishSending() }

  /// Ends the connection at once.
  ///
  /// - Parameter reason: Why; calls that wait fail with it.
  public func close(reason: String = "the client closed it") { rpc.close(reason: reason) }
}
