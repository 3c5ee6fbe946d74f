// SPDX-License-Identifier: Apache-2.0
internal import Foundation
internal import SAMACP
internal import SAMRPC

/// One turn of the demo agent.
///
/// Cancelling its task ends it at the next suspension: updates still go out, requests and pauses throw at once.
struct DemoTurn: Sendable {
  /// The session.
  let id: ACP.SessionID
  /// The number of the turn in its session, from 1.
  let number: Int
  /// The work tree, absolute.
  let folder: String
  let settings: DemoSettings
  /// What the client told of an earlier conversation.
  let told: String?
  /// What came with the prompt besides texts.
  let attachments: [ACP.ContentBlock]
  let client: AgentConnection
  let capabilities: ACP.ClientCapabilities
  let history: DemoHistory
  let transport: any RPCTransport
  let farewells: AsyncStream<Farewell>.Continuation

  /// A terminal that a cancelled turn leaves behind. Its task can make no more requests, so the agent's own task gives it back.
  struct Farewell: Sendable {
    let client: AgentConnection
    let request: ACP.ReleaseTerminalRequest

    func say() async {
      // When the client is gone, its terminals are too.
      do { _ = try await client.releaseTerminal(request) } catch {}
    }
  }

  /// Does what the task says.
  func run(_ task: String) async throws -> ACP.StopReason {
    let script: DemoScript
    do { script = try DemoScript(task) } catch {
      try await say(error.description)
      return .endTurn
    }
    for step in script.steps {
      try Task.checkCancellation()
      try await DemoMischief(turn: self).perform(step)
    }
    try Task.checkCancellation()
    if script.work != .none { try await work(script) }
    return Task.isCancelled ? .cancelled : .endTurn
  }

  // MARK: - The usual work

  private func work(_ script: DemoScript) async throws {
    let (task, editing) = (script.task, script.work == .whole)
    try await think("Let me see what is wanted: ", task.isEmpty ? "nothing." : task)
    var plan = DemoPlan(editing: editing, command: capabilities.terminal)
    try await tell(.plan(plan.next()))
    var outcome = "I changed nothing."
    if editing {
      let edit = try await DemoEdit.choose(for: task, read: read)
      try await say("I read the task. ", "I will change ", "\(edit.file)", ", if you allow it.\n")
      try await tell(.plan(plan.next()))
      let isDone = try await perform(edit)
      outcome = isDone ? "I changed \(edit.file)." : "You did not allow the change of \(edit.file), so I left it alone."
    }
    if capabilities.terminal {
      try await tell(.plan(plan.next()))
      try await runCommand(script.command, asking: script.asksForCommand)
    }
    try await tell(.plan(plan.next()))
    try await say("Done: ", outcome, "\n")
  }

  /// Asks whether the edit may be made, and makes it.
  ///
  /// - Returns: Whether it was made.
  private func perform(_ edit: DemoEdit) async throws -> Bool {
    let call = ACP.ToolCallID("call-\(number)-edit")
    let path = "\(folder)/\(edit.file)"
    let diff = ACP.ToolCallContent.diff(ACP.Diff(path: path, newText: edit.new, oldText: edit.old))
    let place = ACP.ToolCallLocation(path: path)
    try await tell(
      .toolCall(
        ACP.ToolCall(
          toolCallID: call, title: "Edit \(edit.file)", kind: .edit, status: .pending, content: [diff],
          locations: [place])))
    if settings.asks {
      guard try await mayRun(call, title: "Edit \(edit.file)", kind: .edit, content: [diff]) else { return false }
    }
    try await tell(.toolCallUpdate(ACP.ToolCallUpdate(toolCallID: call, status: .inProgress)))
    if capabilities.fileSystem.writeTextFile {
      _ = try await client.writeTextFile(ACP.WriteTextFileRequest(sessionID: id, path: path, content: edit.new))
    } else {
      try Data(edit.new.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
    }
    try await tell(.toolCallUpdate(ACP.ToolCallUpdate(toolCallID: call, status: .completed)))
    return true
  }

  /// Asks for permission. A call that is refused has failed.
  private func mayRun(
    _ call: ACP.ToolCallID, title: String, kind: ACP.ToolKind, content: [ACP.ToolCallContent]
  ) async throws -> Bool {
    let allow = ACP.PermissionOption(optionID: "allow", name: "Allow", kind: .allowOnce)
    let reject = ACP.PermissionOption(optionID: "reject", name: "Reject", kind: .rejectOnce)
    let tool = ACP.ToolCallUpdate(toolCallID: call, title: title, kind: kind, status: .pending, content: content)
    let answer = try await client.requestPermission(
      ACP.RequestPermissionRequest(sessionID: id, toolCall: tool, options: [allow, reject]))
    switch answer.outcome {
    case .selected(let choice) where choice.optionID == allow.optionID: return true
    case .cancelled: throw CancellationError()
    case .selected, .other:
      try await tell(.toolCallUpdate(ACP.ToolCallUpdate(toolCallID: call, status: .failed)))
      return false
    }
  }

  /// Runs a command in the client's terminal and says what it printed.
  private func runCommand(_ words: [String], asking: Bool) async throws {
    let line = words.joined(separator: " ")
    let call = ACP.ToolCallID("call-\(number)-command")
    if asking {
      // The question names only the call, as many agents' do.
      try await tell(
        .toolCall(
          ACP.ToolCall(
            toolCallID: call, title: line, kind: .execute, status: .pending, rawInput: ["command": .string(line)])))
      guard try await mayRun(call, title: line, kind: .execute, content: []) else { return }
    }
    let created = try await client.createTerminal(
      ACP.CreateTerminalRequest(
        sessionID: id, command: words[0], args: Array(words.dropFirst()), cwd: folder, outputByteLimit: 64 << 10))
    let terminal = created.terminalID
    let release = ACP.ReleaseTerminalRequest(sessionID: id, terminalID: terminal)
    do {
      let shown = ACP.ToolCallContent.terminal(ACP.Terminal(terminalID: terminal))
      try await tell(
        .toolCall(
          ACP.ToolCall(toolCallID: call, title: line, kind: .execute, status: .inProgress, content: [shown])))
      let exit = try await client.waitForTerminalExit(.init(sessionID: id, terminalID: terminal))
      let output = try await client.terminalOutput(.init(sessionID: id, terminalID: terminal)).output
      let status: ACP.ToolCallStatus = exit.exitCode == 0 ? .completed : .failed
      try await tell(.toolCallUpdate(ACP.ToolCallUpdate(toolCallID: call, status: status)))
      _ = try await client.releaseTerminal(release)
      try await say("`\(line)` ", status == .completed ? "says" : "failed", ":\n\n```\n\(output)```\n\n")
    } catch {
      farewells.yield(Farewell(client: client, request: release))
      throw error
    }
  }

  private func read(_ file: String) async throws -> String? { try await text(at: "\(folder)/\(file)") }

  /// Reads a text file, through the client where it offers that; nil = it is not there.
  func text(at path: String) async throws -> String? {
    // The client would answer a missing file with an error like any other; whether it is there decides what to do.
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    if capabilities.fileSystem.readTextFile {
      return try await client.readTextFile(ACP.ReadTextFileRequest(sessionID: id, path: path)).content
    }
    return FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
  }

  // MARK: - Telling

  /// Notes an update and sends it.
  func tell(_ update: ACP.SessionUpdate) async throws {
    try Task.checkCancellation()
    try history.append(update, to: id)
    try await client.update(id, update)
  }

  /// Says pieces of the answer, each in a chunk of its own.
  func say(_ pieces: String...) async throws {
    for piece in pieces {
      try await tell(.agentMessageChunk(ACP.ContentChunk(content: .text(ACP.TextContent(text: piece)))))
    }
  }

  private func think(_ pieces: String...) async throws {
    for piece in pieces where settings.isTalkative {
      try await tell(.agentThoughtChunk(ACP.ContentChunk(content: .text(ACP.TextContent(text: piece)))))
    }
  }
}
