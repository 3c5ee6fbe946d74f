// SPDX-License-Identifier: Apache-2.0
import SAMRPC
import Synchronization
import Testing

@testable import SAMACP

private final class Log: Sendable {
  private let entries = Mutex<[String]>([])
  func add(_ entry: String) { entries.withLock { $0.append(entry) } }
  var all: [String] { entries.withLock { $0 } }
}

/// An agent that does what the prompt's text says.
private struct ScriptedAgent: ACPAgent {
  var log = Log()

  func newSession(_ request: ACP.NewSessionRequest, client: AgentConnection) async throws -> ACP.NewSessionResponse {
    ACP.NewSessionResponse(sessionID: "s1")
  }

  func loadSession(_ request: ACP.LoadSessionRequest, client: AgentConnection) async throws -> ACP.LoadSessionResponse {
    for number in 0..<100 { try await client.say(request.sessionID, "\(number)") }
    return ACP.LoadSessionResponse()
  }

  func prompt(_ request: ACP.PromptRequest, client: AgentConnection) async throws -> ACP.PromptResponse {
    guard case .text(let text) = request.prompt.first else { return ACP.PromptResponse(stopReason: .refusal) }
    switch text.text {
    case "ask":
      let option = ACP.PermissionOption(optionID: "yes", name: "Yes", kind: .allowOnce)
      let answer = try await client.requestPermission(
        .init(sessionID: request.sessionID, toolCall: .init(toolCallID: "c"), options: [option]))
      try await client.say(request.sessionID, "\(answer.outcome.json["outcome"]?.stringValue ?? "")")
      try Task.checkCancellation()
    case "hang":
      do { try await Task.sleep(for: .seconds(3600)) } catch {
        try await client.say(request.sessionID, "last words")
        throw error
      }
    case "file":
      try await client.say(request.sessionID, client.readTextFile(.init(sessionID: "s1", path: "/f")).content)
    case "terminal":
      let terminal = try await client.createTerminal(.init(sessionID: "s1", command: "ls")).terminalID
      let exit = try await client.waitForTerminalExit(.init(sessionID: "s1", terminalID: terminal))
      let output = try await client.terminalOutput(.init(sessionID: "s1", terminalID: terminal))
      _ = try await client.killTerminal(.init(sessionID: "s1", terminalID: terminal))
      _ = try await client.releaseTerminal(.init(sessionID: "s1", terminalID: terminal))
      try await client.say(request.sessionID, "\(output.output) \(exit.exitCode ?? -1)")
    default: try await client.say(request.sessionID, text.text)
    }
    return ACP.PromptResponse(stopReason: .endTurn)
  }

  func cancel(_ notification: ACP.CancelNotification, client: AgentConnection) async throws { log.add("cancel") }
}

private struct RecordingClient: ACPClientHandler {
  var log = Log()
  var asked = Log()
  var terminals: (any ACPTerminalHandler)?

  func sessionUpdate(_ notification: ACP.SessionNotification) async throws {
    for _ in 0..<5 { await Task.yield() }
    if case .agentMessageChunk(let chunk) = notification.update, case .text(let text) = chunk.content {
      log.add(text.text)
    }
  }

  func requestPermission(_ request: ACP.RequestPermissionRequest) async throws -> ACP.RequestPermissionResponse {
    asked.add(request.toolCall.toolCallID.rawValue)
    try await Task.sleep(for: .seconds(3600))
    throw CancellationError()
  }
}

private struct OneTerminal: ACPTerminalHandler {
  func createTerminal(_ request: ACP.CreateTerminalRequest) async throws -> ACP.CreateTerminalResponse {
    .init(terminalID: "t")
  }
  func terminalOutput(_ request: ACP.TerminalOutputRequest) async throws -> ACP.TerminalOutputResponse {
    .init(output: "out", truncated: false)
  }
  func waitForTerminalExit(_ request: ACP.WaitForTerminalExitRequest) async throws -> ACP.WaitForTerminalExitResponse {
    .init(exitCode: 7)
  }
  func killTerminal(_ request: ACP.KillTerminalRequest) async throws -> ACP.KillTerminalResponse { .init() }
  func releaseTerminal(_ request: ACP.ReleaseTerminalRequest) async throws -> ACP.ReleaseTerminalResponse { .init() }
}

@Suite(.timeLimit(.minutes(1))) struct ConnectionTests {
  private func withAgent(
    _ agent: ScriptedAgent = .init(), _ client: RecordingClient = .init(),
    _ body: (ClientConnection) async throws -> Void
  ) async throws {
    let (near, far) = MemoryTransport.pair()
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { await ACPAgentServer(agent).run(over: far) }
      try await ClientConnection.withConnection(over: near, handler: client) { connection in
        let hello = try await connection.initialize(.init(protocolVersion: ACP.protocolVersion))
        #expect(hello.protocolVersion == 1)
        _ = try await connection.newSession(.init(cwd: "/", mcpServers: []))
        try await body(connection)
      }
      try await group.waitForAll()
    }
  }

  private func prompt(_ text: String) -> ACP.PromptRequest {
    ACP.PromptRequest(sessionID: "s1", prompt: [.text(.init(text: text))])
  }

  @Test func `a turn streams its updates before it ends`() async throws {
    let client = RecordingClient()
    try await withAgent(.init(), client) { connection in
      let sent = Log()
      let response = try await connection.prompt(prompt("hello"), onSent: { sent.add("sent") })
      #expect(response.stopReason == .endTurn && client.log.all == ["hello"] && sent.all == ["sent"])
    }
  }

  @Test func `the whole history was handled when a load returns`() async throws {
    let client = RecordingClient()
    try await withAgent(.init(), client) { connection in
      _ = try await connection.loadSession(.init(sessionID: "s1", cwd: "/", mcpServers: []))
      #expect(client.log.all == (0..<100).map(String.init))
    }
  }

  @Test func `a cancellation reaches the agent while its prompt runs, and the prompt is answered`() async throws {
    let (agent, client) = (ScriptedAgent(), RecordingClient())
    try await withAgent(agent, client) { connection in
      async let response = connection.prompt(prompt("hang"))
      try await connection.cancel("s1")
      // The cancellation may come before the prompt was sent; the second surely comes after.
      for _ in 0..<1000 { await Task.yield() }
      try await connection.cancel("s1")
      #expect(try await response.stopReason == .cancelled)
      #expect(client.log.all == ["last words"] && agent.log.all.contains("cancel"))
    }
  }

  @Test func `a cancellation right behind the prompt is never too early`() async throws {
    for _ in 0..<50 {
      let agent = ScriptedAgent()
      try await withAgent(agent) { connection in
        let response = try await connection.prompt(
          prompt("hang"), onSent: { try await connection.cancel("s1") })
        #expect(response.stopReason == .cancelled)
      }
    }
  }

  @Test func `cancelling answers the permission requests that wait`() async throws {
    let client = RecordingClient()
    try await withAgent(.init(), client) { connection in
      async let response = connection.prompt(prompt("ask"))
      while client.asked.all.isEmpty { await Task.yield() }
      try await connection.cancel("s1")
      #expect(try await response.stopReason == .cancelled)
    }
  }

  @Test func `files and terminals are refused unless the client has them`() async throws {
    try await withAgent { connection in
      for text in ["file", "terminal"] {
        await #expect { try await connection.prompt(prompt(text)) } throws: {
          ($0 as? RPCError)?.code == .methodNotFound
        }
      }
    }
    let client = RecordingClient(terminals: OneTerminal())
    try await withAgent(.init(), client) { connection in
      _ = try await connection.prompt(prompt("terminal"))
      #expect(client.log.all == ["out 7"])
    }
  }

  @Test func `what an agent does not have is refused, and nonsense is explained`() async throws {
    try await withAgent { connection in
      await #expect { try await connection.listSessions() } throws: { ($0 as? RPCError)?.code == .methodNotFound }
      await #expect { try await connection.authenticate(.init(methodID: "x")) } throws: {
        ($0 as? RPCError)?.code == .methodNotFound
      }
      await #expect { try await connection.rpc.request("session/prompt", ["sessionId": "s1"]) } throws: {
        guard let error = $0 as? RPCError else { return false }
        return error.code == .invalidParams && error.message.contains("session/prompt.params.prompt")
      }
    }
  }

  @Test func `an agent of another version is refused`() async throws {
    struct Future: ACPAgent {
      func initialize(_ request: ACP.InitializeRequest, client: AgentConnection) async throws -> ACP.InitializeResponse
      {
        ACP.InitializeResponse(protocolVersion: 2)
      }
      func newSession(_ request: ACP.NewSessionRequest, client: AgentConnection) async throws -> ACP.NewSessionResponse
      {
        ACP.NewSessionResponse(sessionID: "s")
      }
      func prompt(_ request: ACP.PromptRequest, client: AgentConnection) async throws -> ACP.PromptResponse {
        ACP.PromptResponse(stopReason: .endTurn)
      }
    }
    let (near, far) = MemoryTransport.pair()
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await ACPAgentServer(Future()).run(over: far) }
      await #expect { () async throws -> Void in
        try await ClientConnection.withConnection(over: near, handler: RecordingClient()) { connection in
          _ = try await connection.initialize(.init(protocolVersion: 1))
        }
      } throws: { ($0 as? ACPError)?.code == .unsupportedVersion }
    }
  }
}
