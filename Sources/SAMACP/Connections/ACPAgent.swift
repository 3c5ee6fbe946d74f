// SPDX-License-Identifier: Apache-2.0
public import SAMRPC

/// An agent: what it does with the calls of a client. Only `newSession` and `prompt` have no default.
///
/// Requests run concurrently, each in its own task. A handler may call the client and wait for it.
public protocol ACPAgent: Sendable {
  /// Tells what the agent can do. The default tells version 1 and no capabilities.
  func initialize(_ request: ACP.InitializeRequest, client: AgentConnection) async throws -> ACP.InitializeResponse

  /// Authenticates. The default refuses.
  func authenticate(_ request: ACP.AuthenticateRequest, client: AgentConnection) async throws
    -> ACP.AuthenticateResponse

  /// Starts a conversation.
  ///
  /// - Throws: `RPCError` with code `authenticationRequired` to have the client authenticate first.
  func newSession(_ request: ACP.NewSessionRequest, client: AgentConnection) async throws -> ACP.NewSessionResponse

  /// Takes an old conversation up and sends its history as updates before it returns. The default refuses; needs the capability.
  func loadSession(_ request: ACP.LoadSessionRequest, client: AgentConnection) async throws -> ACP.LoadSessionResponse

  /// Runs a turn. When the client cancels it, the task of this call is cancelled; throwing `CancellationError` then answers
  /// with the stop reason `cancelled`. Updates sent in a cancelled task still go out.
  func prompt(_ request: ACP.PromptRequest, client: AgentConnection) async throws -> ACP.PromptResponse

  /// Hears that a turn was cancelled, while its prompt runs; the prompt's task has been cancelled already, so the default
  /// has nothing to do. Must not make requests to the client.
  func cancel(_ notification: ACP.CancelNotification, client: AgentConnection) async throws

  /// What serves modes, options, the keeping of sessions and logging out, or nil when the agent has none of it.
  var sessionControl: (any ACPSessionControl)? { get }

  /// Answers a request (or takes a notification, whose answer is dropped) of another method. The default refuses.
  func other(_ method: String, _ params: JSONValue?, client: AgentConnection) async throws -> JSONValue
}

/// What an agent with controllable sessions does. Every default refuses with `methodNotFound`; what is implemented belongs
/// into the capabilities that ``ACPAgent/initialize(_:client:)`` tells, but modes and options, which a session tells.
public protocol ACPSessionControl: Sendable {
  /// Switches the mode.
  func setMode(_ request: ACP.SetSessionModeRequest, client: AgentConnection) async throws -> ACP.SetSessionModeResponse
  /// Sets an option.
  func setConfigOption(
    _ request: ACP.SetSessionConfigOptionRequest, client: AgentConnection
  ) async throws -> ACP.SetSessionConfigOptionResponse
  /// Frees a session. Its turn has been cancelled already.
  func closeSession(_ request: ACP.CloseSessionRequest, client: AgentConnection) async throws
    -> ACP.CloseSessionResponse
  /// Lists sessions.
  func listSessions(_ request: ACP.ListSessionsRequest, client: AgentConnection) async throws
    -> ACP.ListSessionsResponse
  /// Removes a session from the list; one that is gone is no error. Its turn has been cancelled already.
  func deleteSession(_ request: ACP.DeleteSessionRequest, client: AgentConnection) async throws
    -> ACP.DeleteSessionResponse
  /// Takes an old conversation up, without sending its history.
  func resumeSession(_ request: ACP.ResumeSessionRequest, client: AgentConnection) async throws
    -> ACP.ResumeSessionResponse
  /// Starts a conversation with the history of another one.
  func forkSession(_ request: ACP.ForkSessionRequest, client: AgentConnection) async throws -> ACP.ForkSessionResponse
  /// Forgets the log-in.
  func logout(_ request: ACP.LogoutRequest, client: AgentConnection) async throws -> ACP.LogoutResponse
}

extension ACPAgent {
  /// Tells version 1 and no capabilities.
  public func initialize(
    _ request: ACP.InitializeRequest, client: AgentConnection
  ) async throws -> ACP.InitializeResponse {
    ACP.InitializeResponse(protocolVersion: ACP.protocolVersion)
  }

  /// Refuses: there is nothing to authenticate.
  public func authenticate(
    _ request: ACP.AuthenticateRequest, client: AgentConnection
  ) async throws -> ACP.AuthenticateResponse {
    throw RPCError.methodNotFound(ACP.AuthenticateRequest.method)
  }

  /// Refuses: conversations are not kept.
  public func loadSession(
    _ request: ACP.LoadSessionRequest, client: AgentConnection
  ) async throws -> ACP.LoadSessionResponse {
    throw RPCError.methodNotFound(ACP.LoadSessionRequest.method)
  }

  /// Has nothing to add to the cancelled task.
  public func cancel(_ notification: ACP.CancelNotification, client: AgentConnection) async throws {}

  /// This agent has no controllable sessions.
  public var sessionControl: (any ACPSessionControl)? { nil }

  /// Refuses the method.
  public func other(_ method: String, _ params: JSONValue?, client: AgentConnection) async throws -> JSONValue {
    throw RPCError.methodNotFound(method)
  }
}

extension ACPSessionControl {
  /// Refuses: there are no modes.
  public func setMode(
    _ request: ACP.SetSessionModeRequest, client: AgentConnection
  ) async throws -> ACP.SetSessionModeResponse {
    throw RPCError.methodNotFound(ACP.SetSessionModeRequest.method)
  }

  /// Refuses: there are no options.
  public func setConfigOption(
    _ request: ACP.SetSessionConfigOptionRequest, client: AgentConnection
  ) async throws -> ACP.SetSessionConfigOptionResponse {
    throw RPCError.methodNotFound(ACP.SetSessionConfigOptionRequest.method)
  }

  /// Refuses: sessions are not closed one by one.
  public func closeSession(
    _ request: ACP.CloseSessionRequest, client: AgentConnection
  ) async throws -> ACP.CloseSessionResponse {
    throw RPCError.methodNotFound(ACP.CloseSessionRequest.method)
  }

  /// Refuses: sessions are not kept.
  public func listSessions(
    _ request: ACP.ListSessionsRequest, client: AgentConnection
  ) async throws -> ACP.ListSessionsResponse {
    throw RPCError.methodNotFound(ACP.ListSessionsRequest.method)
  }

  /// Refuses: sessions are not kept.
  public func deleteSession(
    _ request: ACP.DeleteSessionRequest, client: AgentConnection
  ) async throws -> ACP.DeleteSessionResponse {
    throw RPCError.methodNotFound(ACP.DeleteSessionRequest.method)
  }

  /// Refuses: conversations are not kept.
  public func resumeSession(
    _ request: ACP.ResumeSessionRequest, client: AgentConnection
  ) async throws -> ACP.ResumeSessionResponse {
    throw RPCError.methodNotFound(ACP.ResumeSessionRequest.method)
  }

  /// Refuses: conversations are not kept.
  public func forkSession(
    _ request: ACP.ForkSessionRequest, client: AgentConnection
  ) async throws -> ACP.ForkSessionResponse {
    throw RPCError.methodNotFound(ACP.ForkSessionRequest.method)
  }

  /// Refuses: there is no log-in.
  public func logout(_ request: ACP.LogoutRequest, client: AgentConnection) async throws -> ACP.LogoutResponse {
    throw RPCError.methodNotFound(ACP.LogoutRequest.method)
  }
}
