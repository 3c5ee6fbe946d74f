// SPDX-License-Identifier: Apache-2.0
internal import Foundation
public import SAMACP
public import SAMRPC
internal import Synchronization

/// The agent that comes with SAM: it needs no model and no key, and does the same for the same task every time.
///
/// It reads the task, plans, asks once, edits a file, runs a command and reports. It keeps its sessions and replays them,
/// so that what SAM promises can be tried and tested without a real agent. A ``DemoDirective`` in a task makes it misbehave.
public struct DemoAgent: ACPAgent {
  private struct Session {
    var folder: String
    var turns: Int
    let settings: DemoSettings
  }

  private final class State: Sendable {
    let sessions = Mutex<[ACP.SessionID: Session]>([:])
    let client = Mutex(ACP.ClientCapabilities())
  }

  private let state = State()
  private let history: DemoHistory
  private let transport: any RPCTransport
  private let farewells: AsyncStream<DemoTurn.Farewell>.Continuation
  private let traits: Traits

  /// What it does not offer, as some agents do not.
  public struct Traits: Sendable {
    /// Whether it does not load earlier conversations.
    public var isForgetful: Bool
    /// Whether it takes nothing but text and links in a prompt.
    public var isPlain: Bool
    /// Whether it opens no conversation until somebody has logged it in.
    public var wantsLogin: Bool

    /// - Parameters: as the properties of the same names.
    public init(isForgetful: Bool = false, isPlain: Bool = false, wantsLogin: Bool = false) {
      self.isForgetful = isForgetful
      self.isPlain = isPlain
      self.wantsLogin = wantsLogin
    }
  }

  private init(
    history: DemoHistory, traits: Traits, transport: any RPCTransport,
    farewells: AsyncStream<DemoTurn.Farewell>.Continuation
  ) {
    self.history = history
    self.traits = traits
    self.transport = transport
    self.farewells = farewells
  }

  /// Serves the client on standard input and output until it closes them.
  ///
  /// - Parameters:
  ///   - environment: Says where to keep the sessions: `SAM_DEMO_STATE`, else below `XDG_STATE_HOME` or `HOME`.
  ///   - traits: What it does not offer.
  /// - Throws: `RPCError` when the environment names no folder, `RPCFailure` when standard input or output is not open.
  public static func runOnStandardIO(environment: [String: String], traits: Traits = Traits()) async throws {
    let history = try DemoHistory(environment: environment)
    await run(over: try PipeTransport.standardIO(claimingOutput: true), history: history, traits: traits)
  }

  /// Serves one client.
  ///
  /// - Parameters:
  ///   - transport: Where the client is.
  ///   - state: The folder for the sessions.
  public static func run(over transport: any RPCTransport, state: String) async {
    await run(over: transport, history: DemoHistory(folder: state), traits: Traits())
  }

  private static func run(over transport: any RPCTransport, history: DemoHistory, traits: Traits) async {
    // At most one a cancelled turn, so it stays short.
    let (stream, farewells) = AsyncStream.makeStream(of: DemoTurn.Farewell.self)
    let agent = DemoAgent(
      history: history, traits: traits, transport: transport, farewells: farewells)
    await withDiscardingTaskGroup { group in
      group.addTask {
        await ACPAgentServer(agent).run(over: transport)
        farewells.finish()
      }
      for await farewell in stream { await farewell.say() }
    }
  }
}

// MARK: - Serving

extension DemoAgent {
  /// Tells that conversations can be taken up again.
  public func initialize(
    _ request: ACP.InitializeRequest, client: AgentConnection
  ) async throws -> ACP.InitializeResponse {
    state.client.withLock { $0 = request.clientCapabilities }
    return ACP.InitializeResponse(
      protocolVersion: ACP.protocolVersion,
      agentCapabilities: ACP.AgentCapabilities(
        loadSession: !traits.isForgetful,
        prompt: ACP.PromptCapabilities(image: !traits.isPlain, embeddedContext: !traits.isPlain)),
      authMethods: traits.wantsLogin ? Self.logins : [],
      agentInfo: ACP.Implementation(name: "sam-demo-agent", title: "SAM's demo agent", version: "1"))
  }

  private static let logins = [
    ACP.AuthMethod(id: "terminal", name: "In a terminal", type: .terminal, args: ["--log-in"]),
    ACP.AuthMethod(id: "itself", name: "By itself", type: .agent),
  ]

  /// Logs the demo agent in, as a person does in a terminal.
  /// - Throws: `RPCError` when the environment names no folder, and whatever writing there throws.
  public static func logIn(environment: [String: String]) throws { try DemoHistory(environment: environment).logIn() }

  /// Logs in by itself.
  public func authenticate(
    _ request: ACP.AuthenticateRequest, client: AgentConnection
  ) async throws -> ACP.AuthenticateResponse {
    guard traits.wantsLogin, request.methodID == "itself" else {
      throw RPCError(.invalidParams, "There is no login '\(request.methodID)' that the agent does itself.")
    }
    try history.logIn()
    return .init()
  }

  /// Starts a conversation.
  public func newSession(
    _ request: ACP.NewSessionRequest, client: AgentConnection
  ) async throws -> ACP.NewSessionResponse {
    guard !traits.wantsLogin || history.isLoggedIn else {
      throw RPCError(.authenticationRequired, "nobody has logged in")
    }
    let id = try history.create()
    let settings = DemoSettings(for: state.client.withLock { $0 })
    state.sessions.withLock { $0[id] = Session(folder: request.cwd, turns: 0, settings: settings) }
    return ACP.NewSessionResponse(sessionID: id, configOptions: settings.options)
  }

  /// Takes a conversation up: replays everything, the person's messages too.
  public func loadSession(
    _ request: ACP.LoadSessionRequest, client: AgentConnection
  ) async throws -> ACP.LoadSessionResponse {
    guard let updates = try history.updates(of: request.sessionID) else {
      throw RPCError(.resourceNotFound, "There is no session \(request.sessionID); start one with session/new.")
    }
    var turns = 0
    for update in updates {
      if case .userMessageChunk = update { turns += 1 }
      try await client.update(request.sessionID, update)
    }
    let settings = DemoSettings(for: state.client.withLock { $0 })
    let session = Session(folder: request.cwd, turns: turns, settings: settings)
    state.sessions.withLock { $0[request.sessionID] = session }
    return ACP.LoadSessionResponse(configOptions: settings.options)
  }

  /// Runs a turn.
  public func prompt(_ request: ACP.PromptRequest, client: AgentConnection) async throws -> ACP.PromptResponse {
    let session = state.sessions.withLock { sessions in
      sessions[request.sessionID]?.turns += 1
      return sessions[request.sessionID]
    }
    guard let session else {
      throw RPCError(.resourceNotFound, "Session \(request.sessionID) is not open; load it with session/load.")
    }
    // What comes before the last text is what it is told of an earlier conversation: to be known, not to be done.
    let texts = request.prompt.map(Self.text(of:))
    let isTold = texts.first?.hasPrefix("<conversation-so-far>") == true
    let text = texts.dropFirst(isTold ? 1 : 0).joined()
    let message = ACP.ContentChunk(content: .text(ACP.TextContent(text: text)))
    try history.append(.userMessageChunk(message), to: request.sessionID)
    let turn = DemoTurn(
      id: request.sessionID, number: session.turns, folder: session.folder, settings: session.settings,
      told: isTold ? texts[0] : nil,
      attachments: request.prompt.filter { if case .text = $0 { false } else { true } }, client: client,
      capabilities: state.client.withLock { $0 }, history: history, transport: transport, farewells: farewells)
    return ACP.PromptResponse(stopReason: try await turn.run(text))
  }

  /// The control of the sessions.
  public var sessionControl: (any ACPSessionControl)? { self }

  private static func text(of block: ACP.ContentBlock) -> String {
    switch block {
    case .text(let text): text.text
    case .resourceLink(let link): link.uri
    default: ""
    }
  }
}

extension DemoAgent: ACPSessionControl {
  /// Sets the mode, or whether it thinks aloud.
  public func setConfigOption(
    _ request: ACP.SetSessionConfigOptionRequest, client: AgentConnection
  ) async throws -> ACP.SetSessionConfigOptionResponse {
    guard let settings = state.sessions.withLock({ $0[request.sessionID]?.settings }) else {
      throw RPCError(.resourceNotFound, "Session \(request.sessionID) is not open; load it with session/load.")
    }
    try settings.set(request.configID, to: request.value)
    return ACP.SetSessionConfigOptionResponse(configOptions: settings.options)
  }
}
