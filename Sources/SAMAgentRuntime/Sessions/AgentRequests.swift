// SPDX-License-Identifier: Apache-2.0
internal import SAMACP
internal import SAMCore
internal import SAMRPC

/// What an agent asks of its client: permissions, questions, files of the workspace, terminals.
struct AgentRequests: ACPClientHandler {
  private let run: AgentRun
  private let files: WorkspaceFiles
  private let commands: AgentTerminals

  init(run: AgentRun) throws {
    self.run = run
    files = try WorkspaceFiles(root: run.workspace)
    commands = AgentTerminals(
      Terminals(
        guardExecutable: run.machine.configuration.guardExecutable,
        runID: "\(run.machine.configuration.installation)/\(run.spec.session)/\(run.run)/terminal",
        environment: AgentProcess.environment(run.spec.launch, run.machine, home: run.home?.path),
        workingDirectory: run.workspace,
        group: run.group.path)
    )
  }

  /// Ends what the agent has left running.
  func release() async { await commands.terminals.releaseAll() }

  func sessionUpdate(_ notification: ACP.SessionNotification) async throws {
    await run.take(notification.update, in: notification.sessionID, printed: commands.printed)
  }

  func requestPermission(_ request: ACP.RequestPermissionRequest) async throws -> ACP.RequestPermissionResponse {
    let tool = run.mapping.tool(request.toolCall)
    let options = request.options.map {
      ApprovalOption(id: $0.optionID.rawValue, name: $0.name, kind: $0.kind.rawValue)
    }
    guard let answer = await run.ask(tool: tool, options: options, in: request.sessionID) else {
      return .init(outcome: .cancelled(.init()))
    }
    return .init(outcome: .selected(.init(optionID: .init(rawValue: answer.option))))
  }

  func readTextFile(_ request: ACP.ReadTextFileRequest) async throws -> ACP.ReadTextFileResponse {
    do {
      let text = try files(at: request.path).readText(
        request.path, line: request.line.map { Int(clamping: $0) }, limit: request.limit.map { Int(clamping: $0) })
      return .init(content: text)
    } catch let error as RuntimeError {
      throw RPCError(.resourceNotFound, error.message)
    }
  }

  /// Those of the workspace; what came with a prompt lies beside it and may be read too.
  private func files(at path: String) throws -> WorkspaceFiles {
    path.hasPrefix("\(run.attachments)/") ? try WorkspaceFiles(root: run.attachments) : files
  }

  func writeTextFile(_ request: ACP.WriteTextFileRequest) async throws -> ACP.WriteTextFileResponse {
    do {
      try files.writeText(request.path, request.content)
      return .init()
    } catch let error as RuntimeError {
      throw RPCError(.invalidParams, error.message)
    }
  }

  var terminals: (any ACPTerminalHandler)? { commands }
  var elicitations: (any ACPElicitationHandler)? { AgentQuestions(run: run) }
}

/// The commands that an agent runs through its client.
struct AgentTerminals: ACPTerminalHandler {
  let terminals: Terminals
  private let shown = ShownCommands()

  init(_ terminals: Terminals) { self.terminals = terminals }

  /// What the command that a tool call shows has printed, once the call is over.
  func printed(_ update: ACP.SessionUpdate) -> String? {
    shown.output(update) { terminal in
      // One that was released is remembered; of one that never was there is nothing to show.
      try? terminals.output(Self.id(terminal)).text
    }
  }

  func createTerminal(_ request: ACP.CreateTerminalRequest) async throws -> ACP.CreateTerminalResponse {
    let id = try await Self.answering {
      try await terminals.create(
        .init(
          command: request.command, arguments: request.args,
          environment: Dictionary(request.env.map { ($0.name, $0.value) }) { _, last in last },
          workingDirectory: request.cwd, outputByteLimit: request.outputByteLimit.map { Int(clamping: $0) }))
    }
    return .init(terminalID: .init(rawValue: id.rawValue))
  }

  func terminalOutput(_ request: ACP.TerminalOutputRequest) async throws -> ACP.TerminalOutputResponse {
    let output = try await Self.answering { try terminals.output(Self.id(request.terminalID)) }
    return .init(output: output.text, truncated: output.truncated, exitStatus: output.exit.map(Self.status))
  }

  func waitForTerminalExit(
    _ request: ACP.WaitForTerminalExitRequest
  ) async throws -> ACP.WaitForTerminalExitResponse {
    let exit = try await Self.answering { try await terminals.waitForExit(Self.id(request.terminalID)) }
    let status = Self.status(exit)
    return .init(exitCode: status.exitCode, signal: status.signal)
  }

  func killTerminal(_ request: ACP.KillTerminalRequest) async throws -> ACP.KillTerminalResponse {
    try await Self.answering { try terminals.kill(Self.id(request.terminalID)) }
    return .init()
  }

  func releaseTerminal(_ request: ACP.ReleaseTerminalRequest) async throws -> ACP.ReleaseTerminalResponse {
    try await Self.answering {
      let id = Self.id(request.terminalID)
      shown.released(request.terminalID, try terminals.output(id).text)
      try await terminals.release(id)
    }
    return .init()
  }

  private static func id(_ id: ACP.TerminalID) -> Terminals.ID { .init(rawValue: id.rawValue) }

  private static func status(_ exit: ProcessExit) -> ACP.TerminalExitStatus {
    switch exit {
    case .code(let code): .init(exitCode: Int64(code))
    case .signal(let signal): .init(signal: "\(signal)")
    default: .init()
    }
  }

  private static func answering<Value>(_ body: () async throws -> Value) async throws -> Value {
    do {
      return try await body()
    } catch let error as RuntimeError {
      throw RPCError(.invalidParams, error.message)
    }
  }
}
