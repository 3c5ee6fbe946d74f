// SPDX-License-Identifier: Apache-2.0
internal import Foundation
internal import SAMAgentRuntime
internal import SAMRPC
internal import SAMTestKit
internal import Synchronization

/// Starts the agent that is checked, under samctl's own guard, in a folder that is gone afterwards.
final class GuardedAgentStarter: AgentStarter {
  let workspace: String
  private let folder: String
  private let command: [String]
  private let environment: [String: String]
  private let started = Mutex(0)

  /// - Parameters:
  ///   - command: the program and its arguments.
  ///   - environment: what to add to the variables that agents of SAM get.
  init(command: [String], environment: [String: String]) throws {
    self.command = command
    let host = ProcessInfo.processInfo.environment
    self.environment = AgentEnvironment(host: host, explicit: environment).variables
    // The real path: an agent may tell where it is.
    let temporary = FileManager.default.temporaryDirectory.resolvingSymlinksInPath().path
    folder = "\(temporary)/sam-conform-\(UUID().uuidString)"
    workspace = "\(folder)/workspace"
    try FileManager.default.createDirectory(atPath: workspace, withIntermediateDirectories: true)
    try Data("Nothing of importance.\n".utf8).write(to: URL(fileURLWithPath: "\(workspace)/notes.txt"))
  }

  /// Removes the folder; the agents have ended.
  func removeFolder() {
    // What cannot be removed lies in the folder for temporary files, and costs nobody anything.
    try? FileManager.default.removeItem(atPath: folder)
  }

  func start() async throws -> any AgentInstance {
    let number = started.withLock { started in
      started += 1
      return started
    }
    let launch = GuardedLaunch(
      guardExecutable: ProcessGuard.ownExecutable, program: command[0], arguments: Array(command.dropFirst()),
      environment: environment, workingDirectory: workspace, runID: "\(folder)/\(number)")
    return Instance(program: try await ProbedProgram(launch, note: "\(folder)/ended-\(number)"))
  }

  private struct Instance: AgentInstance {
    let program: ProbedProgram

    var transport: any RPCTransport { program.transport }
    var lastWords: String { program.standardErrorTail }

    func waitForEnd() async throws -> AgentEnd {
      switch try await program.waitForExit() {
      case .code(let code): .code(Int(code))
      case .signal(let signal): .signal(Int(signal))
      case .unseen: .signal(9)
      }
    }

    func running() async -> [String] { program.leftBehind() }
    func kill() async { await program.kill() }
  }
}
