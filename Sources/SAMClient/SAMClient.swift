// SPDX-License-Identifier: Apache-2.0
internal import AsyncHTTPClient
internal import NIOCore
public import SAMAPI

/// Talks to one samd: a typed method for every route, and streams of conversations.
///
/// What changes something carries an ``IdempotencyKey``, made once and sent again with each retry, so that a lost answer
/// never does a thing twice. Every failure is a ``SAMClientError`` or, when the task is cancelled, a `CancellationError`.
///
///     try await SAMClient.withClient(endpoint: "http://127.0.0.1:7777", token: token) { client in
///       let task = try await client.createTask(CreateTaskBody(project: "shop", agent: "claude", prompt: "Fix the tests"))
///     }
public struct SAMClient: Sendable {
  /// Limits and deadlines.
  public struct Configuration: Sendable {
    /// The largest answer that is read, in bytes.
    public var maxAnswerSize: Int
    /// How long one attempt of a request may take, its answer's body included.
    public var requestTimeout: Duration
    /// How often a request is sent at most.
    public var attempts: Int
    /// How long the waits between attempts and between connections of a stream are.
    public var backoff: Backoff
    /// How long a stream tries to connect again before it fails.
    public var reconnectLimit: Duration
    /// What waits; tests pass their own.
    public var clock: any Clock<Duration>

    /// A configuration; the defaults suit a person who waits.
    public init(
      maxAnswerSize: Int = 16 << 20, requestTimeout: Duration = .seconds(30), attempts: Int = 5,
      backoff: Backoff = Backoff(), reconnectLimit: Duration = .seconds(60),
      clock: any Clock<Duration> = ContinuousClock()
    ) {
      self.maxAnswerSize = maxAnswerSize
      self.requestTimeout = requestTimeout
      self.attempts = attempts
      self.backoff = backoff
      self.reconnectLimit = reconnectLimit
      self.clock = clock
    }
  }

  /// Where samd listens.
  public let endpoint: Endpoint
  let token: String?
  let configuration: Configuration
  let http: HTTPClient

  /// A client that has to be ended with ``shutdown()``; prefer ``withClient(endpoint:token:configuration:body:)``.
  ///
  /// - Parameters:
  ///   - endpoint: where samd listens, as `http://127.0.0.1:7777`.
  ///   - token: what samd knows the caller by; without one only ``health()`` answers.
  ///   - configuration: limits and deadlines.
  /// - Throws: ``SAMClientError`` with `invalid_endpoint` or `invalid_token`.
  public init(endpoint: String, token: String?, configuration: Configuration = .init()) throws {
    self.endpoint = try Endpoint(endpoint)
    if let token, token.isEmpty || !token.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) {
      throw SAMClientError(
        .invalidToken, "The token is empty or has characters that no token has. Copy it again, without line breaks.")
    }
    self.token = token
    self.configuration = configuration
    var settings = HTTPClient.Configuration(redirectConfiguration: .disallow)
    settings.timeout.connect = .seconds(10)
    // Retries are decided here, where it is known what may be said twice.
    settings.connectionPool.retryConnectionEstablishment = false
    http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: settings)
  }

  /// Runs `body` with a client and closes its connections afterwards.
  ///
  /// - Parameters:
  ///   - endpoint: where samd listens, as `http://127.0.0.1:7777`.
  ///   - token: what samd knows the caller by.
  ///   - configuration: limits and deadlines.
  ///   - body: uses the client.
  /// - Throws: ``SAMClientError``, or what `body` throws.
  public static func withClient<Result>(
    endpoint: String, token: String?, configuration: Configuration = .init(),
    body: (SAMClient) async throws -> Result
  ) async throws -> Result {
    let client = try SAMClient(endpoint: endpoint, token: token, configuration: configuration)
    do {
      let result = try await body(client)
      await client.shutdown()
      return result
    } catch {
      await client.shutdown()
      throw error
    }
  }

  /// Closes all connections. Requests that still run fail; the client is of no use afterwards.
  public func shutdown() async {
    do {
      try await http.shutdown()
    } catch {
      // It was shut down before, or connections were busy and have been closed: both are what is wanted.
    }
  }

  /// All items of a list, page after page.
  ///
  /// - Parameters:
  ///   - limit: reading stops when there are so many.
  ///   - page: reads the page at a cursor, for example `{ try await client.tasks(cursor: $0) }`.
  /// - Throws: what `page` throws.
  public func all<Item: Codable & Sendable>(
    limit: Int = .max, _ page: (_ cursor: String?) async throws -> Page<Item>
  ) async throws -> [Item] {
    var items: [Item] = []
    var cursor: String?
    repeat {
      let next = try await page(cursor)
      items += next.items
      cursor = next.items.isEmpty ? nil : next.next
    } while cursor != nil && items.count < limit
    return Array(items.prefix(limit))
  }
}
