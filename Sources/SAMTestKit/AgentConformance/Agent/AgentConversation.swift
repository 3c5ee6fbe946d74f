// SPDX-License-Identifier: Apache-2.0
internal import SAMACP
internal import SAMRPC
internal import Synchronization

/// One process of the agent that is checked, and the connection to it.
final class AgentConversation: Sendable {
  let instance: any AgentInstance
  let rpc: RPCConnection
  let client: ScriptedClient
  let wire: Wire
  let bench: AgentBench
  private let agent = Mutex<ACP.InitializeResponse?>(nil)

  init(_ instance: any AgentInstance, capabilities: ACP.ClientCapabilities, bench: AgentBench) {
    let wire = Wire()
    var configuration = RPCConnection.Configuration()
    configuration.onWire = { wire.add($0, $1) }
    self.instance = instance
    self.wire = wire
    self.bench = bench
    client = ScriptedClient(capabilities)
    rpc = RPCConnection(over: instance.transport, configuration: configuration)
  }

  /// What the agent told of itself.
  var capabilities: ACP.AgentCapabilities { agent.withLock { $0?.agentCapabilities ?? .init() } }

  // MARK: - Calls

  /// Makes a typed request and waits no longer than a limit.
  ///
  /// - Throws: what the agent answers; ``BrokenPromise`` when it does not.
  func call<Request: ACPRequest>(_ request: Request, limit: Duration? = nil) async throws -> Request.Response {
    let rpc = rpc
    return try await within(limit ?? bench.limits.answer, "\(Request.method) was not answered") {
      try await rpc.call(request)
    }
  }

  /// Makes a raw request and waits no longer than a limit.
  func request(_ method: String, _ params: JSONValue? = nil) async throws -> JSONValue {
    let rpc = rpc
    return try await within(bench.limits.answer, "\(method) was not answered") { try await rpc.request(method, params) }
  }

  /// Writes a line as it is.
  func write(_ line: String) async throws {
    wire.add(.outgoing, Array(line.utf8))
    try await instance.transport.write(Array("\(line)\n".utf8))
  }

  /// Greets the agent.
  ///
  /// - Throws: ``Blocked`` when that does not work; a check of its own is about it.
  func greet(_ capabilities: ACP.ClientCapabilities) async throws {
    let hello = ACP.InitializeRequest(
      protocolVersion: ACP.protocolVersion, clientCapabilities: capabilities, clientInfo: bench.clientInfo)
    do {
      let answer = try await call(hello, limit: bench.limits.start)
      guard answer.protocolVersion == ACP.protocolVersion else {
        throw BrokenPromise(what: "the agent speaks version \(answer.protocolVersion)")
      }
      agent.withLock { $0 = answer }
      bench.noteCapabilities(answer.agentCapabilities)
    } catch {
      throw Blocked(by: "ACP-001, \(bench.words(error, instance))")
    }
  }

  /// Starts a session.
  ///
  /// - Throws: ``Blocked`` when that does not work; ``NotApplicable`` when the agent wants a log-in.
  func newSession() async throws -> ACP.SessionID {
    do {
      return try await call(
        ACP.NewSessionRequest(cwd: bench.workspace, mcpServers: []), limit: bench.limits.start
      ).sessionID
    } catch let error as RPCError where error.code == .authenticationRequired {
      throw NotApplicable(why: "the agent wants a log-in first: \(error.message)")
    } catch {
      throw Blocked(by: "ACP-030, \(bench.words(error, instance))")
    }
  }

  /// Runs a turn to its end.
  func prompt(_ session: ACP.SessionID, _ text: String, limit: Duration? = nil) async throws -> ACP.PromptResponse {
    let prompt = ACP.PromptRequest(sessionID: session, prompt: [.text(.init(text: text))])
    return try await call(prompt, limit: limit ?? bench.limits.turn)
  }

  /// Has the agent say a word, as a step on the way to what a check is about.
  ///
  /// - Returns: what it said.
  /// - Throws: ``Blocked`` when the turn does not end as it should; a check of its own is about it.
  @discardableResult
  func say(_ word: String, in session: ACP.SessionID) async throws -> String {
    let start = wire.count
    do {
      let answer = try await prompt(session, bench.sayPrompt(word))
      try BrokenPromise.unlessEqual(answer.stopReason, .endTurn, "the stop reason")
    } catch {
      throw Blocked(by: "ACP-040, \(bench.words(error, instance))")
    }
    return wire.text(of: session, from: start)
  }

  /// Waits until a condition holds.
  func eventually(
    _ limit: Duration, _ what: @autoclosure () -> String, _ condition: () async throws -> Bool
  ) async throws {
    let deadline = ContinuousClock.now + limit
    while try await !condition() {
      guard ContinuousClock.now < deadline else { throw BrokenPromise(what: "\(what()) within \(limit)") }
      try await Task.sleep(for: .milliseconds(5))
    }
  }

  /// Waits for a moment in which something might come that must not.
  func quiet() async throws { try await Task.sleep(for: bench.limits.quiet) }

  /// Closes the agent's input and waits for its end.
  func end() async throws -> AgentEnd {
    rpc.finishSending()
    let instance = instance
    return try await within(bench.limits.exit, "the process did not end") { try await instance.waitForEnd() }
  }
}

/// Runs a body for no longer than a limit.
///
/// - Throws: ``BrokenPromise`` with the words given when the time is over.
func within<Value: Sendable>(
  _ limit: Duration, _ what: String, _ body: @escaping @Sendable () async throws -> Value
) async throws -> Value {
  try await withThrowingTaskGroup(of: Value?.self) { group in
    group.addTask { try await body() }
    group.addTask {
      try await Task.sleep(for: limit)
      return nil
    }
    defer { group.cancelAll() }
    guard let value = try await group.next() ?? nil else { throw BrokenPromise(what: "\(what) within \(limit)") }
    return value
  }
}
