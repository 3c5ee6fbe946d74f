// SPDX-License-Identifier: Apache-2.0
import Foundation
import SAMACP
import SAMRPC
import Synchronization
import Testing

@testable import SAMAgentRuntime

/// A client of the demo agent that notes everything, and answers as it was told.
final class DemoClient: ACPClientHandler, ACPTerminalHandler {
  enum Answer { case allow, reject, unknown, wait }

  struct Seen {
    var updates: [ACP.SessionUpdate] = []
    var questions: [ACP.RequestPermissionRequest] = []
    var written: [ACP.WriteTextFileRequest] = []
    var commands: [ACP.CreateTerminalRequest] = []
    var released: [ACP.TerminalID] = []

    /// What the agent said.
    var text: String {
      updates.map { if case .agentMessageChunk(let chunk) = $0 { chunk.text } else { "" } }.joined()
    }

    /// What the person said, as the agent replayed it.
    var userTexts: [String] {
      updates.compactMap { if case .userMessageChunk(let chunk) = $0 { chunk.text } else { nil } }
    }
  }

  let answer: Answer
  /// Whether commands run for ever.
  let commandHangs: Bool
  private let seen = Mutex(Seen())

  /// What has come until now.
  var seenSoFar: Seen { seen.withLock { $0 } }

  init(answer: Answer = .allow, commandHangs: Bool = false) {
    self.answer = answer
    self.commandHangs = commandHangs
  }

  func sessionUpdate(_ notification: ACP.SessionNotification) async throws {
    seen.withLock { $0.updates.append(notification.update) }
  }

  func requestPermission(_ request: ACP.RequestPermissionRequest) async throws -> ACP.RequestPermissionResponse {
    seen.withLock { $0.questions.append(request) }
    switch answer {
    case .allow: return .init(outcome: .selected(.init(optionID: "allow")))
    case .reject: return .init(outcome: .selected(.init(optionID: "reject")))
    case .unknown: return .init(outcome: .other(["outcome": "allowed_by_some_later_version"]))
    case .wait:
      try await Task.sleep(for: .seconds(60))
      throw RPCError(.internalError, "nobody answered")
    }
  }

  func readTextFile(_ request: ACP.ReadTextFileRequest) async throws -> ACP.ReadTextFileResponse {
    .init(content: try String(contentsOfFile: request.path, encoding: .utf8))
  }

  func writeTextFile(_ request: ACP.WriteTextFileRequest) async throws -> ACP.WriteTextFileResponse {
    seen.withLock { $0.written.append(request) }
    try request.content.write(toFile: request.path, atomically: true, encoding: .utf8)
    return .init()
  }

  var terminals: (any ACPTerminalHandler)? { self }

  func createTerminal(_ request: ACP.CreateTerminalRequest) async throws -> ACP.CreateTerminalResponse {
    seen.withLock { $0.commands.append(request) }
    return .init(terminalID: "terminal-1")
  }

  func terminalOutput(_ request: ACP.TerminalOutputRequest) async throws -> ACP.TerminalOutputResponse {
    .init(output: " M changed\n", truncated: false)
  }

  func waitForTerminalExit(_ request: ACP.WaitForTerminalExitRequest) async throws -> ACP.WaitForTerminalExitResponse {
    if commandHangs { try await Task.sleep(for: .seconds(60)) }
    return .init(exitCode: 0)
  }

  func killTerminal(_ request: ACP.KillTerminalRequest) async throws -> ACP.KillTerminalResponse { .init() }

  func releaseTerminal(_ request: ACP.ReleaseTerminalRequest) async throws -> ACP.ReleaseTerminalResponse {
    seen.withLock { $0.released.append(request.terminalID) }
    return .init()
  }
}

extension ACP.ContentChunk {
  var text: String { if case .text(let text) = content { text.text } else { "" } }
}

/// A folder with a work tree and the agent's state, gone afterwards.
struct DemoPlace {
  let folder: URL
  var tree: String { folder.appending(path: "tree").path }
  var state: String { folder.appending(path: "state").path }

  static func with<Value>(_ body: (DemoPlace) async throws -> Value) async throws -> Value {
    let place = DemoPlace(folder: FileManager.default.temporaryDirectory.appending(path: "demo-\(UUID().uuidString)"))
    try FileManager.default.createDirectory(atPath: place.tree, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: place.folder) }
    return try await body(place)
  }

  func write(_ text: String, to name: String) throws {
    try text.write(toFile: "\(tree)/\(name)", atomically: true, encoding: .utf8)
  }

  func text(_ name: String) -> String? { try? String(contentsOfFile: "\(tree)/\(name)", encoding: .utf8) }

  /// Runs a demo agent in this process, and a client with it.
  func connect<Value>(
    _ client: DemoClient, files: Bool = true, terminal: Bool = true, _ body: (ClientConnection) async throws -> Value
  ) async throws -> Value {
    let (here, there) = MemoryTransport.pair()
    let capabilities = ACP.ClientCapabilities(
      fileSystem: .init(readTextFile: files, writeTextFile: files), terminal: terminal)
    let result = await withTaskGroup(of: Void.self) { group -> Result<Value, any Error> in
      group.addTask { await DemoAgent.run(over: there, state: state) }
      do {
        return .success(
          try await ClientConnection.withConnection(over: here, handler: client) { connection in
            _ = try await connection.initialize(.init(protocolVersion: 1, clientCapabilities: capabilities))
            return try await body(connection)
          })
      } catch { return .failure(error) }
    }
    return try result.get()
  }

  /// Runs one turn in a new session.
  func turn(_ task: String, _ client: DemoClient, files: Bool = true, terminal: Bool = true) async throws
    -> ACP.StopReason
  {
    try await connect(client, files: files, terminal: terminal) { connection in
      let session = try await connection.newSession(.init(cwd: tree, mcpServers: [])).sessionID
      return try await connection.prompt(session, task)
    }
  }
}

extension ClientConnection {
  func prompt(_ session: ACP.SessionID, _ text: String) async throws -> ACP.StopReason {
    try await prompt(.init(sessionID: session, prompt: [.text(.init(text: text))])).stopReason
  }
}
