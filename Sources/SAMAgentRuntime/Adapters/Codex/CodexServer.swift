// SPDX-License-Identifier: Apache-2.0
internal import SAMACP
internal import SAMRPC
internal import Synchronization

/// The `codex app-server` program: started when it is needed, and again when it was killed. It holds all conversations.
///
/// Its protocol is JSON-RPC without the member `jsonrpc`, on standard input and output.
final class CodexServer: Sendable {
  /// One run of the program.
  struct Run: Sendable {
    let number: Int
    let process: AdaptedProcess
    let connection: RPCConnection
    /// The `data` of `model/list`, or why there is none: without it everything but the choice of a model works.
    var models: Result<[JSONValue], RPCError> = .success([])

    func request(_ method: String, _ params: JSONObject) async throws -> JSONValue {
      try await connection.request(method, .object(params))
    }
  }

  private typealias Start = Promise<Result<Run, RPCError>>

  private struct State {
    var current: Start?
    var runs = 0
    var running: AdaptedProcess?
    var threads: [String: CodexThread] = [:]
  }

  private let program: AdaptedProgram
  private let scope: AdapterScope
  private let state = Mutex(State())

  init(_ program: AdaptedProgram, scope: AdapterScope) {
    self.program = program
    self.scope = scope
  }

  /// The running program, which is started when it does not run.
  ///
  /// - Throws: `RPCError` when it cannot be started or has no credentials.
  func run(in directory: String) async throws -> Run {
    let (start, isOurs) = state.withLock { state -> (Start, Bool) in
      if let current = state.current { return (current, false) }
      let start = Start()
      state.current = start
      state.runs += 1
      return (start, true)
    }
    if isOurs {
      do { start.keep(.success(try await begin(start, in: directory))) } catch {
        forget(start)
        start.keep(.failure(error as? RPCError ?? RPCError(.internalError, "Codex could not be started: \(error)")))
      }
    }
    return try await start.value().get()
  }

  private func begin(_ start: Start, in directory: String) async throws -> Run {
    let process = try await program.start(["app-server"], in: directory)
    var configuration = RPCConnection.Configuration()
    configuration.dialect = .withoutVersion
    configuration.cancelMethod = nil
    let connection = RPCConnection(over: process.transport, configuration: configuration)
    let number = state.withLock { state in
      state.running = process
      return state.runs
    }
    var run = Run(number: number, process: process, connection: connection)
    scope.begin { [self] in
      await connection.run(handler: Handler(server: self))
      await process.end()
      let reason = await process.explainEnd()
      forget(start)
      for thread in state.withLock({ Array($0.threads.values) }) { thread.lost(reason, run: number) }
    }
    do {
      _ = try await run.request(
        "initialize", ["clientInfo": ["name": "sam", "title": "SAM", "version": .string("1")], "capabilities": nil])
      try await connection.notify("initialized")
      try await logIn(run)
      do {
        run.models = .success(try await run.request("model/list", [:])["data"]?.arrayValue ?? [])
      } catch let error as RPCError {
        run.models = .failure(error)
      }
      return run
    } catch {
      await process.end()
      // A program that ended has said why; a broken pipe says nothing.
      throw error is RPCFailure ? await process.explainEnd() : error
    }
  }

  /// Uses a key of the environment where the program has no login of its own; it keeps the key in its folder.
  private func logIn(_ run: Run) async throws {
    let account = try await run.request("account/read", [:])
    guard account["account"]?.isNull != false, account["requiresOpenaiAuth"]?.boolValue == true else { return }
    guard let key = program.variable("CODEX_API_KEY") ?? program.variable("OPENAI_API_KEY") else {
      throw CodexOutcome.notLoggedIn
    }
    _ = try await run.request("account/login/start", ["type": "apiKey", "apiKey": .string(key)])
  }

  private func forget(_ start: Start) {
    state.withLock { if $0.current === start { $0.current = nil } }
  }

  /// Ends the program.
  func end() async { await state.withLock({ $0.running })?.end() }

  // MARK: - Conversations

  func thread(_ id: ACP.SessionID) throws -> CodexThread {
    guard let thread = state.withLock({ $0.threads[id.rawValue] }) else {
      throw RPCError(.resourceNotFound, "Session \(id) is not open; load it with session/load.")
    }
    return thread
  }

  func add(_ thread: CodexThread) { state.withLock { $0.threads[thread.id] = thread } }

  func remove(_ id: String) -> CodexThread? { state.withLock { $0.threads.removeValue(forKey: id) } }

  private func thread(of params: JSONValue) -> CodexThread? {
    params["threadId"]?.stringValue.flatMap { id in state.withLock { $0.threads[id] } }
  }

  /// What the program says and asks, by conversation.
  private struct Handler: RPCHandler {
    let server: CodexServer

    func notification(_ notification: RPCNotification) async throws {
      let params = notification.params ?? .null
      try await server.thread(of: params)?.take(notification.method, params)
    }

    func request(_ request: RPCRequest) async throws -> JSONValue {
      let params = request.params ?? .null
      if let thread = server.thread(of: params) {
        if let approval = CodexApproval(request.method, params) { return await thread.ask(approval) }
        if let question = CodexQuestion(request.method, params) { return await thread.ask(question) }
      }
      // A question that nobody can be asked is no reason for the server's tool to fail.
      if request.method == CodexQuestion.method { return CodexQuestion.declined }
      throw RPCError.methodNotFound(request.method)
    }
  }
}
