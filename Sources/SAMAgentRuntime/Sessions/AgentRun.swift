// SPDX-License-Identifier: Apache-2.0
internal import Foundation
internal import SAMACP
internal import SAMCore
internal import SAMRPC
internal import Synchronization

/// One run of an agent's process: started under the guard, spoken to over ACP, gone with all that it started.
///
/// What happens is posted to the session's host; the last thing posted is that the process tree is gone.
final class AgentRun: Sendable {
  /// What the host wants of a running agent.
  enum Command: Sendable {
    case open(load: String?)
    /// What people chose, by setting.
    case choose([String: String])
    /// The texts of one prompt, in order, and what came with it.
    case prompt(TurnID, [String], [HandedAttachment], correlation: String?)
    case cancel
    case respond(ApprovalID, Answer?)
    case stop
  }

  /// What was answered to a question: one of its options, and what its form was filled with.
  struct Answer: Sendable {
    var option: String
    var values: [String: FormValue] = [:]
  }

  struct State {
    var process: GuardedProcess?
    var group = RunGroup(path: nil)
    var stopped = false
    var conversing = false
    /// It is asked for a conversation: until it has answered, nothing else is done.
    var opening = false
    var loading = false
    /// When the agent last replayed something, or began to.
    var lastReplay = Timestamp(milliseconds: 0)
    /// A conversation that the agent could not be made to load: what is still said in it is nobody's.
    var abandoned: String?
    var replay = ReplayComparator()
    var questions: [ApprovalID: CheckedContinuation<Answer?, Never>] = [:]
    /// The last tool calls as they stand: a request for permission often names only the call.
    var calls: [ToolActivity] = []

    /// Takes over what an agent says of a call, until it is over.
    mutating func remember(_ tool: ToolActivity) {
      let merged = known(tool)
      calls.removeAll { $0.id == tool.id }
      guard merged.status != "completed", merged.status != "failed" else { return }
      calls.append(merged)
      if calls.count > 64 { calls.removeFirst() }
    }

    /// A call with what was said of it before.
    func known(_ tool: ToolActivity) -> ToolActivity {
      guard var known = calls.last(where: { $0.id == tool.id }) else { return tool }
      known.merge(tool)
      return known
    }
  }

  let run: Int
  let spec: SessionSpec
  let machine: MachineContext
  private let gate: ReadingGate
  /// Its own home folder; nil when it has that of samd's user.
  let home: AgentHome?
  let post: @Sendable (SessionHost.Input) -> Void
  private let commands = Mailbox<Command>()
  let state = Mutex(State())
  private let settings: ConversationSettings

  init(
    run: Int, spec: SessionSpec, machine: MachineContext, home: AgentHome?, gate: ReadingGate,
    post: @escaping @Sendable (SessionHost.Input) -> Void
  ) {
    self.run = run
    self.spec = spec
    self.machine = machine
    self.home = home
    self.gate = gate
    self.post = post
    settings = ConversationSettings(spec.launch) { post(.settings(run: run, $0)) }
  }

  var workspace: String { machine.workspacePath(spec.workspace) }
  var attachments: String { machine.attachmentsPath(spec.workspace) }
  var isStopped: Bool { state.withLock { $0.stopped } }
  /// The control group of its processes.
  var group: RunGroup { state.withLock { $0.group } }
  var mapping: EntryMapping { EntryMapping(root: workspace) }

  /// Hands a command to the agent of this run; one for another run is passed over.
  func perform(_ command: Command, run: Int) {
    guard run == self.run else { return }
    switch command {
    case .stop: stop(grace: nil)
    case .respond(let approval, let answer):
      state.withLock { $0.questions.removeValue(forKey: approval) }?.resume(returning: answer)
    default: commands.post(command)
    }
  }

  /// Ends the agent and all that it started: its input is closed first, unless there is no time.
  func stop(grace: Duration?) {
    let process = state.withLock { state in
      state.stopped = true
      return state.conversing && !state.opening && grace == nil ? nil : state.process
    }
    process?.kill(grace: grace)
    commands.close()
  }

  /// Runs the agent from its start until nothing of it is left.
  func execute() async {
    var reason = "it was ended"
    let group = machine.group("\(spec.session)-\(run)", limits: spec.launch.limits)
    state.withLock { $0.group = group }
    do {
      try await writeHome()
      let process = try await AgentProcess.start(spec, run: run, group: group, home: home?.path, machine: machine)
      let stopped = state.withLock { state in
        state.process = process
        return state.stopped
      }
      if stopped { process.kill() }
      do {
        try await serve(process)
      } catch {
        // An agent that ended may do better the next time; one that refuses or says nothing will not.
        let reason = await AgentProcess.explain(error, process, spec.launch)
        post(.agentFailed(run: run, reason: reason, mayPass: error is RPCFailure))
      }
      process.kill()
      let exit = await process.waitUntilGone()
      if !isStopped { reason = await AgentProcess.explain(exit, process, spec.launch) }
    } catch {
      reason = await AgentProcess.explain(error, nil, spec.launch)
      post(.agentFailed(run: run, reason: reason))
    }
    if !group.remove() { machine.report("session \(spec.session): control group \(group.path ?? "") stays") }
    commands.close()
    for question in state.withLock({ state in
      defer { state.questions = [:] }
      return Array(state.questions.values)
    }) { question.resume(returning: nil) }
    await lookAtLogins()
    post(.agentExited(run: run, reason: reason))
  }

  private func serve(_ process: GuardedProcess) async throws {
    let streams = try AgentProcess.transport(process)
    let recorder = recorder()
    defer { recorder?.finish() }
    let transport: any RPCTransport = recorder.map { $0.tap(streams, side: .agent) } ?? streams
    let handler = try AgentRequests(run: self)
    do {
      try await converse(process, transport, handler)
    } catch {
      await handler.release()
      throw error
    }
    await handler.release()
  }

  private func converse(
    _ process: GuardedProcess, _ transport: any RPCTransport, _ handler: AgentRequests
  ) async throws {
    try await ClientConnection.withConnection(
      over: transport, configuration: AgentProcess.diagnostics(spec.session, machine), handler: handler
    ) { connection in
      let start = machine.clock.now()
      let agent = try await AgentProcess.initialize(connection, process, within: machine.configuration.startTimeout)
      let took = (machine.clock.now() - start).wholeMilliseconds
      machine.report("session \(spec.session): agent initialised in \(took) ms")
      let can = agent.agentCapabilities
      let offer = MCPOffer(spec.launch, can.mcp)
      post(
        .agentReady(
          run: run,
          AgentAbilities(
            load: can.loadSession || can.session.resume != nil, images: can.prompt.image,
            embeds: can.prompt.embeddedContext, name: agent.agentInfo?.name,
            lacks: offer.lacks + [group.lacks].compactMap(\.self))))
      let opening = ConversationOpening(
        loads: can.loadSession, cwd: workspace, servers: offer.servers,
        directories: can.session.additionalDirectories == nil ? [] : [try attachmentsFolder()])
      try await withThrowingDiscardingTaskGroup { group in
        // The end of the process ends the scope, whatever is being waited for.
        group.addTask { [commands] in
          _ = await process.waitUntilGone()
          commands.close()
        }
        state.withLock { $0.conversing = true }
        do { try await obey(connection, process, opening, &group) } catch {
          // The scope waits for the end of the process, which has no reason to end by itself.
          process.kill()
          throw error
        }
        connection.close()
        await AgentProcess.letEnd(process)
        process.kill()
      }
    }
  }

  /// Does what the host wants until there is no more.
  private func obey(
    _ connection: ClientConnection, _ process: GuardedProcess, _ opening: ConversationOpening,
    _ group: inout ThrowingDiscardingTaskGroup<any Error>
  ) async throws {
    var conversation: ACP.SessionID?
    while true {
      let batch = await commands.next()
      if batch.isEmpty { return }
      for command in batch {
        switch command {
        case .open(let load):
          state.withLock { $0.opening = true }
          conversation = try await open(connection, process, opening, load: load)
          state.withLock { $0.opening = false }
        case .choose(let chosen):
          guard let conversation else { continue }
          state.withLock { $0.opening = true }
          try await choose(chosen, connection, process, conversation)
          state.withLock { $0.opening = false }
        case .prompt(let turn, let texts, let attachments, let correlation):
          guard let conversation else { continue }
          group.addTask { await self.prompt(connection, conversation, turn, texts, attachments, correlation) }
        case .cancel: if let conversation { try await connection.cancel(conversation) }
        case .respond, .stop: break
        }
      }
    }
  }

  /// The folder of what comes with prompts, for an agent that is told where else than in its work tree it may look.
  private func attachmentsFolder() throws -> String {
    try FileManager.default.createDirectory(
      atPath: attachments, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    return attachments
  }

  private func open(
    _ connection: ClientConnection, _ process: GuardedProcess, _ opening: ConversationOpening, load: String?
  ) async throws -> ACP.SessionID {
    let limit = machine.configuration.startTimeout
    var loaded: ACP.SessionID?
    var replayed: [String] = []
    var refused: [RefusedSetting] = []
    let chosen = spec.chosen ?? [:]
    if let load {
      let id = ACP.SessionID(rawValue: load)
      state.withLock { state in
        state.loading = true
        state.lastReplay = machine.clock.now()
      }
      if let answer = try await self.load(connection, id, opening) {
        loaded = id
        refused = try await AgentProcess.answer(to: "session/set_config_option", of: process, within: limit) { [self] in
          try await settings.open(connection, id, answer.modes, answer.configOptions, chosen: chosen)
        }
      } else {
        state.withLock { $0.abandoned = load }
      }
      replayed = state.withLock { state in
        state.loading = false
        defer { state.replay = ReplayComparator() }
        return state.replay.messages
      }
    }
    let id: ACP.SessionID
    if let loaded {
      id = loaded
    } else {
      (id, refused) = try await AgentProcess.answer(to: "session/new", of: process, within: limit) { [self] in
        let answer = try await connection.newSession(
          .init(
            cwd: opening.cwd, mcpServers: opening.servers, additionalDirectories: opening.directories))
        let refused = try await settings.open(
          connection, answer.sessionID, answer.modes, answer.configOptions, chosen: chosen)
        return (answer.sessionID, refused)
      }
    }
    settled(refused)
    post(
      .conversationOpen(
        run: run, id: id.rawValue, loaded: loaded != nil, replayed: opening.loads ? replayed : nil))
    return id
  }

  /// Takes a conversation up; nil when the agent refuses, or falls silent on it.
  private func load(
    _ connection: ClientConnection, _ id: ACP.SessionID, _ opening: ConversationOpening
  ) async throws -> ACP.LoadSessionResponse? {
    try await withThrowingTaskGroup(of: ACP.LoadSessionResponse?.self) { group in
      group.addTask { [self] in
        do {
          return try await opening.load(id, connection)
        } catch let error as RPCError {
          machine.report("session \(spec.session): the agent cannot load its conversation: \(error)")
          return nil
        }
      }
      group.addTask { [self] in
        repeat {
          try await machine.clock.sleep(.seconds(1))
        } while machine.clock.now()
          - state.withLock({ $0.lastReplay }) < Self.loadSilence
        machine.report("session \(spec.session): the agent fell silent while it loaded its conversation")
        return nil
      }
      defer { group.cancelAll() }
      return try await group.next() ?? nil
    }
  }

  /// How long an agent may say nothing while it loads a conversation. (Vibe never answers a load of one that was cut off
  /// while it waited for an approval.)
  private static let loadSilence = Duration.seconds(20)

  private func choose(
    _ chosen: [String: String], _ connection: ClientConnection, _ process: GuardedProcess, _ id: ACP.SessionID
  ) async throws {
    let limit = machine.configuration.startTimeout
    let refused = try await AgentProcess.answer(to: "session/set_config_option", of: process, within: limit) { [self] in
      try await settings.choose(chosen, connection, id)
    }
    settled(refused)
  }

  /// What was chosen is set, but for what the agent refused: that is said first, so that nobody takes what holds instead for
  /// the agent's own wish.
  private func settled(_ refused: [RefusedSetting]) {
    post(.chosen(run: run, refused: refused))
    settings.settle()
  }

  private func prompt(
    _ connection: ClientConnection, _ conversation: ACP.SessionID, _ turn: TurnID, _ texts: [String],
    _ attachments: [HandedAttachment], _ correlation: String?
  ) async {
    let end: TurnEnd
    do {
      var request = ACP.PromptRequest(
        sessionID: conversation,
        prompt: try PromptBlocks.make(texts, attachments, folder: "\(self.attachments)/\(turn)"))
      if let correlation { request.meta = ["traceparent": .string(correlation)] }
      let answer = try await connection.prompt(request)
      end = .finished(stopReason: answer.stopReason.rawValue)
    } catch let error as RPCError {
      end = self.end(of: error)
    } catch let error as RuntimeError {
      end = .failed(reason: error.message)
    } catch let error as ACPError {
      end = .failed(reason: "the agent's answer cannot be understood: \(error)")
    } catch {
      // The connection is gone: what became of the prompt is decided when the process is gone too.
      machine.report("session \(spec.session): the agent did not answer: \(error)")
      return
    }
    // Before the turn is over: whoever begins another one then gets the login that was refreshed in this one.
    await lookAtLogins { text in
      // A word is taken for evidence that the agent had the prompt, which an answer is too and a refusal is not.
      guard case .finished = end else { return }
      post(.update(run: run, .notice(Notice(.warning, text)), raw: nil, echo: nil))
    }
    post(.answered(run: run, turn, end))
  }

  /// What an error in answer to a prompt means: a limit of use is no failure for good.
  private func end(of error: RPCError) -> TurnEnd {
    let text = error.message + (error.data.map { " \(String(decoding: $0.serialized(), as: UTF8.self))" } ?? "")
    guard let limit = UsageLimit(text, of: spec.launch, now: machine.clock.now()) else {
      return .failed(reason: "the agent refused the prompt: \(error.message)")
    }
    return .limited(reason: error.message, until: limit.until)
  }

  // MARK: What the agent says

  /// Takes an update: into the comparator while a conversation is being loaded, else to the host.
  /// - Parameter printed: says what the command of a tool call that is over has printed, where it ran at the client.
  func take(
    _ update: ACP.SessionUpdate, in conversation: ACP.SessionID, printed: (ACP.SessionUpdate) -> String?
  ) async {
    let isReplay = state.withLock { state in
      if state.loading {
        state.replay.add(update)
        state.lastReplay = machine.clock.now()
      }
      return state.loading || state.abandoned == conversation.rawValue
    }
    if isReplay { return }
    await gate.pass()
    // Nothing that shows that the agent works on a prompt: it may be the echo of what was set before.
    if settings.take(update) { return }
    var meaning = mapping.meaning(of: update)
    if case .tool(var tool) = meaning.body {
      state.withLock { $0.remember(tool) }
      if let printed = printed(update), !printed.isEmpty {
        tool.output = EntryMapping.cut([printed, tool.output].compactMap(\.self).joined(separator: "\n"))
        meaning.body = .tool(tool)
      }
    }
    post(
      .update(
        run: run, meaning.body, raw: EntryMapping.raw(update, meaning.body), echo: meaning.echo))
  }
}
