// SPDX-License-Identifier: Apache-2.0
import AsyncHTTPClient
import Foundation
import HTTPTypes
import Logging
import NIOCore
import NIOHTTP1
import SAMAPI
import SAMCore
import SAMRPC
import SAMServer
import SAMStorage
import SAMWebSocket
import ServiceLifecycle
import Testing

struct TimedOut: Error {}

/// Runs `operation`, or throws when it takes longer than `limit`.
func within<Result: Sendable>(
  _ limit: Duration, _ operation: @escaping @Sendable () async throws -> Result
) async throws -> Result {
  try await withThrowingTaskGroup(of: Result.self) { group in
    group.addTask { try await operation() }
    group.addTask {
      try await Task.sleep(for: limit)
      throw TimedOut()
    }
    defer { group.cancelAll() }
    guard let first = try await group.next() else { throw TimedOut() }
    return first
  }
}

/// A secret store that answers nothing.
struct BrokenSecrets: SecretStore {
  struct Broken: Error {}
  func set(_ name: String, to value: String) async throws { throw Broken() }
  func get(_ name: String) async throws -> String? { throw Broken() }
  func compare(_ name: String, known: SecretID?, value: String?) async throws -> LoginAnswer? { throw Broken() }
  func remove(_ name: String) async throws { throw Broken() }
  func names() async throws -> [String] { throw Broken() }
}

/// The whole server as the program runs it, on a free port and a data directory of its own, with a fake machine.
struct TestServer: Sendable {
  let port: Int
  let token: String
  let orchestrator: Orchestrator
  let machine: FakeMachine
  let tokens: TokenStore
  let logs: Logs
  let services: ServiceGroup

  /// Runs a server while `body` runs, then shuts it down gracefully and returns how long that took.
  @discardableResult
  static func run(
    configuration: ServerConfiguration = ServerConfiguration(), secrets: (any SecretStore)? = nil,
    withMachine: Bool = true, _ body: @escaping @Sendable (TestServer) async throws -> Void
  ) async throws -> Duration {
    let directory = NSTemporaryDirectory() + "sam-server-\(UUID().uuidString)"
    defer { do { try FileManager.default.removeItem(atPath: directory) } catch { print("left behind: \(error)") } }
    let store = try SQLiteStore(directory: directory)
    let tokens = TokenStore(store)
    let sealed: any SecretStore =
      if let secrets { secrets } else { try SealedSecretStore(directory: directory) }
    let start = ContinuousClock.now
    let clock = WallClock(
      now: { Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000)) },
      uptime: { ContinuousClock.now - start }, sleep: { try await Task.sleep(for: $0) })
    let orchestrator = Orchestrator(store: store, secrets: sealed, clock: clock)
    let token = try await tokens.create(name: "test").token
    let machine = FakeMachine()
    if withMachine {
      let registered = try await orchestrator.perform(RegisterMachine(name: "here", provider: "local"))
      try await orchestrator.connect(registered.id, over: machine)
    }
    let logs = Logs()
    let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
    let server = APIServer.build(
      orchestrator: orchestrator, tokens: tokens, secrets: sealed, configuration: configuration, logger: logs.logger,
      onRunning: { continuation.yield($0) })
    let services = ServiceGroup(
      configuration: .init(services: [OrchestratorService(orchestrator), server], logger: logs.logger))
    let spent = try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { for await batch in machine.reports { _ = try await orchestrator.deliver(batch) } }
      defer { group.cancelAll() }
      return try await withThrowingTaskGroup(of: Void.self) { serving in
        serving.addTask { try await services.run() }
        var port = 0
        for await running in ports {
          port = running
          break
        }
        do {
          try await body(
            TestServer(
              port: port, token: token, orchestrator: orchestrator, machine: machine, tokens: tokens, logs: logs,
              services: services))
        } catch {
          serving.cancelAll()
          throw error
        }
        let start = ContinuousClock.now
        await services.triggerGracefulShutdown()
        try await serving.waitForAll()
        return ContinuousClock.now - start
      }
    }
    try store.close()
    return spent
  }

  // MARK: HTTP

  /// An answer.
  struct Answer: Sendable {
    let status: Int
    let headers: HTTPHeaders
    let body: [UInt8]

    var json: JSONValue { (try? JSONValue(parsing: body)) ?? .null }
    func value<Value: Decodable>(_ type: Value.Type = Value.self) throws -> Value {
      try APICoding.decode(type, from: body)
    }
    func header(_ name: String) -> String? { headers.first(name: name) }
    var code: String? { json["code"]?.stringValue }
  }

  /// Sends a request as a program would; `token: ""` sends none.
  func call(
    _ method: String, _ path: String, _ body: JSONValue? = nil, key: String? = UUID().uuidString,
    token: String? = nil, headers: [String: String] = [:], bytes: [UInt8]? = nil
  ) async throws -> Answer {
    var request = HTTPClientRequest(url: "http://127.0.0.1:\(port)\(path)")
    request.method = HTTPMethod(rawValue: method)
    let token = token ?? self.token
    if !token.isEmpty { request.headers.add(name: "Authorization", value: "Bearer \(token)") }
    if let key, method != "GET" { request.headers.add(name: "Idempotency-Key", value: key) }
    for (name, value) in headers { request.headers.replaceOrAdd(name: name, value: value) }
    if let bytes = bytes ?? body?.serialized() {
      request.headers.add(name: "Content-Type", value: "application/json")
      request.body = .bytes(ByteBuffer(bytes: bytes))
    }
    let response = try await HTTPClient.shared.execute(request, timeout: .seconds(30))
    let answer = try await response.body.collect(upTo: 64 << 20)
    return Answer(
      status: Int(response.status.code), headers: response.headers, body: Array(answer.readableBytesView))
  }

  func get(_ path: String) async throws -> Answer { try await call("GET", "/api/v1" + path) }

  func post(_ path: String, _ body: JSONValue? = nil, key: String? = UUID().uuidString) async throws -> Answer {
    try await call("POST", "/api/v1" + path, body, key: key)
  }

  /// A project "p" and an agent "a".
  func setUp() async throws {
    let project = try await post("/projects", ["name": "p", "repository": "/srv/repo"])
    #expect(project.status == 201)
    let agent = try await call("PUT", "/api/v1/agents/a", ["command": "agent"])
    #expect(agent.status == 200)
  }

  /// A task on them.
  func task(_ prompt: String) async throws -> TaskView {
    let answer = try await post("/tasks", ["project": "p", "agent": "a", "prompt": .string(prompt)])
    #expect(answer.status == 202)
    return try answer.value()
  }

  /// The task, once a condition holds.
  func task(_ id: TaskID, when condition: @escaping @Sendable (TaskView) -> Bool) async throws -> TaskView {
    try await within(.seconds(20)) {
      while true {
        let task: TaskView = try await get("/tasks/\(id)").value()
        if condition(task) { return task }
        try await Task.sleep(for: .milliseconds(10))
      }
    }
  }

  // MARK: Streams

  /// The headers of one who has a token.
  var authorized: HTTPFields { [.authorization: "Bearer \(token)"] }

  /// Begins a graceful shutdown.
  func shutDown() async { await services.triggerGracefulShutdown() }

  func streamURL(_ session: SessionID, cursor: String? = nil) -> String {
    "ws://127.0.0.1:\(port)/api/v1/sessions/\(session)/stream" + (cursor.map { "?cursor=\($0)" } ?? "")
  }

  /// Follows a session until a condition holds, and returns the frames.
  func follow(
    _ session: SessionID, cursor: String? = nil, until isEnough: @escaping @Sendable ([StreamFrame]) -> Bool
  ) async throws -> [StreamFrame] {
    try await within(.seconds(30)) {
      try await WebSocketClient.withConnection(
        url: streamURL(session, cursor: cursor), headers: authorized, subprotocols: ["sam.v1"]
      ) { connection in
        var frames: [StreamFrame] = []
        for await message in connection.messages {
          frames.append(try message.frame())
          if isEnough(frames) { break }
        }
        return frames
      }
    }
  }
}

extension WebSocketMessage {
  func frame() throws -> StreamFrame {
    guard case .text(let text) = self else { throw TimedOut() }
    return try APICoding.decode(StreamFrame.self, from: Array(text.utf8))
  }
}

extension [StreamFrame] {
  /// The entries of all frames.
  var items: [EntryItem] {
    flatMap { frame -> [EntryItem] in
      if case .entries(let items) = frame { items } else { [] }
    }
  }

  /// Whether a turn's end was among them.
  var hasEnd: Bool {
    items.contains { item in
      if case .work = item.entry.body { true } else { false }
    }
  }
}
