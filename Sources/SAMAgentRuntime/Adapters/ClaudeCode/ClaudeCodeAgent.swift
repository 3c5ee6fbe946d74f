// SPDX-License-Identifier: Apache-2.0
internal import Foundation
public import SAMACP
public import SAMRPC
internal import Synchronization

/// Claude Code as an ACP agent: it runs the `claude` program and speaks its stream-json for the client, without Node.
///
/// Source of the program's format: the Claude Agent SDK; see `ClaudeMessage`, `ClaudePermission` and `ClaudeHistory`.
public struct ClaudeCodeAgent: ACPAgent {
  private let program: AdaptedProgram
  private let offersBypass: Bool
  private let scope: AdapterScope
  private let sessions = Sessions()

  private final class Sessions: Sendable {
    let open = Mutex<[ACP.SessionID: ClaudeSession]>([:])
  }

  private init(program: AdaptedProgram, offersBypass: Bool, scope: AdapterScope) {
    self.program = program
    self.offersBypass = offersBypass
    self.scope = scope
  }

  /// Serves the client on standard input and output until it closes them.
  ///
  /// - Parameters:
  ///   - program: The `claude` program: a name on the PATH, or a path.
  ///   - offersBypass: Whether the mode without any checks may be chosen.
  ///   - environment: What the program gets.
  ///   - guardExecutable: What stands between us and the program, see ``GuardedLaunch``.
  /// - Throws: `RPCFailure` when standard input or output is not open.
  public static func runOnStandardIO(
    program: String, offersBypass: Bool, environment: [String: String], guardExecutable: String
  ) async throws {
    await run(
      over: try PipeTransport.standardIO(claimingOutput: true), program: program, offersBypass: offersBypass,
      environment: environment, guardExecutable: guardExecutable)
  }

  /// Serves one client; see ``runOnStandardIO(program:offersBypass:environment:guardExecutable:)``.
  public static func run(
    over transport: any RPCTransport, program: String, offersBypass: Bool = false, environment: [String: String],
    guardExecutable: String
  ) async {
    let program = AdaptedProgram(
      title: "Claude Code", program: program, environment: ClaudeLaunch.environment(environment),
      guardExecutable: guardExecutable)
    await AdapterScope.run(over: transport) { scope in
      ClaudeCodeAgent(program: program, offersBypass: offersBypass, scope: scope)
    } end: { agent in
      for session in agent.sessions.open.withLock({ Array($0.values) }) { await session.end() }
    }
  }

  /// The control of the sessions.
  public var sessionControl: (any ACPSessionControl)? { self }
}

extension ClaudeCodeAgent {
  /// Tells what the program can do.
  public func initialize(
    _ request: ACP.InitializeRequest, client: AgentConnection
  ) async throws -> ACP.InitializeResponse {
    ACP.InitializeResponse(
      protocolVersion: ACP.protocolVersion,
      agentCapabilities: .init(
        loadSession: true, prompt: .init(image: true, embeddedContext: true), mcp: .init(http: true, sse: true),
        session: .init(list: .init(), close: .init(), additionalDirectories: .init())),
      agentInfo: .init(name: "sam-claude-code", title: "Claude Code (SAM's adapter)", version: "1"))
  }

  /// Starts a conversation.
  public func newSession(
    _ request: ACP.NewSessionRequest, client: AgentConnection
  ) async throws -> ACP.NewSessionResponse {
    let session = try await open(
      .init(rawValue: UUID().uuidString.lowercased()), request.cwd, request.mcpServers, request.additionalDirectories,
      client)
    let settings = session.settings
    return .init(sessionID: session.setting.id, modes: settings?.modes, configOptions: settings?.options)
  }

  /// Takes a conversation up: replays what the program has of it, the person's messages too.
  public func loadSession(
    _ request: ACP.LoadSessionRequest, client: AgentConnection
  ) async throws -> ACP.LoadSessionResponse {
    let history = ClaudeHistory(program.environment)
    guard let updates = history.updates(of: request.sessionID, root: request.cwd) else {
      throw RPCError(
        .resourceNotFound, "Claude Code has no conversation \(request.sessionID); start one with session/new.")
    }
    await sessions.open.withLock({ $0.removeValue(forKey: request.sessionID) })?.end()
    let session = try await open(
      request.sessionID, request.cwd, request.mcpServers, request.additionalDirectories, client)
    for update in updates { try await client.update(request.sessionID, update) }
    let settings = session.settings
    return .init(modes: settings?.modes, configOptions: settings?.options)
  }

  /// Runs a turn.
  public func prompt(_ request: ACP.PromptRequest, client: AgentConnection) async throws -> ACP.PromptResponse {
    let reason = try await session(request.sessionID).prompt(PromptContent.parts(of: request.prompt))
    return .init(stopReason: reason)
  }

  private func open(
    _ id: ACP.SessionID, _ cwd: String, _ servers: [ACP.MCPServer], _ directories: [String], _ client: AgentConnection
  ) async throws -> ClaudeSession {
    let session = ClaudeSession(
      .init(
        id: id, cwd: cwd, servers: servers, directories: directories, program: program, offersBypass: offersBypass),
      client: client, scope: scope)
    do { try await session.start() } catch {
      await session.end()
      throw error
    }
    sessions.open.withLock { $0[id] = session }
    return session
  }

  private func session(_ id: ACP.SessionID) throws -> ClaudeSession {
    guard let session = sessions.open.withLock({ $0[id] }) else {
      throw RPCError(.resourceNotFound, "Session \(id) is not open; load it with session/load.")
    }
    return session
  }
}

extension ClaudeCodeAgent: ACPSessionControl {
  /// Switches the permission mode.
  public func setMode(
    _ request: ACP.SetSessionModeRequest, client: AgentConnection
  ) async throws -> ACP.SetSessionModeResponse {
    try await session(request.sessionID).set(mode: request.modeID.rawValue)
    return .init()
  }

  /// Sets the mode or the model.
  public func setConfigOption(
    _ request: ACP.SetSessionConfigOptionRequest, client: AgentConnection
  ) async throws -> ACP.SetSessionConfigOptionResponse {
    let session = try session(request.sessionID)
    switch (request.configID.rawValue, request.value) {
    case ("mode", .choice(let mode)): try await session.set(mode: mode)
    case ("model", .choice(let model)): try await session.set(model: model)
    default: throw RPCError(.invalidParams, "There is no option '\(request.configID)' with such values.")
    }
    return .init(configOptions: session.settings?.options ?? [])
  }

  /// Frees a session: its program ends, the conversation stays on disk.
  public func closeSession(
    _ request: ACP.CloseSessionRequest, client: AgentConnection
  ) async throws -> ACP.CloseSessionResponse {
    await sessions.open.withLock({ $0.removeValue(forKey: request.sessionID) })?.end()
    return .init()
  }

  /// Lists the conversations that the program keeps.
  public func listSessions(
    _ request: ACP.ListSessionsRequest, client: AgentConnection
  ) async throws -> ACP.ListSessionsResponse {
    .init(sessions: ClaudeHistory(program.environment).sessions(in: request.cwd))
  }
}
