// SPDX-License-Identifier: Apache-2.0
internal import Foundation
internal import SAMACP
internal import SAMCore
internal import SAMRPC
internal import Synchronization

/// Starts an agent in an empty folder, opens a conversation, and says what it can do or what is missing.
struct AgentTrial {
  let launch: AgentLaunch
  /// The way in which it logs itself in; nil = it does not.
  let login: String?
  let machine: MachineContext

  func run() async -> AgentCheck {
    let name = machine.ids.ulid(now: machine.clock.now())
    let folder = "\(machine.configuration.directory)/trials/\(name)"
    let tree = "\(folder)/tree"
    do {
      try FileManager.default.createDirectory(
        atPath: tree, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    } catch {
      return AgentCheck(works: false, problem: "the folder \(folder) cannot be made: \(error)")
    }
    var check = AgentCheck(works: false)
    let group = machine.group("trial-\(name)", limits: launch.limits)
    let logins = Logins(launch)
    let home = AgentHome(launch, at: "\(folder)/home") { logins.compare($0, $2) }
    do {
      try await home?.write()
      let process = AgentProcess.launch(
        launch, directory: tree, lock: nil, runID: "\(machine.configuration.installation)/trial/\(name)",
        group: group, home: home?.path, machine: machine)
      check = try await GuardedProcess.withProcess(process) { await use($0, tree) }
      _ = await home?.look()
      check.rewritten = logins.rewritten
    } catch {
      check.problem = await AgentProcess.explain(error, nil, launch)
    }
    check.lacks = group.lacks.map { [$0] }
    if !group.remove() { machine.report("the trial's control group \(group.path ?? "") stays") }
    do {
      try FileManager.default.removeItem(atPath: folder)
    } catch {
      machine.report("the trial's folder \(folder) could not be removed: \(error)")
    }
    return check
  }

  /// The login files of a trial: they came with its order, and go back with its answer.
  private final class Logins: Sendable {
    private static let id = SecretID(trusted: "secret_trial")
    private let given: [String: String]
    private let made = Mutex<[String: String]>([:])

    init(_ launch: AgentLaunch) {
      var given: [String: String] = [:]
      for case .secret(let name, let value?) in (launch.files ?? []).map(\.content) where !value.isEmpty {
        given[name] = value
      }
      self.given = given
    }

    /// What the agent has made of them, by the secret's name; nil = nothing.
    var rewritten: [String: String]? { made.withLock { $0.isEmpty ? nil : $0 } }

    func compare(_ secret: String, _ value: String?) -> LoginAnswer {
      if let value { made.withLock { $0[secret] = value } }
      guard value == nil, let given = given[secret] else { return .current(Self.id) }
      return .newer(Self.id, value: given)
    }
  }

  private func use(_ process: GuardedProcess, _ folder: String) async -> AgentCheck {
    let found = Mutex(AgentCheck(works: false, program: process.launch.program))
    do {
      let transport = try AgentProcess.transport(process)
      try await ClientConnection.withConnection(
        over: transport, configuration: AgentProcess.diagnostics(nil, machine), handler: SilentClient()
      ) { connection in
        let start = machine.clock.now()
        let agent = try await AgentProcess.initialize(connection, process, within: machine.configuration.startTimeout)
        found.withLock { check in
          check.startMilliseconds = (machine.clock.now() - start).wholeMilliseconds
          check.name = agent.agentInfo.map { "\($0.title ?? $0.name) \($0.version)" }
          check.abilities = Self.abilities(agent.agentCapabilities)
          if !agent.authMethods.isEmpty { check.logins = agent.authMethods.map { AgentLogin($0, of: launch) } }
        }
        if let login { try await logIn(login, agent.authMethods, connection, process) }
        let session = try await connection.newSession(.init(cwd: folder, mcpServers: []))
        _ = try await ConversationSettings(launch).open(
          connection, session.sessionID, session.modes, session.configOptions)
        if agent.agentCapabilities.session.close != nil {
          _ = try await connection.closeSession(.init(sessionID: session.sessionID))
        }
        found.withLock { $0.works = true }
      }
    } catch {
      let problem = await AgentProcess.explain(error, process, launch)
      found.withLock { $0.problem = problem }
    }
    return found.withLock { $0 }
  }

  /// Has the agent log itself in: it may open a browser, and a person takes their time.
  private func logIn(
    _ login: String, _ methods: [ACP.AuthMethod], _ connection: ClientConnection, _ process: GuardedProcess
  ) async throws {
    guard let method = methods.first(where: { $0.id.rawValue == login }) else {
      let known = methods.map { "'\($0.id)'" }.joined(separator: ", ")
      throw RuntimeError(
        .agent,
        "The agent has no login '\(login)'; \(known.isEmpty ? "it has none of its own" : "there is \(known)").")
    }
    guard method.terminalLogin == nil else {
      throw RuntimeError(
        .agent, "The login '\(login)' is a program for a terminal; run 'samctl agent login' on samd's machine.")
    }
    _ = try await AgentProcess.answer(to: "authenticate", of: process, within: .seconds(270)) {
      try await connection.authenticate(.init(methodID: method.id))
    }
  }

  private static func abilities(_ capabilities: ACP.AgentCapabilities) -> [String] {
    var found: [String] = []
    if capabilities.loadSession { found.append("load") }
    if capabilities.prompt.image { found.append("image") }
    if capabilities.prompt.audio { found.append("audio") }
    if capabilities.prompt.embeddedContext { found.append("embedded context") }
    if capabilities.mcp.http { found.append("mcp.http") }
    if capabilities.mcp.sse { found.append("mcp.sse") }
    if capabilities.session.list != nil { found.append("list") }
    if capabilities.session.resume != nil { found.append("resume") }
    if capabilities.session.close != nil { found.append("close") }
    return found
  }
}

extension AgentLogin {
  /// A way of an agent that is started as `launch` says.
  fileprivate init(_ method: ACP.AuthMethod, of launch: AgentLaunch) {
    let terminal = method.terminalLogin
    let own = [launch.command] + launch.arguments
    // What is secret stays here.
    var variables = launch.environment.filter { launch.secrets[$0.key] == nil }
    if launch.files != nil {
      for name in AgentCatalog.agent(of: launch)?.folderVariables ?? [] { variables[name] = nil }
    }
    self.init(
      id: method.id.rawValue, name: method.name, description: method.description,
      command: terminal.map { ($0.command.map { [$0] } ?? own) + $0.arguments },
      environment: terminal.map { $0.environment.merging(variables) { login, _ in login } })
  }
}

/// A client for a trial: it listens and refuses.
private struct SilentClient: ACPClientHandler {
  func sessionUpdate(_ notification: ACP.SessionNotification) async throws {}
  func requestPermission(_ request: ACP.RequestPermissionRequest) async throws -> ACP.RequestPermissionResponse {
    .init(outcome: .cancelled(.init()))
  }
}
