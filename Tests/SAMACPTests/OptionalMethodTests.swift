// SPDX-License-Identifier: Apache-2.0
import SAMRPC
import Synchronization
import Testing

@testable import SAMACP

/// An agent that has, of the optional methods, what it is told to have.
private struct OptionalAgent: ACPAgent, ACPSessionControl {
  var capabilities = ACP.AgentCapabilities()
  var isControllable = true

  var sessionControl: (any ACPSessionControl)? { isControllable ? self : nil }

  func initialize(_ request: ACP.InitializeRequest, client: AgentConnection) async throws -> ACP.InitializeResponse {
    ACP.InitializeResponse(protocolVersion: 1, agentCapabilities: capabilities)
  }

  func newSession(_ request: ACP.NewSessionRequest, client: AgentConnection) async throws -> ACP.NewSessionResponse {
    ACP.NewSessionResponse(sessionID: "s")
  }

  func prompt(_ request: ACP.PromptRequest, client: AgentConnection) async throws -> ACP.PromptResponse {
    guard case .text(let text) = request.prompt.first else { return ACP.PromptResponse(stopReason: .refusal) }
    let question: ACP.ElicitationQuestion =
      text.text == "form" ? .form(.init(properties: ["a": .text(.init())])) : .url("https://localhost/", id: "e")
    let answer = try await client.createElicitation(
      .init(scope: .session(request.sessionID, toolCall: nil), message: "m", question: question))
    if case .url(_, let id) = question { try await client.completeElicitation(id) }
    try await client.say(request.sessionID, answer.answer.action)
    try Task.checkCancellation()
    return ACP.PromptResponse(stopReason: .endTurn, usage: .init(totalTokens: 3, inputTokens: 1, outputTokens: 2))
  }

  func deleteSession(
    _ request: ACP.DeleteSessionRequest, client: AgentConnection
  ) async throws -> ACP.DeleteSessionResponse { .init() }

  func resumeSession(
    _ request: ACP.ResumeSessionRequest, client: AgentConnection
  ) async throws -> ACP.ResumeSessionResponse {
    .init(modes: .init(currentModeID: .init(rawValue: request.cwd), availableModes: []))
  }

  func forkSession(
    _ request: ACP.ForkSessionRequest, client: AgentConnection
  ) async throws -> ACP.ForkSessionResponse { .init(sessionID: .init(rawValue: "fork of \(request.sessionID)")) }

  func logout(_ request: ACP.LogoutRequest, client: AgentConnection) async throws -> ACP.LogoutResponse { .init() }
}

extension ACP.ElicitationAnswer {
  fileprivate var action: String { ACP.CreateElicitationResponse(answer: self).json["action"]?.stringValue ?? "" }
}

/// A client that answers questions as it is told, or leaves them open.
private final class AskingClient: ACPClientHandler, ACPElicitationHandler {
  let answer: ACP.ElicitationAnswer?
  let isAsking: Bool
  let heard = Mutex<[String]>([])

  init(answer: ACP.ElicitationAnswer? = .decline, isAsking: Bool = true) {
    self.answer = answer
    self.isAsking = isAsking
  }

  var elicitations: (any ACPElicitationHandler)? { isAsking ? self : nil }

  func sessionUpdate(_ notification: ACP.SessionNotification) async throws {
    if case .agentMessageChunk(let chunk) = notification.update, case .text(let text) = chunk.content {
      heard.withLock { $0.append(text.text) }
    }
  }

  func requestPermission(_ request: ACP.RequestPermissionRequest) async throws -> ACP.RequestPermissionResponse {
    .init(outcome: .cancelled(.init()))
  }

  func createElicitation(_ request: ACP.CreateElicitationRequest) async throws -> ACP.CreateElicitationResponse {
    heard.withLock { $0.append(request.question.mode) }
    guard let answer else {
      try await Task.sleep(for: .seconds(3600))
      throw CancellationError()
    }
    return .init(answer: answer)
  }

  func elicitationCompleted(_ notification: ACP.CompleteElicitationNotification) async throws {
    heard.withLock { $0.append("completed \(notification.elicitationID)") }
  }
}

@Suite(.timeLimit(.minutes(1))) struct OptionalMethodTests {
  private func withAgent(
    _ agent: OptionalAgent = .init(), _ client: AskingClient = .init(),
    asking: ACP.ElicitationCapabilities? = .init(form: .init(), url: .init()),
    _ body: (ClientConnection) async throws -> Void
  ) async throws {
    let (near, far) = MemoryTransport.pair()
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { await ACPAgentServer(agent).run(over: far) }
      try await ClientConnection.withConnection(over: near, handler: client) { connection in
        _ = try await connection.initialize(
          .init(protocolVersion: 1, clientCapabilities: .init(elicitation: asking)))
        try await body(connection)
      }
      try await group.waitForAll()
    }
  }

  private func prompt(_ text: String) -> ACP.PromptRequest { .init(sessionID: "s", prompt: [.text(.init(text: text))]) }

  private static let all = ACP.AgentCapabilities(
    session: .init(delete: .init(), resume: .init(), fork: .init()), auth: .init(logout: .init()))

  @Test func `what an agent advertises is called`() async throws {
    try await withAgent(OptionalAgent(capabilities: Self.all)) { connection in
      #expect(connection.agentCapabilities == Self.all)
      _ = try await connection.deleteSession(.init(sessionID: "s"))
      _ = try await connection.logout()
      let resumed = try await connection.resumeSession(.init(sessionID: "s", cwd: "/w"))
      #expect(resumed.modes?.currentModeID == "/w")
      #expect(try await connection.forkSession(.init(sessionID: "s", cwd: "/w")).sessionID == "fork of s")
    }
  }

  @Test func `what an agent does not advertise is not even sent`() async throws {
    try await withAgent { connection in
      let calls: [() async throws -> Void] = [
        { _ = try await connection.deleteSession(.init(sessionID: "s")) },
        { _ = try await connection.resumeSession(.init(sessionID: "s", cwd: "/")) },
        { _ = try await connection.forkSession(.init(sessionID: "s", cwd: "/")) },
        { _ = try await connection.logout() },
      ]
      for call in calls {
        await #expect { try await call() } throws: { ($0 as? ACPError)?.code == .notAdvertised }
      }
    }
  }

  @Test func `an agent without session control answers every optional method with method-not-found`() async throws {
    try await withAgent(OptionalAgent(isControllable: false)) { connection in
      for method in ["session/delete", "session/resume", "session/fork", "logout", "session/list", "session/close"] {
        await #expect { try await connection.rpc.request(method, ["sessionId": "s", "cwd": "/"]) } throws: {
          ($0 as? RPCError)?.code == .methodNotFound
        }
      }
    }
  }

  @Test(arguments: [("accept", ACP.ElicitationAnswer.accept(["a": .text("x")])), ("decline", .decline)])
  func `a question reaches the person and the answer comes back`(
    action: String, answer: ACP.ElicitationAnswer
  ) async throws {
    let client = AskingClient(answer: answer)
    try await withAgent(.init(), client) { connection in
      let response = try await connection.prompt(prompt("form"))
      #expect(response.stopReason == .endTurn && response.usage?.totalTokens == 3)
      _ = try await connection.prompt(prompt("url"))
      #expect(client.heard.withLock { $0 } == ["form", action, "url", "completed e", action])
    }
  }

  @Test func `cancelling the turn answers the questions that wait`() async throws {
    let client = AskingClient(answer: nil)
    try await withAgent(.init(), client) { connection in
      async let response = connection.prompt(prompt("form"))
      while client.heard.withLock({ $0.isEmpty }) { await Task.yield() }
      try await connection.cancel("s")
      #expect(try await response.stopReason == .cancelled)
    }
  }

  @Test func `an agent does not ask what the client did not advertise`() async throws {
    let client = AskingClient()
    try await withAgent(.init(), client, asking: .init(url: .init())) { connection in
      await #expect { try await connection.prompt(prompt("form")) } throws: {
        ($0 as? RPCError)?.message.contains("elicitation.form") == true
      }
      #expect(client.heard.withLock { $0 } == [])
    }
  }

  /// An agent that breaks the rule, and what it is answered.
  private func answer(to question: JSONValue, _ client: AskingClient) async throws -> RPCError.Code? {
    let (near, far) = MemoryTransport.pair()
    return try await withThrowingTaskGroup(of: RPCError.Code?.self) { group in
      let connection = ClientConnection(over: near)
      connection.advertised.withLock { $0.client.elicitation = .init(form: .init()) }
      group.addTask {
        await connection.run(handler: client)
        return nil
      }
      let code = try await RPCConnection.withConnection(over: far, handler: NoRPCHandler()) { agent in
        do { _ = try await agent.request("elicitation/create", question) } catch let error as RPCError {
          return error.code as RPCError.Code?
        }
        return nil
      }
      try await group.waitForAll()
      return code
    }
  }

  @Test func `a client refuses questions that it did not advertise`() async throws {
    let form: JSONValue = ["mode": "form", "message": "m", "sessionId": "s", "requestedSchema": [:]]
    let url: JSONValue = ["mode": "url", "message": "m", "sessionId": "s", "url": "x", "elicitationId": "e"]
    #expect(try await answer(to: form, AskingClient()) == nil)
    #expect(try await answer(to: url, AskingClient()) == .invalidParams)
    #expect(try await answer(to: form, AskingClient(isAsking: false)) == .methodNotFound)
  }
}
