// SPDX-License-Identifier: Apache-2.0
import SAMAPI
@testable import SAMAgentRuntime
import SAMCore
import SAMRPC
import Synchronization
import Testing

@Suite("A connection of a link", .timeLimit(.minutes(1)))
struct LinkConnectionTests {
  typealias Plane = LinkConnection<MachineRequests, MachineReports>
  typealias Node = LinkConnection<MachineReports, MachineRequests>

  static let session = SessionID(trusted: "session_1")
  static let cancel = MachineRequest.cancel(session: session, turn: TurnID(trusted: "turn_1"))
  static let batch = OutboxBatch(session: session, epoch: 1, items: [])

  /// Both ends, run while a body runs, and what is between them. When it returns, no task of theirs is left.
  private func connected(
    limits: LinkLimits = LinkLimits(),
    machine: @escaping @Sendable (MachineRequest) async throws -> MachineReply = { _ in .done },
    controlPlane: @escaping @Sendable (OutboxBatch) async throws -> Int64 = { _ in 1 },
    _ body: (Plane, Node, _ cut: @Sendable () -> Void) async throws -> Void
  ) async throws {
    let (here, there) = MemoryTransport.pair()
    let plane = Plane(.controlPlane, hello: LinkHello(software: "1"), over: here, clock: .system, limits: limits)
    let node = Node(
      .machine, hello: LinkHello(software: "1", machine: "m"), over: there, clock: .system, limits: limits)
    try await withThrowingDiscardingTaskGroup { group in
      group.addTask {
        await plane.run { report in
          guard case .items(let batch) = report else { throw LinkError("no test reports that") }
          return .acknowledged(try await controlPlane(batch))
        }
      }
      group.addTask { await node.run(serve: machine) }
      defer { group.cancelAll() }
      try await body(plane, node) { here.close() }
    }
  }

  private func failure(_ body: () async throws -> Void) async -> (any Error)? {
    do { try await body() } catch { return error }
    return nil
  }

  @Test("What is asked is answered, in both directions, and a refusal stays one")
  func asks() async throws {
    let refusal = Rejection(.superseded, "a later epoch is served")
    try await connected(
      machine: { request in
        if case .end = request { .done } else { .refused(reason: "no") }
      }, controlPlane: { _ in throw refusal }
    ) { plane, node, _ in
      #expect(await node.opened()?.software == "1")
      #expect(await plane.opened()?.machine == "m")
      let (done, refused) = try await (plane.call(.end(session: Self.session)), plane.call(Self.cancel))
      #expect(done == .done && refused == .refused(reason: "no"))
      #expect(await failure { _ = try await node.deliver(Self.batch) } as? Rejection == refusal)
    }
  }

  @Test("A hundred at a time are answered, each with its own answer")
  func many() async throws {
    try await connected(controlPlane: { $0.epoch }) { _, node, _ in
      try await withThrowingTaskGroup(of: Void.self) { group in
        for number in 1...100 as ClosedRange<Int64> {
          group.addTask {
            let batch = OutboxBatch(session: Self.session, epoch: number, items: [])
            let answer = try await node.deliver(batch)
            #expect(answer == number)
          }
        }
        try await group.waitForAll()
      }
    }
  }

  @Test("A cut in the middle is heard by both sides: whoever waits fails once, as cut off, and nobody can ask any more")
  func cut() async throws {
    let arrived = OneShot<Void>()
    let mayEnd = Promise<Bool>()
    try await connected(
      machine: { _ in
        arrived.set(.success(()))
        _ = try await mayEnd.value()
        return .done
      },
      controlPlane: { _ in
        _ = try await mayEnd.value()
        return 1
      }
    ) { plane, node, cut in
      async let asking = failure { _ = try await plane.call(.end(session: Self.session)) }
      async let reporting = failure { _ = try await node.deliver(Self.batch) }
      try await arrived.value()
      cut()
      #expect((await asking as? LinkError)?.isAway == true)
      #expect((await reporting as? LinkError)?.isAway == true)
      _ = await (plane.ended(), node.ended())
      let late = await failure { _ = try await plane.call(.end(session: Self.session)) }
      #expect((late as? LinkError)?.isAway == true)
      mayEnd.keep(true)
    }
  }

  @Test("Both ends cancelled at once, at any time and with all pipes full, let everybody go", arguments: 0..<40)
  func cancelledTogether(round: Int) async throws {
    let text = String(repeating: "x", count: round % 2 == 0 ? 10 : 200_000)
    let item = OutboxItem(
      sequence: 1, at: Timestamp(milliseconds: 1), turn: nil, content: .entry(.agent(TextBlock(text)), raw: nil))
    let batch = OutboxBatch(session: Self.session, epoch: 1, items: [item])
    await withTaskGroup(of: Void.self) { callers in
      do {
        try await connected(machine: { _ in .refused(reason: text) }) { plane, node, cut in
          for _ in 0..<8 {
            callers.addTask {
              while await failure({ _ = try await plane.call(.end(session: Self.session)) }) == nil {}
            }
            callers.addTask { while await failure({ _ = try await node.deliver(batch) }) == nil {} }
          }
          try await Task.sleep(for: .microseconds(round * 700))
          if round % 5 == 4 { cut() }
        }
      } catch { Issue.record(error) }
      await callers.waitForAll()
    }
  }

  @Test("Whoever closes a connection is heard with the reason")
  func closes() async throws {
    try await connected { plane, node, _ in
      _ = await node.opened()
      plane.close(because: "an update")
      #expect(await node.ended().contains("an update"))
    }
  }

  @Test("Cancelling a call cancels that call alone")
  func cancels() async throws {
    let hold = OneShot<Void>()
    try await connected(machine: { request in
      if case .cancel = request { try await hold.value() }
      return .done
    }) { plane, _, _ in
      await withThrowingTaskGroup(of: MachineReply.self) { group in
        group.addTask { try await plane.call(Self.cancel) }
        _ = await plane.opened()
        group.cancelAll()
        let error = await failure { _ = try await group.next() }
        #expect(error is CancellationError)
      }
      hold.set(.success(()))
      let answer = try await plane.call(.end(session: Self.session))
      #expect(answer == .done)
    }
  }

  @Test("What is too large for a frame is refused, whoever says it, and the connection goes on")
  func tooLarge() async throws {
    let huge = String(repeating: "x", count: LinkFrame.maxBytes)
    try await connected(machine: { request in
      if case .cancel = request { .refused(reason: huge) } else { .done }
    }) { plane, _, _ in
      let launch = AgentLaunch(command: huge, arguments: [])
      #expect(await failure { _ = try await plane.call(.check(launch)) } is Rejection)
      #expect(await failure { _ = try await plane.call(Self.cancel) } is Rejection)
      let answer = try await plane.call(.end(session: Self.session))
      #expect(answer == .done)
    }
  }

  @Test("Frames of some megabytes pass in both directions at once")
  func large() async throws {
    let text = String(repeating: "x", count: 3 << 20)
    try await connected(machine: { _ in .refused(reason: text) }, controlPlane: { Int64($0.items.count) }) {
      plane, node, _ in
      async let asking = plane.call(.end(session: Self.session))
      let item = OutboxItem(
        sequence: 1, at: Timestamp(milliseconds: 1), turn: nil, content: .entry(.agent(TextBlock(text)), raw: nil))
      let batch = OutboxBatch(session: Self.session, epoch: 1, items: [item])
      let (through, reply) = try await (node.deliver(batch), asking)
      #expect(through == 1 && reply == .refused(reason: text))
    }
  }

  @Test("Idle ends keep each other alive with pings")
  func idle() async throws {
    let limits = LinkLimits(ping: .milliseconds(20), silence: .milliseconds(2_000))
    try await connected(limits: limits) { plane, _, _ in
      try await Task.sleep(for: .milliseconds(2_500))
      let answer = try await plane.call(.end(session: Self.session))
      #expect(answer == .done)
    }
  }

  @Test(
    "An other side that is silent, or speaks what is no frame, is given up",
    arguments: [("", "nothing was heard"), ("what\n", "no frame"), (#"{"v":9,"id":1}"# + "\n", "update this side")])
  func strange(line: String, words: String) async throws {
    let (here, there) = MemoryTransport.pair()
    let limits = LinkLimits(ping: .milliseconds(20), silence: .milliseconds(200))
    let plane = Plane(.controlPlane, hello: LinkHello(software: "1"), over: here, clock: .system, limits: limits)
    try await there.write(Array(line.utf8))
    async let asking = failure { _ = try await plane.call(.end(session: Self.session)) }
    await plane.run { _ in .acknowledged(1) }
    #expect(await plane.ended().contains(words))
    #expect((await asking as? LinkError)?.isAway == true)
  }
}
