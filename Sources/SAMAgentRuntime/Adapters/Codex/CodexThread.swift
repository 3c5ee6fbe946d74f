// SPDX-License-Identifier: Apache-2.0
internal import SAMACP
internal import SAMRPC
internal import Synchronization

/// One conversation with Codex.
final class CodexThread: Sendable {
  private struct Turn {
    let end = OneShot<ACP.StopReason>()
    /// Known when the program has taken the prompt.
    var id: String?
    var isCancelled = false
    /// Turns that were over before the program had named ours.
    var early: [String: Result<ACP.StopReason, RPCError>] = [:]
  }

  private struct State {
    var run: Int
    var settings: CodexSettings
    /// What the person is to be told before the next turn.
    var news: String?
    var updates: CodexUpdates
    var turn: Turn?
  }

  let id: String
  let cwd: String
  /// What is added to Codex's configuration for this conversation.
  private let configuration: JSONValue
  private let server: CodexServer
  private let client: AgentConnection
  private let scope: AdapterScope
  private let state: Mutex<State>

  /// Begins a conversation.
  static func start(
    _ request: ACP.NewSessionRequest, _ server: CodexServer, client: AgentConnection, scope: AdapterScope
  ) async throws -> CodexThread {
    let run = try await server.run(in: request.cwd)
    let configuration = CodexSettings.configuration(request.mcpServers)
    let answer = try await run.request("thread/start", ["cwd": .string(request.cwd), "config": configuration])
    return try CodexThread(answer, request.cwd, configuration, run, server, client: client, scope: scope)
  }

  /// Takes a conversation up.
  ///
  /// - Returns: The conversation, and its turns until now.
  static func resume(
    _ request: ACP.LoadSessionRequest, _ server: CodexServer, client: AgentConnection, scope: AdapterScope
  ) async throws -> (CodexThread, [JSONValue]) {
    let run = try await server.run(in: request.cwd)
    let configuration = CodexSettings.configuration(request.mcpServers)
    let answer: JSONValue
    do {
      answer = try await run.request(
        "thread/resume",
        ["threadId": .string(request.sessionID.rawValue), "cwd": .string(request.cwd), "config": configuration])
    } catch let error as RPCError {
      throw RPCError(.resourceNotFound, "Codex cannot take up \(request.sessionID): \(error.message)")
    }
    let thread = try CodexThread(answer, request.cwd, configuration, run, server, client: client, scope: scope)
    return (thread, answer["thread"]?["turns"]?.arrayValue ?? [])
  }

  private init(
    _ answer: JSONValue, _ cwd: String, _ configuration: JSONValue, _ run: CodexServer.Run, _ server: CodexServer,
    client: AgentConnection, scope: AdapterScope
  ) throws {
    guard let id = answer["thread"]?["id"]?.stringValue else {
      throw RPCError(.internalError, "Codex began a conversation without a name.", data: answer)
    }
    self.id = id
    self.cwd = cwd
    self.configuration = configuration
    self.server = server
    self.client = client
    self.scope = scope
    let (models, news): ([JSONValue], String?) =
      switch run.models {
      case .success(let models): (models, nil)
      case .failure(let error):
        ([], "Codex could not list its models (\(error.message)), so only the one in use is offered.\n\n")
      }
    let settings = CodexSettings(thread: answer, models: models)
    state = Mutex(State(run: run.number, settings: settings, news: news, updates: CodexUpdates(root: cwd)))
  }

  private var session: ACP.SessionID { .init(rawValue: id) }

  /// How long the program may take to stop a turn before it is killed.
  static let cancelGrace = Duration.seconds(8)

  // MARK: - What can be set

  var settings: CodexSettings { state.withLock { $0.settings } }

  /// Changes the settings; Codex is told with the next turn.
  func set(_ change: (inout CodexSettings) throws -> Void) throws {
    try state.withLock { try change(&$0.settings) }
  }

  // MARK: - Turns

  /// Runs a turn.
  func prompt(_ content: [PromptContent]) async throws -> ACP.StopReason {
    let turn = Turn()
    try state.withLock { state in
      guard state.turn == nil else {
        throw RPCError(.invalidRequest, "A turn is running in \(id); wait for its end or cancel it.")
      }
      state.turn = turn
    }
    defer { state.withLock { $0.turn = nil } }
    return try await withTaskCancellationHandler {
      try Task.checkCancellation()
      let run = try await opened()
      if let news = state.withLock({ $0.news.take() }) { try await client.update(session, .says(news)) }
      var params = settings.changes
      params["threadId"] = .string(id)
      params["input"] = .array(content.map(Self.input))
      // Also when the turn is cancelled meanwhile its name is needed, to stop it: so not in the task that was cancelled.
      scope.begin { [self, params] in await begin(params, turn.end, run) }
      return try await turn.end.uncancelledValue()
    } onCancel: {
      scope.begin { await self.cancel(turn.end) }
    }
  }

  private func begin(_ params: JSONObject, _ end: OneShot<ACP.StopReason>, _ run: CodexServer.Run) async {
    do {
      let answer = try await run.request("turn/start", params)
      let name = answer["turn"]?["id"]?.stringValue
      let (early, isCancelled) = state.withLock { state in
        guard let turn = state.turn, turn.end === end else { return (nil as Result<ACP.StopReason, RPCError>?, false) }
        state.turn?.id = name
        return (name.flatMap { turn.early[$0] }, turn.isCancelled)
      }
      if let early { finish(early) } else if isCancelled { await interrupt(run) }
    } catch let error as RPCError {
      end.set(.failure(error))
    } catch {
      // The connection has ended: who sees the end of the program ends the turn and says why.
    }
  }

  private func cancel(_ end: OneShot<ACP.StopReason>) async {
    let isOurs = state.withLock { state in
      guard state.turn?.end === end else { return false }
      state.turn?.isCancelled = true
      return true
    }
    guard isOurs, let run = try? await server.run(in: cwd) else { return }
    await interrupt(run)
    do { try await Task.sleep(for: Self.cancelGrace) } catch { return }
    // Its end is the end of the turn.
    if state.withLock({ $0.turn?.end === end }) { await run.process.end() }
  }

  /// Stops the turn that runs, and waits until it has ended, but not for ever.
  func stop() async {
    guard let end = state.withLock({ $0.turn?.end }) else { return }
    scope.begin { await self.cancel(end) }
    let limit = ContinuousClock.now + Self.cancelGrace * 2
    while state.withLock({ $0.turn?.end === end }), ContinuousClock.now < limit {
      do { try await Task.sleep(for: .milliseconds(20)) } catch { return }
    }
  }

  private func interrupt(_ run: CodexServer.Run, turn: String? = nil) async {
    guard let turn = turn ?? state.withLock({ $0.turn?.id }) else { return }
    // A turn that has just ended needs no interrupt; its end is on the way.
    _ = try? await run.request("turn/interrupt", ["threadId": .string(id), "turnId": .string(turn)])
  }

  /// The program with this conversation in it.
  private func opened() async throws -> CodexServer.Run {
    let run = try await server.run(in: cwd)
    guard state.withLock({ $0.run }) != run.number else { return run }
    _ = try await run.request(
      "thread/resume",
      ["threadId": .string(id), "cwd": .string(cwd), "config": configuration, "excludeTurns": true])
    state.withLock { $0.run = run.number }
    return run
  }

  private func finish(_ outcome: Result<ACP.StopReason, RPCError>) {
    let (end, isCancelled) = state.withLock { ($0.turn?.end, $0.turn?.isCancelled == true) }
    end?.set(isCancelled ? .success(.cancelled) : outcome.mapError { $0 })
  }

  /// The program is gone.
  func lost(_ reason: RPCError, run: Int) {
    if state.withLock({ $0.run }) == run { finish(.failure(reason)) }
  }

  // MARK: - What the program says

  /// Takes a notification.
  func take(_ method: String, _ params: JSONValue) async throws {
    for update in state.withLock({ $0.updates.on(method, params) }) { try await client.update(session, update) }
    guard let turn = params["turn"], let name = turn["id"]?.stringValue else { return }
    if method == "turn/started", state.withLock({ $0.turn?.isCancelled == true }) {
      // An interrupt that came before the start was refused.
      scope.begin { [self] in if let run = try? await server.run(in: cwd) { await interrupt(run, turn: name) } }
    }
    guard method == "turn/completed" else { return }
    let outcome = CodexOutcome.of(turn)
    let isOurs = state.withLock { state in
      if state.turn?.id == nil { state.turn?.early[name] = outcome }
      return state.turn?.id == name
    }
    if isOurs { finish(outcome) }
  }

  /// Asks the person.
  func ask(_ question: CodexApproval) async -> JSONValue {
    let open = state.withLock { $0.updates.open }
    let answer = await PermissionAnswer.ask(client, session, question.tool(root: cwd, open: open), question.options)
    return question.response(to: answer)
  }

  /// Asks the person what an MCP server wants to know.
  func ask(_ question: CodexQuestion) async -> JSONValue {
    let call = state.withLock { $0.updates.open }.last { $0.server == question.server }?.call.toolCallID
    do {
      let answer = try await client.createElicitation(
        .init(scope: .session(session, toolCall: call), message: question.message, question: question.question)
      ).answer
      return question.response(to: answer)
    } catch let error as ACPError where error.code == .notAdvertised {
      return CodexQuestion.declined
    } catch {
      // The client is gone, or cannot make sense of the form.
      return question.response(to: .cancel)
    }
  }

  private static func input(_ part: PromptContent) -> JSONValue {
    switch part {
    case .text(let text): ["type": "text", "text": .string(text), "text_elements": []]
    case .image(let data, let type): ["type": "image", "url": .string("data:\(type);base64,\(data)")]
    }
  }
}
