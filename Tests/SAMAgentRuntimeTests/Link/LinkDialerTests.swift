// SPDX-License-Identifier: Apache-2.0
import SAMAPI
@testable import SAMAgentRuntime
import SAMCore
import SAMRPC
import SAMTestKit
import Synchronization
import Testing

@Suite("A machine's side of its link", .timeLimit(.minutes(1)))
struct LinkDialerTests {
  private struct Obedient: MachineLink {
    func request(_ request: MachineRequest) async throws -> MachineReply {
      if case .check = request { .checked(AgentCheck(works: true, name: "fake")) } else { .done }
    }
  }
  private typealias Plane = LinkConnection<MachineRequests, MachineReports>
  private static let batch = OutboxBatch(session: SessionID(trusted: "session_1"), epoch: 1, items: [])

  @Test("It calls again when a connection ends; what it reports meanwhile fails at once, as cut off")
  func callsAgain() async throws {
    let dialer = LinkDialer(clock: .system) { _ in }
    let early = await #expect(throws: LinkError.self) { try await dialer.deliver(Self.batch) }
    #expect(early?.isAway == true)
    let calls = Mailbox<MemoryTransport>()
    try await withThrowingDiscardingTaskGroup { group in
      group.addTask {
        await dialer.run(Obedient(), name: "m") {
          let (here, there) = MemoryTransport.pair()
          calls.post(there)
          return here
        }
      }
      for number in 1...3 as ClosedRange<Int64> {
        let transport = try #require(await calls.next().first)
        let plane = Plane(.controlPlane, hello: LinkHello(software: "1"), over: transport, clock: .system)
        group.addTask { await plane.run { _ in .acknowledged(number) } }
        _ = await plane.opened()
        #expect(try await dialer.deliver(Self.batch) == number)
        #expect(try await plane.call(.end(session: Self.batch.session)) == .done)
        plane.close(because: "test")
        _ = await plane.ended()
      }
      group.cancelAll()
    }
  }

  @Test("It calls again when it cannot reach anybody, and says so")
  func unreachable() async throws {
    let reports = Mailbox<String>()
    let dialer = LinkDialer(clock: .system) { reports.post($0) }
    await withDiscardingTaskGroup { group in
      group.addTask { await dialer.run(Obedient(), name: "m") { throw LinkError("nobody listens") } }
      for _ in 1...3 { #expect(await reports.next().first?.contains("nobody listens") == true) }
      group.cancelAll()
    }
  }

  @Test("A machine in this process is reached over two ends, and is away when nobody runs them any more")
  func local() async throws {
    let meta = StoreMetadata(
      installation: InstallationID(trusted: "sam_1"), restoreGeneration: 0, schemaVersion: 1)
    let sam = Orchestrator(store: InMemoryStore(metadata: meta), clock: .system)
    let link = LocalLink(to: sam)
    let here = try await sam.perform(RegisterMachine(name: "here", provider: "local"))
    let agent = AgentLaunch(command: "fake", arguments: [])
    let profile = try await sam.perform(DefineProfile(name: "fake", launch: agent, approvals: .allow))
    try await withThrowingDiscardingTaskGroup { group in
      group.addTask { await link.run(Obedient(), as: here.id) }
      var check: AgentCheck?
      while check == nil {
        do { check = try await sam.check(profile.id) } catch let error as Rejection {
          #expect(error.code == .noMachine)
          try await Task.sleep(for: .milliseconds(5))
        }
      }
      #expect(check?.name == "fake")
      group.cancelAll()
    }
    let error = await #expect(throws: (any Error).self) { try await link.deliver(Self.batch) }
    #expect((error as? LinkError)?.isAway == true)
  }
}
