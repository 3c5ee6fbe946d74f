// SPDX-License-Identifier: Apache-2.0
internal import Foundation
public import SAMACP
public import SAMRPC

/// Codex as an ACP agent: it runs `codex app-server` and speaks its protocol for the client, without Node.
///
/// Source of the protocol: the types that `codex app-server generate-ts` writes; see `CodexUpdates` and `CodexApproval`.
public struct CodexAgent: ACPAgent {
  private let server: CodexServer
  private let scope: AdapterScope

  private init(server: CodexServer, scope: AdapterScope) {
    self.server = server
    self.scope = scope
  }

  /// Serves the client on standard input and output until it closes them.
  ///
  /// - Parameters:
  ///   - program: The `codex` program: a name on the PATH, or a path.
  ///   - environment: What the program gets.
  ///   - guardExecutable: What stands between us and the program, see ``GuardedLaunch``.
  /// - Throws: `RPCFailure` when standard input or output is not open.
  public static func runOnStandardIO(
    program: String, environment: [String: String], guardExecutable: String
  ) async throws {
    await run(
      over: try PipeTransport.standardIO(claimingOutput: true), program: program, environment: environment,
      guardExecutable: guardExecutable)
  }

  /// Serves one client; see ``runOnStandardIO(program:environment:guardExecutable:)``.
  public static func run(
    over transport: any RPCTransport, program: String, environment: [String: String], guardExecutable: String
  ) async {
    let program = AdaptedProgram(
      title: "Codex", program: program, environment: environment, guardExecutable: guardExecutable)
    await AdapterScope.run(over: transport) { scope in
      CodexAgent(server: CodexServer(program, scope: scope), scope: scope)
    } end: { agent in
      await agent.server.end()
    }
  }

  /// The control of the sessions.
  public var sessionControl: (any ACPSessionControl)? { self }
}

extension CodexAgent {
  /// Tells what the program can do.
  public func initialize(
    _ request: ACP.InitializeRequest, client: AgentConnection
  ) async throws -> ACP.InitializeResponse {
    ACP.InitializeResponse(
      protocolVersion: ACP.protocolVersion,
      agentCapabilities: .init(
        loadSession: true, prompt: .init(image: true, embeddedContext: true), mcp: .init(http: true),
        session: .init(list: .init(), close: .init())),
      agentInfo: .init(name: "sam-codex", title: "Codex (SAM's adapter)", version: "1"))
  }

  /// Starts a conversation.
  public func newSession(
    _ request: ACP.NewSessionRequest, client: AgentConnection
  ) async throws -> ACP.NewSessionResponse {
    let thread = try await CodexThread.start(request, server, client: client, scope: scope)
    server.add(thread)
    let settings = thread.settings
    return .init(
      sessionID: .init(rawValue: thread.id), modes: settings.modeState, configOptions: settings.options)
  }

  /// Takes a conversation up: replays what the program has of it, the person's messages too.
  public func loadSession(
    _ request: ACP.LoadSessionRequest, client: AgentConnection
  ) async throws -> ACP.LoadSessionResponse {
    let (thread, turns) = try await CodexThread.resume(request, server, client: client, scope: scope)
    for update in CodexUpdates.replay(turns, root: request.cwd) { try await client.update(request.sessionID, update) }
    server.add(thread)
    let settings = thread.settings
    return .init(modes: settings.modeState, configOptions: settings.options)
  }

  /// Runs a turn.
  public func prompt(_ request: ACP.PromptRequest, client: AgentConnection) async throws -> ACP.PromptResponse {
    let reason = try await server.thread(request.sessionID).prompt(PromptContent.parts(of: request.prompt))
    return .init(stopReason: reason)
  }
}

extension CodexAgent: ACPSessionControl {
  /// Switches the mode, from the next turn on.
  public func setMode(
    _ request: ACP.SetSessionModeRequest, client: AgentConnection
  ) async throws -> ACP.SetSessionModeResponse {
    try server.thread(request.sessionID).set { try $0.set(mode: request.modeID.rawValue) }
    return .init()
  }

  /// Sets the mode, the model or its effort, from the next turn on.
  public func setConfigOption(
    _ request: ACP.SetSessionConfigOptionRequest, client: AgentConnection
  ) async throws -> ACP.SetSessionConfigOptionResponse {
    let thread = try server.thread(request.sessionID)
    switch (request.configID.rawValue, request.value) {
    case ("mode", .choice(let mode)): try thread.set { try $0.set(mode: mode) }
    case ("model", .choice(let model)): try thread.set { try $0.set(model: model) }
    case ("effort", .choice(let effort)): try thread.set { try $0.set(effort: effort) }
    default: throw RPCError(.invalidParams, "There is no option '\(request.configID)' with such values.")
    }
    return .init(configOptions: thread.settings.options)
  }

  /// Frees a session; the conversation stays on disk.
  public func closeSession(
    _ request: ACP.CloseSessionRequest, client: AgentConnection
  ) async throws -> ACP.CloseSessionResponse {
    // Its turn ends first: what comes for a conversation that is not subscribed to any more is not heard.
    await (try? server.thread(request.sessionID))?.stop()
    if let thread = server.remove(request.sessionID.rawValue) {
      let run = try await server.run(in: thread.cwd)
      // What Codex still holds of it costs memory and nothing else.
      _ = try? await run.request("thread/unsubscribe", ["threadId": .string(thread.id)])
    }
    return .init()
  }

  /// Lists the conversations that the program keeps, a page at a time.
  public func listSessions(
    _ request: ACP.ListSessionsRequest, client: AgentConnection
  ) async throws -> ACP.ListSessionsResponse {
    var params: JSONObject = ["modelProviders": [], "limit": 50]
    params["cwd"] = request.cwd.map { .string($0) }
    params["cursor"] = request.cursor.map { .string($0) }
    let answer = try await server.run(in: request.cwd ?? "/").request("thread/list", params)
    let sessions = (answer["data"]?.arrayValue ?? []).compactMap { thread -> ACP.SessionInfo? in
      guard let id = thread["id"]?.stringValue, let cwd = thread["cwd"]?.stringValue else { return nil }
      let date = thread["updatedAt"]?.doubleValue.map { Date(timeIntervalSince1970: $0).formatted(.iso8601) }
      let title = thread["name"]?.stringValue ?? thread["preview"]?.stringValue
      return .init(sessionID: .init(rawValue: id), cwd: cwd, title: title.map { oneLine($0) }, updatedAt: date)
    }
    return .init(sessions: sessions, nextCursor: answer["nextCursor"]?.stringValue)
  }
}
