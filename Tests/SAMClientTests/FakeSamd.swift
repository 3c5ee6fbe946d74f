// SPDX-License-Identifier: Apache-2.0
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import SAMAPI
import SAMClient
import SAMCore
import SAMWebSocket
import ServiceLifecycle
import Synchronization

/// A real HTTP and WebSocket server on a port of its own that answers as the test says and remembers what it was asked.
final class FakeSamd: Sendable {
  struct Request: Sendable {
    var method: String
    /// Path and query as they stood in the request line.
    var target: String
    var key: String?
    var authorization: String?
    var body: String
  }
  enum Answer: Sendable {
    case json(Int, [UInt8], type: String = APICoding.mediaType)
    /// Closes the connection without a word.
    case drop
    /// Says nothing for as long as the test runs.
    case silence
  }
  private struct Context: RequestContext {
    var coreContext: CoreRequestContextStorage
    let channel: any Channel
    init(source: Source) {
      coreContext = .init(source: source)
      channel = source.channel
    }
  }
  struct Hanged: Error {}

  private let asked = Mutex<[Request]>([])
  private let connected = Mutex<[String?]>([])
  private let answer: @Sendable (Request, Int) throws -> Answer
  private let stream: @Sendable (WebSocketConnection, _ cursor: String?, _ number: Int) async throws -> Void
  private let refusal: @Sendable (WebSocketHandshake, _ number: Int) -> WebSocketUpgrade?

  /// - Parameters:
  ///   - answer: to a request, with its number from 1.
  ///   - refusal: of a handshake, with its number from 1; nil = it is accepted.
  ///   - stream: serves a WebSocket, with the cursor that it was asked from and its number from 1.
  init(
    answer: @escaping @Sendable (Request, Int) throws -> Answer = { _, _ in .json(200, Array("{}".utf8)) },
    refusal: @escaping @Sendable (WebSocketHandshake, _ number: Int) -> WebSocketUpgrade? = { _, _ in nil },
    stream: @escaping @Sendable (WebSocketConnection, _ cursor: String?, _ number: Int) async throws -> Void = {
      _, _, _ in
    }
  ) {
    self.answer = answer
    self.refusal = refusal
    self.stream = stream
  }

  /// One that only streams.
  static func streaming(
    _ stream: @escaping @Sendable (WebSocketConnection, _ cursor: String?, _ number: Int) async throws -> Void
  ) -> FakeSamd { FakeSamd(stream: stream) }

  /// What was asked so far.
  var requests: [Request] { asked.withLock { $0 } }
  /// The cursors of the streams that were asked for so far.
  var cursors: [String?] { connected.withLock { $0 } }

  /// Runs the server while `body` runs.
  func run(
    _ configuration: SAMClient.Configuration = .quick, token: String? = "secret",
    _ body: @escaping @Sendable (SAMClient) async throws -> Void
  ) async throws {
    try await serve { port in
      try await SAMClient.withClient(
        endpoint: "http://127.0.0.1:\(port)", token: token, configuration: configuration, body: body)
    }
  }

  func serve(_ body: @escaping @Sendable (_ port: Int) async throws -> Void) async throws {
    let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    let router = Router(context: Context.self)
    for method in [HTTPRequest.Method.get, .post, .put, .delete] {
      router.on("**", method: method) { request, context in try await self.respond(request, context) }
    }
    let app = Application(
      router: router, server: .http1WebSocket(upgrade: { self.upgrade($0) }),
      configuration: .init(address: .hostname("127.0.0.1", port: 0)),
      onServerRunning: { channel in continuation.yield(channel.localAddress?.port ?? 0) }, logger: logger)
    let services = ServiceGroup(configuration: .init(services: [app], logger: logger))
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await services.run() }
      for await port in ports {
        do { try await body(port) } catch {
          group.cancelAll()
          throw error
        }
        break
      }
      group.cancelAll()
      do { try await group.waitForAll() } catch is CancellationError {}
    }
  }

  private func respond(_ request: HummingbirdCore.Request, _ context: Context) async throws -> Response {
    let body = try await request.body.collect(upTo: 1 << 20)
    let seen = Request(
      method: request.method.rawValue, target: request.uri.description,
      key: HTTPField.Name("Idempotency-Key").flatMap { request.headers[$0] },
      authorization: request.headers[.authorization], body: String(buffer: body))
    let number = asked.withLock { asked in
      asked.append(seen)
      return asked.count
    }
    switch try answer(seen, number) {
    case .json(let status, let bytes, let type):
      return Response(
        status: .init(code: status), headers: [.contentType: type],
        body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
    case .drop:
      try await context.channel.close()
      throw Hanged()
    case .silence:
      try await Task.sleep(for: .seconds(600))
      throw Hanged()
    }
  }

  private func upgrade(_ handshake: WebSocketHandshake) -> WebSocketUpgrade {
    let cursor = handshake.queryValue("cursor")
    let number = connected.withLock { connected in
      connected.append(cursor)
      return connected.count
    }
    if let refusal = refusal(handshake, number) { return refusal }
    return .accept(subprotocol: APIVersion.subprotocol) { connection in
      try await self.stream(connection, cursor, number)
    }
  }
}

extension FakeSamd.Answer {
  static func value(_ value: some Encodable, status: Int = 200) throws -> FakeSamd.Answer {
    .json(status, try APICoding.encode(value))
  }

  static func problem(_ problem: Problem) throws -> FakeSamd.Answer {
    .json(problem.status, try APICoding.encode(problem), type: Problem.mediaType)
  }
}

extension SAMClient.Configuration {
  /// Waits that a test does not notice.
  static var quick: Self {
    Self(
      requestTimeout: .seconds(10), attempts: 4,
      backoff: Backoff(first: .milliseconds(5), limit: .milliseconds(20)), reconnectLimit: .seconds(10))
  }
}

extension WebSocketConnection {
  func send(frame: StreamFrame) async throws {
    try await send(text: String(decoding: APICoding.encode(frame), as: UTF8.self))
  }

  /// Waits until the other side goes.
  func untilGone() async { for await _ in messages {} }
}
