// SPDX-License-Identifier: Apache-2.0
internal import Foundation
internal import SAMACP
internal import SAMAPI
internal import SAMCore
internal import SAMRPC

/// How an agent's process is started, greeted, and what is said when it goes wrong.
enum AgentProcess {
  /// Starts an agent in its workspace, under the guard, with the workspace's lock.
  static func start(
    _ spec: SessionSpec, run: Int, group: RunGroup, home: String?, machine: MachineContext
  ) async throws -> GuardedProcess {
    try await GuardedProcess.launch(
      launch(
        spec.launch, directory: machine.workspacePath(spec.workspace), lock: machine.lockPath(spec.workspace),
        runID: "\(machine.configuration.installation)/\(spec.session)/\(run)", group: group, home: home,
        machine: machine))
  }

  static func launch(
    _ agent: AgentLaunch, directory: String, lock: String?, runID: String, group: RunGroup, home: String?,
    machine: MachineContext
  ) -> GuardedLaunch {
    GuardedLaunch(
      guardExecutable: machine.configuration.guardExecutable, program: agent.command, arguments: agent.arguments,
      environment: environment(agent, machine, home: home), workingDirectory: directory, lockFile: lock,
      lockWait: .seconds(30), runID: runID, group: group.part("agent"))
  }

  /// - Parameter home: its own home folder; nil = it has that of samd's user.
  static func environment(_ agent: AgentLaunch, _ machine: MachineContext, home: String?) -> [String: String] {
    let explicit = agent.environment.merging(MCPOffer.environment(agent)) { own, _ in own }
    var environment = AgentEnvironment(host: machine.configuration.environment, explicit: explicit)
    if let home { environment.move(to: home, without: AgentCatalog.agent(of: agent)?.folderVariables ?? []) }
    return environment.variables
  }

  /// The agent's standard streams as a transport.
  static func transport(_ process: GuardedProcess) throws -> PipeTransport {
    guard let input = process.takeStandardInput(), let output = process.takeStandardOutput() else {
      throw RuntimeError(.agent, "The agent's standard streams are taken already; report this.")
    }
    return try PipeTransport(reading: output, writing: input, closesDescriptors: true)
  }

  /// What the agent writes that is no ACP is reported, not fatal.
  static func diagnostics(_ session: SessionID?, _ machine: MachineContext) -> RPCConnection.Configuration {
    var configuration = RPCConnection.Configuration()
    configuration.onDiagnostic = { diagnostic in
      machine.report("\(session.map { "session \($0): " } ?? "")the agent's ACP: \(diagnostic)")
    }
    return configuration
  }

  /// Greets an agent.
  /// - Throws: ``RuntimeError`` with `agent_unusable` when it does not answer in time or ends.
  static func initialize(
    _ connection: ClientConnection, _ process: GuardedProcess, within limit: Duration
  ) async throws -> ACP.InitializeResponse {
    let request = ACP.InitializeRequest(
      protocolVersion: ACP.protocolVersion,
      clientCapabilities: .init(
        fileSystem: .init(readTextFile: true, writeTextFile: true), terminal: true,
        session: .init(configOptions: .init(boolean: .init())), auth: .init(terminal: true),
        elicitation: .init(form: .init(), url: .init())),
      clientInfo: .init(name: "sam", title: "SAM", version: SAMVersion.current))
    return try await answer(to: "initialize", of: process, within: limit) { try await connection.initialize(request) }
  }

  /// Waits for an agent's answer, but not for ever.
  /// - Throws: ``RuntimeError`` with `agent_unusable` when it does not answer in time; what `body` throws.
  static func answer<Answer: Sendable>(
    to method: String, of process: GuardedProcess, within limit: Duration,
    _ body: @escaping @Sendable () async throws -> Answer
  ) async throws -> Answer {
    try await withThrowingTaskGroup(of: Answer?.self) { group in
      group.addTask { try await body() }
      group.addTask {
        try await Alarms.shared.sleep(for: limit)
        return nil
      }
      defer { group.cancelAll() }
      guard let answer = try await group.next() ?? nil else {
        throw RuntimeError(
          .agent,
          "The agent did not answer '\(method)' within \(limit.components.seconds) s. "
            + "Check that '\(process.launch.program)' speaks ACP on its standard streams, or raise agent_start.")
      }
      return answer
    }
  }

  /// Gives an agent whose input was closed a moment to end by itself, as ACP wants it, before it is made to.
  static func letEnd(_ process: GuardedProcess) async {
    await wait(atMost: .milliseconds(1500)) { _ = try await process.waitForExit() }
  }

  /// Waits for `body`, but no longer than `limit`.
  private static func wait(atMost limit: Duration, for body: @escaping @Sendable () async throws -> Void) async {
    await withTaskGroup(of: Void.self) { group in
      group.addTask { try? await body() }  // only cancellation throws, and that is the point
      group.addTask { try? await Alarms.shared.sleep(for: limit) }  // likewise
      await group.next()
      group.cancelAll()
    }
  }

  /// Why an agent could not be used, in words that a person can act on.
  static func explain(_ error: any Error, _ process: GuardedProcess?, _ agent: AgentLaunch) async -> String {
    switch error {
    case let error as RuntimeError where error.code == .programNotInstalled:
      return error.message + advice(agent.command)
    case let error as RuntimeError: return error.message + tail(process)
    case let error as Rejection: return "agent '\(agent.command)' cannot be started: \(error.message)"
    case let error as RPCError where error.code == .authenticationRequired:
      return
        "agent '\(agent.command)' wants a login: \(error.message); log it in with 'samctl agent login', or give it a "
        + "key with --secret-env"
    case let error as RPCError: return "agent '\(agent.command)' answered an error: \(error.message)\(tail(process))"
    case is RPCFailure:
      // Its streams end a moment before it does, and before its last words are read.
      if let process { await letEnd(process) }
      guard let process, let exit = process.exit else {
        return "agent '\(agent.command)' closed its streams before it was ready\(tail(process))"
      }
      return await explain(exit, process, agent)
    default: return "agent '\(agent.command)' could not be used: \(error)\(tail(process))"
    }
  }

  /// How a program that is missing is installed, when SAM knows it; begins with a space.
  static func advice(_ program: String) -> String {
    AgentCatalog.agent(startedBy: program).map { " \($0.advice)" } ?? ""
  }

  /// How an agent ended.
  static func explain(_ exit: ProcessExit, _ process: GuardedProcess, _ agent: AgentLaunch) async -> String {
    if process.ranOutOfMemory { return outOfMemory(agent) }
    // What it left behind may hold its standard error, so not for ever.
    await wait(atMost: .milliseconds(500)) { try await process.waitForStandardError() }
    let how =
      switch exit {
      case .code(let code): "exited with code \(code)"
      case .signal(let signal): "was killed by signal \(signal)"
      default: "ended"
      }
    return "agent '\(agent.command)' \(how)\(tail(process))"
  }

  private static func outOfMemory(_ agent: AgentLaunch) -> String {
    guard let limit = agent.limits?.memory else {
      return "agent '\(agent.command)' was ended because the machine had no memory left; run fewer agents at once"
    }
    return "agent '\(agent.command)' was ended because it and what it started used more than "
      + "\(ProcessLimits.text(ofBytes: limit)) of memory; raise it with 'samctl agent add' and --limit-memory, or give it "
      + "less to do at once"
  }

  private static func tail(_ process: GuardedProcess?) -> String {
    guard let tail = process?.standardErrorTail else { return "" }
    let lines = tail.split(whereSeparator: \.isNewline).suffix(5).joined(separator: " | ")
    return lines.isEmpty ? "" : "; it said: \(lines.suffix(600))"
  }
}

extension RuntimeError.Code {
  /// An agent cannot be started or does not speak ACP.
  public static let agent = RuntimeError.Code(rawValue: "agent_unusable")
}
