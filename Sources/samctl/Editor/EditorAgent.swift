// SPDX-License-Identifier: Apache-2.0
internal import Foundation
internal import SAMACP
internal import SAMAPI
internal import SAMClient
internal import SAMCore
internal import SAMRPC
internal import Synchronization

/// SAM as an agent for editors: each ACP session is a task, its agent works on a machine of SAM's, and the editor shows the
/// conversation and answers the agent's questions. When the editor goes, the work goes on.
struct EditorAgent: ACPAgent {
  private final class State: Sendable {
    let sessions = Mutex<[ACP.SessionID: EditorSession]>([:])
    let ids = IDSource()
  }

  let door: EditorDoor
  let jobs = EditorJobs()
  private let state = State()

  /// Serves one editor until it closes the stream.
  static func run(over transport: any RPCTransport, door: EditorDoor) async {
    let agent = EditorAgent(door: door)
    await withDiscardingTaskGroup { group in
      group.addTask { await agent.jobs.run() }
      // That the editor has gone only its stream tells: its requests are cancelled for other reasons too.
      let watched = TappedTransport(transport, onRead: { if $0 == nil { agent.jobs.end() } })
      await ACPAgentServer(agent).run(over: watched)
      agent.jobs.end()
    }
    await door.close()
  }

  /// The one way to log in: in a terminal, with samctl.
  static let login = ACP.AuthMethod(
    id: ACP.AuthMethodID(rawValue: "samctl-login"), name: "samctl login",
    description: "Run 'samctl login' in a terminal, then choose this.")

  func initialize(_ request: ACP.InitializeRequest, client: AgentConnection) async throws -> ACP.InitializeResponse {
    ACP.InitializeResponse(
      protocolVersion: ACP.protocolVersion,
      agentCapabilities: ACP.AgentCapabilities(
        loadSession: true, prompt: ACP.PromptCapabilities(image: true, embeddedContext: true),
        session: ACP.SessionCapabilities(list: ACP.Marker(), resume: ACP.Marker(), close: ACP.Marker())),
      authMethods: [Self.login],
      agentInfo: ACP.Implementation(name: "sam", title: "SAM", version: SAMVersion.current))
  }

  func authenticate(
    _ request: ACP.AuthenticateRequest, client: AgentConnection
  ) async throws -> ACP.AuthenticateResponse {
    guard request.methodID == Self.login.id else {
      throw RPCError(.invalidParams, "There is no way '\(request.methodID)' to log in; there is '\(Self.login.id)'.")
    }
    try await RPCError.answering { try await door.openAgain() }
    return ACP.AuthenticateResponse()
  }

  func newSession(_ request: ACP.NewSessionRequest, client: AgentConnection) async throws -> ACP.NewSessionResponse {
    try await RPCError.answering {
      let project = try await door.project(at: request.cwd)
      let agent = try await door.chosenAgent()
      let settings = try await door.open().agent(agent).settings
      let now = Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
      let session = EditorSession(
        task: state.ids.next(now: now), project: project.id.rawValue, agent: agent, folder: request.cwd,
        settings: settings, client: try door.open(), editor: client, jobs: jobs)
      state.sessions.withLock { $0[session.id] = session }
      let shown = await session.settings
      return ACP.NewSessionResponse(sessionID: session.id, modes: shown.modes, configOptions: shown.options)
    }
  }

  func loadSession(
    _ request: ACP.LoadSessionRequest, client: AgentConnection
  ) async throws -> ACP.LoadSessionResponse {
    let settings = try await open(request.sessionID, in: request.cwd, shown: true, client)
    return ACP.LoadSessionResponse(modes: settings.modes, configOptions: settings.options)
  }

  func prompt(_ request: ACP.PromptRequest, client: AgentConnection) async throws -> ACP.PromptResponse {
    let session = try session(request.sessionID)
    let said = EditorPrompt(request.prompt, in: session.folder)
    let answer = OneShot<ACP.PromptResponse>()
    let begun = jobs.begin {
      do {
        answer.set(.success(try await RPCError.answering { try await session.prompt(said) }))
      } catch {
        answer.set(.failure(error))
      }
    }
    guard begun else { throw CancellationError() }
    // A cancelled turn is over when SAM says so, with the stop reason.
    return try await answer.uncancelledValue()
  }

  func cancel(_ notification: ACP.CancelNotification, client: AgentConnection) async throws {
    let session = try session(notification.sessionID)
    jobs.begin {
      do { try await session.cancel() } catch is CancellationError {
        // The editor has gone; the turn goes on.
      } catch {
        try? await client.say(session.id, "\n\nThe turn was not cancelled: \(error)\n")
      }
    }
  }

  var sessionControl: (any ACPSessionControl)? { self }
}

// MARK: - Sessions

extension EditorAgent: ACPSessionControl {
  func resumeSession(
    _ request: ACP.ResumeSessionRequest, client: AgentConnection
  ) async throws -> ACP.ResumeSessionResponse {
    let settings = try await open(request.sessionID, in: request.cwd, shown: false, client)
    return ACP.ResumeSessionResponse(modes: settings.modes, configOptions: settings.options)
  }

  func closeSession(
    _ request: ACP.CloseSessionRequest, client: AgentConnection
  ) async throws -> ACP.CloseSessionResponse {
    let session = try session(request.sessionID)
    state.sessions.withLock { $0[request.sessionID] = nil }
    try await RPCError.answering { try await session.close() }
    return ACP.CloseSessionResponse()
  }

  func setMode(
    _ request: ACP.SetSessionModeRequest, client: AgentConnection
  ) async throws -> ACP.SetSessionModeResponse {
    let session = try session(request.sessionID)
    try await RPCError.answering { try await session.choose(mode: request.modeID.rawValue) }
    return ACP.SetSessionModeResponse()
  }

  func setConfigOption(
    _ request: ACP.SetSessionConfigOptionRequest, client: AgentConnection
  ) async throws -> ACP.SetSessionConfigOptionResponse {
    let session = try session(request.sessionID)
    return try await RPCError.answering {
      ACP.SetSessionConfigOptionResponse(
        configOptions: try await session.choose(request.configID.rawValue, request.value))
    }
  }

  func listSessions(
    _ request: ACP.ListSessionsRequest, client: AgentConnection
  ) async throws -> ACP.ListSessionsResponse {
    try await RPCError.answering {
      let folder = request.cwd ?? FileManager.default.currentDirectoryPath
      let project = try await door.project(at: folder)
      let page = try await door.open().tasks(project: project.id.rawValue, limit: 50, cursor: request.cursor)
      var sessions = page.items.map { task in
        ACP.SessionInfo(
          sessionID: ACP.SessionID(rawValue: task.id.rawValue), cwd: folder, title: task.title,
          updatedAt: (task.endedAt ?? task.createdAt).description)
      }
      if request.cursor == nil { sessions = await drafts(in: folder, besides: sessions) + sessions }
      return ACP.ListSessionsResponse(sessions: sessions, nextCursor: page.next)
    }
  }

  /// Sessions of this editor in which nothing has been said yet.
  private func drafts(in folder: String, besides known: [ACP.SessionInfo]) async -> [ACP.SessionInfo] {
    var drafts: [ACP.SessionInfo] = []
    for session in state.sessions.withLock({ Array($0.values) }) where session.folder == folder {
      guard await !session.hasBegun, !known.contains(where: { $0.sessionID == session.id }) else { continue }
      drafts.append(ACP.SessionInfo(sessionID: session.id, cwd: folder))
    }
    return drafts.sorted { $0.sessionID.rawValue > $1.sessionID.rawValue }
  }

  private func session(_ id: ACP.SessionID) throws -> EditorSession {
    guard let session = state.sessions.withLock({ $0[id] }) else {
      throw RPCError(.resourceNotFound, "Session '\(id)' is not open. Load it with session/load, or start a new one.")
    }
    return session
  }

  /// Takes a session up, of this process or of another one.
  /// - Returns: what can be set in it.
  private func open(
    _ id: ACP.SessionID, in folder: String, shown: Bool, _ client: AgentConnection
  ) async throws -> EditorSettings {
    try await RPCError.answering {
      let known = state.sessions.withLock { $0[id] }
      if let known, await !known.hasBegun { return await known.settings }
      guard let taskID = TaskID(rawValue: id.rawValue) else {
        throw RPCError(.resourceNotFound, "There is no session '\(id)'. See session/list, or start a new one.")
      }
      let task = try await door.open().task(taskID)
      let project = try await door.project(at: folder)
      guard project.id == task.project else {
        throw RPCError(
          .invalidParams, "Session '\(id)' is not about project '\(project.name)'. Open it in a checkout of its own.")
      }
      await known?.detach()
      let session = EditorSession(
        task: taskID, project: project.id.rawValue, agent: task.agent, folder: folder, client: try door.open(),
        editor: client, jobs: jobs)
      state.sessions.withLock { $0[id] = session }
      if let conversation = task.session { try await session.open(conversation, shown: shown) }
      return await session.settings
    }
  }
}
