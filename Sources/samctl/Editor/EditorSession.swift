// SPDX-License-Identifier: Apache-2.0
internal import SAMACP
internal import SAMAPI
internal import SAMClient
internal import SAMCore
internal import SAMRPC

/// One conversation of an editor: a task of SAM's, whose id is the session's id in ACP. The task is made with the first
/// prompt; until then only the editor knows of it.
actor EditorSession {
  /// The session's id in ACP.
  nonisolated let id: ACP.SessionID
  /// The editor's folder.
  nonisolated let folder: String
  let task: TaskID
  let client: SAMClient
  let editor: AgentConnection
  let jobs: EditorJobs
  private let project: String
  private let agent: String
  var session: SessionID?
  /// The place behind the last entry that was taken.
  var cursor: Cursor?
  var updates: EditorUpdates
  /// What can be set and what holds, as the editor knows it.
  var settings: EditorSettings
  /// What was chosen before the first prompt.
  var chosen: [String: String] = [:]
  var isFollowing = false
  /// Whether what was said before this process has been taken.
  var isLive = false
  /// Whether entries are shown; what was said before a session is resumed is not.
  var isShown = true
  var caughtUp: OneShot<Void>?
  /// Ends the stream that runs.
  var stop: OneShot<Void>?
  /// Prompts of this editor that the transcript has not repeated yet; it shows them itself.
  private var unheard: [String] = []
  private var promptCount = 0
  /// Prompts that run, with their turns as soon as these are known.
  private var prompts: [Int: TurnID?] = [:]
  private var cancelled: Set<Int> = []
  private var isClosing = false
  private var ended: [TurnID: TurnNote] = [:]
  private var waiters: [TurnID: OneShot<TurnNote>] = [:]
  /// Questions that the editor is asked; setting one takes it back.
  var questions: [ApprovalID: OneShot<Void>] = [:]
  /// Questions that came before the editor had the whole conversation.
  var unasked: [ApprovalID] = []

  /// - Parameters:
  ///   - task: what the conversation is about; it need not exist yet.
  ///   - project: the project of a task that does not exist yet, by id.
  ///   - agent: its agent, by name.
  ///   - folder: the editor's folder.
  ///   - settings: what the agent lets people set, where that is known.
  init(
    task: TaskID, project: String, agent: String, folder: String, settings: [SettingView]? = nil, client: SAMClient,
    editor: AgentConnection, jobs: EditorJobs
  ) {
    id = ACP.SessionID(rawValue: task.rawValue)
    self.task = task
    self.project = project
    self.agent = agent
    self.folder = folder
    self.client = client
    self.editor = editor
    self.jobs = jobs
    updates = EditorUpdates(folder: folder)
    self.settings = EditorSettings(settings, for: editor.clientCapabilities)
  }

  /// Whether somebody has said something in it.
  var hasBegun: Bool { session != nil }
}

// MARK: - Turns

extension EditorSession {
  /// Runs a turn.
  /// - Throws: `RPCError` with the reason when it did not go well; ``SAMClientError``; `CancellationError`.
  func prompt(_ said: EditorPrompt) async throws -> ACP.PromptResponse {
    promptCount += 1
    let number = promptCount
    prompts[number] = .some(nil)
    unheard.append(said.text)
    defer {
      prompts[number] = nil
      cancelled.remove(number)
      if isClosing, prompts.isEmpty { detach() }
    }
    guard var turn = try await begin(said, number) else { return ACP.PromptResponse(stopReason: .cancelled) }
    while true {
      prompts[number] = turn
      if cancelled.contains(number) { try await cancel(turn) }
      let note = try await end(of: turn)
      // A limit of use is no end for the person: SAM goes on by itself, and has said until when it waits.
      guard note.state == .failed, let next = try await continuation(of: turn) else { return try await answer(note) }
      turn = next
    }
  }

  /// Ends the turn that runs, whoever began it.
  func cancel() async throws {
    cancelled.formUnion(prompts.keys)
    var turns = prompts.values.compactMap { $0 }
    if prompts.isEmpty, let session, let active = try await client.session(session).activeTurn { turns = [active] }
    for turn in turns { try await cancel(turn) }
  }

  /// Ends the turn that runs, and then has nothing more to do with the session, which SAM keeps.
  func close() async throws {
    isClosing = true
    try await cancel()
    if prompts.isEmpty { detach() }
  }

  /// Follows the session no longer.
  func detach() { stop?.set(.success(())) }

  private func cancel(_ turn: TurnID) async throws {
    do {
      _ = try await client.cancelTurn(turn)
    } catch let error as SAMClientError where error.code == .wrongState {
      // It has ended meanwhile.
    }
  }

  /// - Returns: nil when it was cancelled before there was a turn.
  private func begin(_ said: EditorPrompt, _ number: Int) async throws -> TurnID? {
    if let session {
      follow()
      return try await client.prompt(session, said.body).id
    }
    var isNew = true
    var task: TaskView
    let first = chosen
    chosen = [:]
    do {
      task = try await client.createTask(
        CreateTaskBody(
          project: project, agent: agent, prompt: said.text, attachments: said.body.attachments,
          settings: first.isEmpty ? nil : first, id: self.task))
    } catch let error as SAMClientError where error.code == .alreadyExists {
      isNew = false
      chosen.merge(first) { later, _ in later }
      task = try await client.task(self.task)
    }
    if isNew { try await editor.update(id, .sessionInfo(ACP.SessionInfoUpdate(title: .set(task.title)))) }
    guard let session = try await session(of: &task, number) else { return nil }
    self.session = session
    try await chooseWhatIsLeft(in: session)
    isLive = true
    follow()
    if !isNew { return try await client.prompt(session, said.body).id }
    return try await client.turns(session, limit: 1).items.first?.id
  }

  /// Waits until the task has a machine.
  private func session(of task: inout TaskView, _ number: Int) async throws -> SessionID? {
    var told: String?
    while true {
      if let session = task.session { return session }
      if let state = task.knownState, SAMTask.ended.contains(state) {
        throw RPCError(
          .internalError,
          "The task ended before it began: \(task.failure ?? task.state). Start a new session, or run 'samctl task retry "
            + "\(task.id)'.")
      }
      if cancelled.contains(number) {
        _ = try await client.cancelTask(task.id)
        return nil
      }
      if let text = task.waiting?.text, text != told {
        told = text
        try await editor.update(id, .agentThoughtChunk(.init(content: .text(.init(text: "Waiting: \(text)\n")))))
      }
      try await Task.sleep(for: .milliseconds(300))
      task = try await client.task(task.id)
    }
  }

  /// The turn that goes on with one that a limit of use has ended.
  private func continuation(of turn: TurnID) async throws -> TurnID? {
    guard let session else { return nil }
    return try await client.all { try await client.turns(session, cursor: $0) }.last {
      $0.supersedes == turn && $0.text.hasPrefix(Quotas.preamble)
    }?.id
  }

  private func end(of turn: TurnID) async throws -> TurnNote {
    if let note = ended[turn] { return note }
    let waiter = OneShot<TurnNote>()
    waiters[turn] = waiter
    return try await waiter.value()
  }

  private func answer(_ note: TurnNote) async throws -> ACP.PromptResponse {
    switch note.state {
    case .finished where note.reason == "cancelled", .cancelled: return ACP.PromptResponse(stopReason: .cancelled)
    case .finished:
      try await settle()
      return ACP.PromptResponse(stopReason: note.reason.map(ACP.StopReason.init) ?? .endTurn)
    case .interrupted:
      throw RPCError(.internalError, "The agent was cut off: \(note.reason ?? "no reason is known"). Say how to go on.")
    case .ambiguous:
      throw RPCError(
        .internalError,
        "Nobody can say whether the agent got the prompt (\(note.reason ?? "no reason is known")). Look at what was "
          + "done, then say it again or go on.")
    default: throw RPCError(.internalError, note.reason ?? "The turn failed, and no reason is known.")
    }
  }

  /// Waits until the turn's work is pushed and the editor has been told: that is part of the turn for its person.
  private func settle() async throws {
    guard let session else { return }
    var wait = Duration.milliseconds(20)
    while try await client.task(task).knownState == .running, try await client.session(session).activeTurn == nil {
      try await Task.sleep(for: wait)
      wait = min(wait * 2, .milliseconds(500))
    }
    while isFollowing, try await !client.entries(session, after: cursor, limit: 1).items.isEmpty {
      try await Task.sleep(for: .milliseconds(20))
    }
  }
}

// MARK: - What is said

extension EditorSession {
  /// Takes an entry of the transcript.
  func take(_ item: EntryItem) async throws {
    cursor = item.cursor
    switch item.entry.body {
    case .user(let block):
      if let index = unheard.firstIndex(of: block.text) {
        unheard.remove(at: index)
        return
      }
    case .turn(let note):
      guard let turn = item.entry.turn, Turn.table.isFinal(note.state) else { return }
      ended[turn] = note
      waiters.removeValue(forKey: turn)?.set(.success(note))
    case .settings: if isLive { try await tellSettings() }
    case .approval(let note): return note.state == .asked ? ask(note.approval) : takeBack(note.approval)
    default: break
    }
    if isShown, let update = updates.update(item.entry) { try await editor.update(id, update) }
  }

  /// The stream is over: nobody hears of a turn's end any more.
  func abandon(_ error: any Error) {
    isFollowing = false
    caughtUp?.set(.failure(error))
    for waiter in waiters.values { waiter.set(.failure(error)) }
    waiters = [:]
  }
}
