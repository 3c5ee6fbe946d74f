// SPDX-License-Identifier: Apache-2.0
internal import Foundation
internal import SAMACP
internal import SAMRPC
internal import Synchronization

/// One conversation, and the program that holds it: started when it is needed, and again when it was killed.
final class ClaudeSession: Sendable {
  /// What does not change in a conversation.
  struct Setting: Sendable {
    var id: ACP.SessionID
    var cwd: String
    var servers: [ACP.MCPServer]
    var directories: [String]
    var program: AdaptedProgram
    var offersBypass: Bool
  }

  private struct Turn {
    var steps: ClaudeTurn
    let end = OneShot<ACP.StopReason>()
    var isSent = false
  }

  private struct State {
    var link: ClaudeLink?
    var settings: ClaudeSettings?
    var turn: Turn?
    var isClosed = false
    /// Questions that the program may withdraw.
    var questions: [String: OneShot<Void>] = [:]
  }

  let setting: Setting
  private let client: AgentConnection
  private let scope: AdapterScope
  private let state = Mutex(State())

  init(_ setting: Setting, client: AgentConnection, scope: AdapterScope) {
    self.setting = setting
    self.client = client
    self.scope = scope
  }

  /// How long the program may take to stop a turn before it is killed.
  static let cancelGrace = Duration.seconds(8)

  /// What can be set, as it is now.
  var settings: ClaudeSettings? { state.withLock { $0.settings } }

  // MARK: - The program

  /// Starts the program unless it runs.
  ///
  /// - Throws: `RPCError` when it cannot be started or has no credentials.
  @discardableResult
  func start() async throws -> ClaudeLink {
    let (running, old, isClosed) = state.withLock { ($0.link, $0.settings, $0.isClosed) }
    guard !isClosed else { throw RPCError(.resourceNotFound, "The session \(setting.id) was closed; load it again.") }
    if let running { return running }
    let known = ClaudeHistory(setting.program.environment).file(of: setting.id) != nil
    let launch = ClaudeLaunch(
      session: setting.id.rawValue, isKnown: known, directories: setting.directories,
      mode: old?.mode ?? ClaudeSettings.standardMode, offersBypass: setting.offersBypass,
      showsForms: client.clientCapabilities.elicitation?.form != nil, model: old?.model)
    let temporary = setting.program.variable("TMPDIR") ?? "/tmp"
    let file = try ClaudeLaunch.servers(setting.servers).map { try ClaudeServerFile($0, in: temporary) }
    defer { file?.remove() }
    let process = try await setting.program.start(launch.arguments(servers: file?.path), in: setting.cwd)
    let link = ClaudeLink(process)
    state.withLock { $0.link = link }
    scope.begin { await self.serve(link) }
    let answer = try await link.request("initialize", ["hooks": .null])
    guard !ClaudeSettings.isLoggedOut(answer) else { throw ClaudeTurn.notLoggedIn }
    let model = old?.model ?? setting.program.variable("ANTHROPIC_MODEL")
    let settings = ClaudeSettings(answer, mode: launch.mode, model: model, offersBypass: setting.offersBypass)
    state.withLock { $0.settings = settings }
    let commands = ClaudeSettings.commands(answer)
    if old == nil, !commands.isEmpty {
      // A moment after the answer that names the session: before it the client knows no such session.
      scope.begin { [client, setting] in
        try? await Task.sleep(for: .milliseconds(100))
        try? await client.update(setting.id, .availableCommands(.init(availableCommands: commands)))
      }
    }
    return link
  }

  /// Ends the program; the session takes no more prompts.
  func end() async {
    let link = state.withLock { state in
      state.isClosed = true
      return state.link
    }
    await link?.process.end()
  }

  private func serve(_ link: ClaudeLink) async {
    var updates = ClaudeUpdates(root: setting.cwd)
    var framer = LineFramer()
    await withTaskGroup(of: Void.self) { group in
      do {
        while let bytes = try await link.process.transport.read() {
          for case .line(let line) in framer.append(bytes) {
            // What is no JSON has strayed to standard output; nobody waits for it.
            guard let value = try? JSONValue(parsing: line) else { continue }
            try await take(ClaudeMessage(value), from: link, &updates, &group)
          }
        }
      } catch {
        // The client is gone, or the adapter ends; with the program it is the same.
      }
      await link.process.end()
      let reason = await link.process.explainEnd()
      state.withLock { if $0.link === link { $0.link = nil } }
      link.end(reason)
      finish(.failure(reason))
      group.cancelAll()
    }
  }

  // MARK: - What the program writes

  private func take(
    _ message: ClaudeMessage, from link: ClaudeLink, _ updates: inout ClaudeUpdates, _ group: inout TaskGroup<Void>
  ) async throws {
    switch message {
    case .streamed(let event, let parent): try await tell(updates.piece(event, parent: parent))
    case .assistant(let record): try await tell(updates.assistant(record))
    case .user(let record): try await tell(updates.user(record))
    case .running(let call): try await tell(updates.running(call))
    case .mode(let mode): try await changed(mode: mode)
    case .answer(let id, let answer): link.take(answer, to: id)
    case .request(let id, let subtype): try await link.refuse(id, "this client has no \(subtype)")
    case .withdrawn(let id): state.withLock { $0.questions[id] }?.set(.success(()))
    case .permission(let question):
      let shown =
        updates.call(question.call) ?? ClaudeTool(name: question.tool, input: question.input, root: setting.cwd)
      group.addTask { await self.ask(question, shown, link) }
    case .result(let result):
      if let window = result.contextWindow, updates.usedTokens > 0 {
        let cost = result.cost.map { ACP.Cost(amount: $0, currency: "USD") }
        try await tell([.usage(.init(used: updates.usedTokens, size: window, cost: cost))])
      }
    case .lifecycle(_, "started"): try await tell([.begun(at: Date.now.timeIntervalSince1970)])
    case .lifecycle, .retry, .other: break
    }
    let action = state.withLock { $0.turn?.isSent == true ? $0.turn?.steps.on(message) : nil }
    switch action {
    case .end(let outcome): finish(outcome)
    case .interrupt: group.addTask { await self.interrupt(link) }
    case nil: break
    }
  }

  private func tell(_ updates: [ACP.SessionUpdate]) async throws {
    for update in updates { try await client.update(setting.id, update) }
  }

  private func changed(mode: String) async throws {
    let isNew = state.withLock { state in
      guard state.settings != nil, state.settings?.mode != mode else { return false }
      state.settings?.mode = mode
      return true
    }
    if isNew { try await tell([.currentMode(.init(currentModeID: .init(rawValue: mode)))]) }
  }

  private func ask(_ question: ClaudePermission, _ tool: ClaudeTool, _ link: ClaudeLink) async {
    let withdrawn = OneShot<Void>()
    state.withLock { $0.questions[question.id] = withdrawn }
    let response = await withCancellation(by: withdrawn) { [client, setting] in
      if let questions = ClaudeQuestions(question) {
        return questions.response(to: await Self.ask(client, setting.id, questions, question.call))
      }
      return question.response(
        to: await PermissionAnswer.ask(
          client, setting.id, tool.update(question.call, status: .pending), question.options))
    }
    state.withLock { _ = $0.questions.removeValue(forKey: question.id) }
    // A program that has ended needs no answer.
    try? await link.respond(to: question.id, response)
  }

  private static func ask(
    _ client: AgentConnection, _ session: ACP.SessionID, _ questions: ClaudeQuestions, _ call: String
  ) async -> ACP.ElicitationAnswer {
    do {
      return try await client.createElicitation(
        .init(
          scope: .session(session, toolCall: .init(rawValue: call)), message: questions.message,
          question: .form(questions.form))
      ).answer
    } catch {
      // The turn was cancelled, or the client is gone.
      return .cancel
    }
  }

  private func finish(_ outcome: Result<ACP.StopReason, RPCError>) {
    let (end, isCancelled) = state.withLock { ($0.turn?.end, $0.turn?.steps.isCancelled == true) }
    end?.set(isCancelled ? .success(.cancelled) : outcome.mapError { $0 })
  }

  // MARK: - What the client wants

  /// Runs a turn.
  func prompt(_ content: [PromptContent]) async throws -> ACP.StopReason {
    let link = try await start()
    let message = UUID().uuidString.lowercased()
    let turn = Turn(steps: ClaudeTurn(message: message))
    try state.withLock { state in
      guard state.turn == nil else {
        throw RPCError(.invalidRequest, "A turn is running in \(setting.id); wait for its end or cancel it.")
      }
      state.turn = turn
    }
    defer { state.withLock { $0.turn = nil } }
    return try await withTaskCancellationHandler {
      try Task.checkCancellation()
      state.withLock { $0.turn?.isSent = true }
      do {
        try await link.send(Self.line(content, id: message, session: setting.id))
      } catch is RPCFailure {
        // The program is going; its end ends the turn and says why.
      }
      if state.withLock({ $0.turn?.steps.isCancelled == true }) { await interrupt(link) }
      return try await turn.end.uncancelledValue()
    } onCancel: {
      scope.begin { await self.cancel(turn.end, link) }
    }
  }

  private func cancel(_ end: OneShot<ACP.StopReason>, _ link: ClaudeLink) async {
    let isSent = state.withLock { state in
      guard let turn = state.turn, turn.end === end else { return false }
      state.turn?.steps.isCancelled = true
      return turn.isSent
    }
    guard isSent else { return }
    await interrupt(link)
    do { try await Task.sleep(for: Self.cancelGrace) } catch { return }
    // Its end is the end of the turn.
    if state.withLock({ $0.turn?.end === end }) { await link.process.end() }
  }

  /// Tells the program to stop, also a turn that it has not begun.
  private func interrupt(_ link: ClaudeLink) async {
    // Nobody waits for the answer: the end of the turn is one. A program that has ended needs no interrupt.
    try? await link.send([
      "type": "control_request", "request_id": .string("sam-interrupt-\(UUID().uuidString)"),
      "request": ["subtype": "interrupt", "cancel_queued": true],
    ])
  }

  /// Switches the mode.
  func set(mode: String) async throws {
    let link = try await start()
    guard settings?.allows(mode: mode) == true else {
      throw RPCError(
        .invalidParams,
        "There is no mode '\(mode)' here."
          + (mode == ClaudeSettings.bypass ? " Start the adapter with --offer-bypass to have it." : ""))
    }
    _ = try await link.request("set_permission_mode", ["mode": .string(mode)])
    state.withLock { $0.settings?.mode = mode }
  }

  /// Switches the model.
  func set(model: String) async throws {
    let link = try await start()
    guard settings?.models.contains(where: { $0.value == model }) == true else {
      throw RPCError(.invalidParams, "Claude Code offers no model '\(model)'.")
    }
    _ = try await link.request("set_model", ["model": .string(model)])
    state.withLock { $0.settings?.model = model }
  }

  private static func line(_ content: [PromptContent], id: String, session: ACP.SessionID) -> JSONValue {
    let blocks = content.map { part -> JSONValue in
      switch part {
      case .text(let text): ["type": "text", "text": .string(text)]
      case .image(let data, let type):
        [
          "type": "image",
          "source": ["type": "base64", "media_type": .string(type), "data": .string(data)],
        ]
      }
    }
    return [
      "type": "user", "uuid": .string(id), "message": ["role": "user", "content": .array(blocks)],
      "parent_tool_use_id": nil, "session_id": .string(session.rawValue),
    ]
  }
}
