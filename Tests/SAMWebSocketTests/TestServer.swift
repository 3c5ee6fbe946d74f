// SPDX-License-Identifier: Apache-2.0
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import SAMWebSocket
import ServiceLifecycle
import Synchronization

/// Remembers values across tasks.
final class Notes<Value: Sendable>: Sendable {
  private let values = Mutex<[Value]>([])
  func add(_ value: Value) { values.withLock { $0.append(value) } }
  var all: [Value] { values.withLock { $0 } }
}

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

/// Waits until a condition holds.
func eventually(_ limit: Duration = .seconds(5), _ condition: @escaping @Sendable () -> Bool) async throws {
  try await within(limit) {
    while !condition() { try await Task.sleep(for: .milliseconds(5)) }
  }
}

/// A Hummingbird application with one route, `GET /` → "hi", and WebSockets, on a port of its own.
struct TestServer: Sendable {
  var configuration = WebSocketServerConfiguration()
  var upgrade: @Sendable (WebSocketHandshake) async -> WebSocketUpgrade

  /// Serves each WebSocket with `handler`, whatever its path.
  init(
    _ configuration: WebSocketServerConfiguration = .init(),
    handler: @escaping @Sendable (WebSocketConnection) async throws -> Void
  ) {
    self.init(configuration, upgrade: { _ in .accept(handler: handler) })
  }

  init(
    _ configuration: WebSocketServerConfiguration = .init(),
    upgrade: @escaping @Sendable (WebSocketHandshake) async -> WebSocketUpgrade
  ) {
    self.configuration = configuration
    self.upgrade = upgrade
  }

  static func echo(_ configuration: WebSocketServerConfiguration = .init()) -> TestServer {
    TestServer(configuration) { connection in
      for await message in connection.messages { try await connection.send(message) }
    }
  }

  /// Runs the server while `body` runs, then shuts it down gracefully and returns how long that took.
  @discardableResult
  func run(_ body: @escaping @Sendable (_ port: Int) async throws -> Void) async throws -> Duration {
    let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    let router = Router()
    router.get("/") { _, _ in "hi" }
    router.get("/plain") { request, _ in "plain \(request.uri.path)" }
    let app = Application(
      router: router,
      server: .http1WebSocket(configuration: configuration, upgrade: upgrade),
      configuration: .init(address: .hostname("127.0.0.1", port: 0)),
      onServerRunning: { channel in continuation.yield(channel.localAddress?.port ?? 0) },
      logger: logger)
    let services = ServiceGroup(configuration: .init(services: [app], logger: logger))
    return try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await services.run() }
      var port = 0
      for await running in ports {
        port = running
        break
      }
      do { try await body(port) } catch {
        group.cancelAll()
        throw error
      }
      let start = ContinuousClock.now
      await services.triggerGracefulShutdown()
      try await group.waitForAll()
      return ContinuousClock.now - start
    }
  }
}
