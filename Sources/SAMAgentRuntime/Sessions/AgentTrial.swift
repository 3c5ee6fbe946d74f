// SPDX-License-Identifier: Apache-2.0
internal import Foundation
internal import SAMACP
internal import SAMCore
internal import SAMRPC

/// Starts an agent in an empty folder, opens a conversation, and says what it can do or what is missing.
struct AgentTrial {
  let launch: AgentLaunch
  let machine: MachineContext

  func run() async -> AgentCheck {
    let name = machine.ids.ulid(now: machine.clock.now())
    let folder = "\(machine.configuration.directory)/trials/\(name)"
    do {
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    } catch {
      return AgentCheck(works: false, problem: "the folder \(folder) cannot be made: \(error)")
    }
    var check = AgentCheck(works: false)
    let group = machine.group("trial-\(name)", limits: launch.limits)
    do {
      let process = AgentProcess.launch(
        launch, directory: folder, lock: nil, runID: "\(machine.configuration.installation)/trial/\(name)",
        group: group, machine: machine)
      check = try await GuardedProcess.withProcess(process) { await use($0, folder) }
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

  private func use(_ process: GuardedProcess, _ folder: String) async -> AgentCheck {
    var check = AgentCheck(works: false, program: process.launch.program)
    do {
      let transport = try AgentProcess.transport(process)
      check = try await ClientConnection.withConnection(
        over: transport, configuration: AgentProcess.diagnostics(nil, machine), handler: SilentClient()
      ) { [check] connection in
        var check = check
        let start = machine.clock.now()
        let agent = try await AgentProcess.initialize(connection, process, within: machine.configuration.startTimeout)
        check.startMilliseconds = (machine.clock.now() - start).wholeMilliseconds
        check.name = agent.agentInfo.map { "\($0.title ?? $0.name) \($0.version)" }
        check.abilities = Self.abilities(agent.agentCapabilities)
        let session = try await connection.newSession(.init(cwd: folder, mcpServers: []))
        try await ConversationSettings(launch: launch).choose(
          connection, session.sessionID, session.modes, session.configOptions)
        if agent.agentCapabilities.session.close != nil {
          _ = try await connection.closeSession(.init(sessionID: session.sessionID))
        }
        check.works = true
        return check
      }
    } catch {
      check.problem = await AgentProcess.explain(error, process, launch)
    }
    return check
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

/// A client for a trial: it listens and refuses.
private struct SilentClient: ACPClientHandler {
  func sessionUpdate(_ notification: ACP.SessionNotification) async throws {}
  func requestPermission(_ request: ACP.RequestPermissionRequest) async throws -> ACP.RequestPermissionResponse {
    .init(outcome: .cancelled(.init()))
  }
}
