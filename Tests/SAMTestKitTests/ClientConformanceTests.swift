// SPDX-License-Identifier: Apache-2.0
import SAMRPC
import SAMTestKit
import Testing

@Suite("The checks of clients", .timeLimit(.minutes(2)))
struct ClientConformanceTests {
  private func report(_ fault: FaultyClient.Fault) async throws -> ProtocolReport {
    let (near, far) = MemoryTransport.pair()
    async let report = ClientConformance.run(title: "\(fault)", over: far)
    // How it ends does not matter: some faults end it early.
    _ = try? await FaultyClient(fault, transport: near).run()
    near.close()
    return await report
  }

  @Test(
    "a client with one fault fails exactly the checks that the fault touches", arguments: FaultyClient.Fault.allCases)
  func oneFault(_ fault: FaultyClient.Fault) async throws {
    let report = try await report(fault)
    #expect(report.failed == fault.breaks, "\(report)")
  }

  @Test("a client without a fault passes all that it comes to")
  func withoutFault() async throws {
    let report = try await report(.none)
    // It has files and terminals, and it does not cancel.
    #expect(report.notApplicable == ["CLI-023", "CLI-032", "CLI-060"], "\(report)")
    #expect(report.passed.count == ClientConformance.checks.count - 3)
  }

  @Test("what a client never comes to is not applicable")
  func nothing() async throws {
    let (near, far) = MemoryTransport.pair()
    near.close()
    let report = await ClientConformance.run(over: far)
    #expect(report.results.first { $0.check.id == "CLI-020" }?.outcome == .notApplicable("no turn came so far"))
    #expect(report.notApplicable == ClientConformance.checks.map(\.id), "\(report)")
  }

  @Test("the report is there after the turn, for clients that end their agent by force")
  func afterTheTurn() async throws {
    let (near, far) = MemoryTransport.pair()
    let reports = AsyncStream.makeStream(of: ProtocolReport.self)
    async let last = ClientConformance.run(over: far, onTurn: { reports.continuation.yield($0) })
    _ = try? await FaultyClient(.none, transport: near).run()
    near.close()
    var first: ProtocolReport?
    for await report in reports.stream {
      first = report
      break
    }
    #expect(first?.passed.contains("CLI-020") == true && first?.notApplicable.contains("CLI-062") == true)
    #expect(await last.passed.contains("CLI-062"))
  }
}
