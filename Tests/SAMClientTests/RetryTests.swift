// SPDX-License-Identifier: Apache-2.0
import NIOCore
import NIOPosix
import SAMAPI
import SAMClient
import SAMCore
import Testing

@Suite struct RetryTests {
  static let body = CreateTaskBody(project: "shop", agent: "demo", prompt: "Fix it")

  @Test func aLostAnswerIsAskedForAgainUnderTheSameKey() async throws {
    let samd = FakeSamd { _, number in number <= 2 ? .drop : try .value(Samples.taskView(), status: 202) }
    try await samd.run { client in
      let task = try await client.createTask(Self.body)
      #expect(try task == Samples.taskView())
    }
    #expect(samd.requests.count == 3)
    #expect(Set(samd.requests.map(\.key)).count == 1)
    #expect(Set(samd.requests.map(\.body)).count == 1)
  }

  @Test func eachWishHasAKeyOfItsOwn() async throws {
    let samd = FakeSamd { _, _ in try .value(Samples.taskView()) }
    try await samd.run { client in
      for _ in 0..<3 { _ = try await client.createTask(Self.body) }
      let key = try #require(IdempotencyKey("mine"))
      _ = try await client.createTask(Self.body, key: key)
    }
    #expect(Set(samd.requests.map(\.key)).count == 4)
    #expect(samd.requests.last?.key == "mine")
  }

  @Test func whoNeverHearsAnAnswerIsToldThatItMayHaveBeenDone() async throws {
    let samd = FakeSamd { _, _ in .drop }
    try await samd.run { client in
      let error = try await #require(throws: SAMClientError.self) { try await client.createTask(Self.body) }
      #expect(error.code == .outcomeUnknown)
      #expect(error.message.contains("may have been done"))
      #expect(samd.requests.first?.key.map(error.message.contains) == true, "the key is named, to ask again with it")
    }
    #expect(samd.requests.count == 4)
    #expect(Set(samd.requests.map(\.key)).count == 1)
  }

  @Test func aLostReadingIsNoUnknownOutcome() async throws {
    let samd = FakeSamd { _, _ in .drop }
    try await samd.run { client in
      let error = try await #require(throws: SAMClientError.self) { try await client.machines() }
      #expect(error.code == .connectionLost)
    }
    #expect(samd.requests.count == 4)
  }

  @Test func aSilentServerIsGivenUpAfterTheTimeOfOneRequest() async throws {
    var configuration = SAMClient.Configuration.quick
    configuration.requestTimeout = .milliseconds(700)
    configuration.attempts = 2
    let samd = FakeSamd { _, _ in .silence }
    try await samd.run(configuration) { client in
      let start = ContinuousClock.now
      let error = try await #require(throws: SAMClientError.self) { try await client.createTask(Self.body) }
      #expect(error.code == .outcomeUnknown)
      #expect(ContinuousClock.now - start < .seconds(40))
    }
    #expect(samd.requests.count == 2)
  }

  @Test(arguments: [
    (Problem.Code.unavailable, 2), (.noMachine, 1), (.conflict, 1), (.unauthenticated, 1), (.idempotencyKeyReused, 1),
  ])
  func onlyWhatMayPassIsAskedAgain(_ code: Problem.Code, _ asked: Int) async throws {
    let problem = Problem(code, "do something else", request: "r1")
    let samd = FakeSamd { _, number in number == 1 ? try .problem(problem) : try .value(Samples.taskView()) }
    try await samd.run { client in
      guard asked == 1 else { return _ = try await client.createTask(Self.body) }
      let error = try await #require(throws: SAMClientError.self) { try await client.createTask(Self.body) }
      #expect(error.code == code)
      #expect(error.message == "do something else")
      #expect(error.status == code.status)
      #expect(error.request == "r1")
      #expect(error.problem == problem)
      #expect(error.description.contains("r1"))
    }
    #expect(samd.requests.count == asked)
  }

  @Test(arguments: ["127.0.0.1", "localhost"]) func nobodyListeningIsSaidAtOnceWithTheNextStep(_ host: String)
    async throws
  {
    let port = try await Self.unusedPort()
    try await SAMClient.withClient(endpoint: "http://\(host):\(port)", token: "secret") { client in
      let start = ContinuousClock.now
      let error = try await #require(throws: SAMClientError.self) { try await client.createTask(Self.body) }
      #expect(error.code == .unreachable)
      #expect(
        error.message
          == "samd is not running at http://\(host):\(port); start it with 'samd serve' or give --server.")
      #expect(ContinuousClock.now - start < .seconds(30))
    }
  }

  @Test func anAnswerThatIsNotSamdsIsSaidWithItsBeginning() async throws {
    let samd = FakeSamd { _, number in
      number == 1 ? .json(404, Array("<html>nginx".utf8), type: "text/html") : .json(200, Array("[]".utf8))
    }
    try await samd.run { client in
      let first = try await #require(throws: SAMClientError.self) { try await client.health() }
      #expect(first.code == .badAnswer && first.status == 404 && first.evidence == "<html>nginx")
      let second = try await #require(throws: SAMClientError.self) { try await client.health() }
      #expect(second.code == .badAnswer && second.evidence == "[]")
    }
  }

  @Test func aRedirectIsNotFollowedWithTheToken() async throws {
    let samd = FakeSamd { _, _ in .json(307, []) }
    try await samd.run { client in
      let error = try await #require(throws: SAMClientError.self) { try await client.machines() }
      #expect(error.code == .badAnswer && error.status == 307)
    }
    #expect(samd.requests.count == 1)
  }

  @Test func aHugeAnswerIsRefused() async throws {
    var configuration = SAMClient.Configuration.quick
    configuration.maxAnswerSize = 1000
    let samd = FakeSamd { _, _ in .json(200, Array(repeating: UInt8(ascii: " "), count: 5000)) }
    try await samd.run(configuration) { client in
      let error = try await #require(throws: SAMClientError.self) { try await client.health() }
      #expect(error.code == .answerTooLarge)
    }
    #expect(samd.requests.count == 1)
  }

  @Test func aCancelledTaskSaysSoAndAsksNoMore() async throws {
    let samd = FakeSamd { _, _ in .silence }
    try await samd.run { client in
      let result = await withTaskGroup(of: Result<HealthView, any Error>.self) { group in
        group.addTask {
          do { return .success(try await client.health()) } catch { return .failure(error) }
        }
        while samd.requests.isEmpty { await Task.yield() }
        group.cancelAll()
        return await group.next()
      }
      #expect(throws: CancellationError.self) { try result?.get() }
    }
    #expect(samd.requests.count == 1)
  }

  static func unusedPort() async throws -> Int {
    let server = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup).bind(
      host: "127.0.0.1", port: 0
    )
    .get()
    let port = try #require(server.localAddress?.port)
    try await server.close()
    return port
  }
}
