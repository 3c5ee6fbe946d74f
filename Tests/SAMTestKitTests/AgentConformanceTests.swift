// SPDX-License-Identifier: Apache-2.0
import Foundation
import SAMTestKit
import Testing

@Suite("The checks of agents", .timeLimit(.minutes(5)))
struct AgentConformanceTests {
  /// The faults that are found by waiting wait for all of it; shorter ones take a busy machine for a fault.
  private static let limits: AgentLimits = {
    var limits = AgentLimits()
    limits.cancel = .seconds(10)
    limits.exit = .seconds(10)
    limits.quiet = .milliseconds(150)
    return limits
  }()

  private func report(_ fault: FaultyAgent.Fault, only: Set<String> = []) async throws -> ProtocolReport {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("conformance-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return await FaultyAgentStarter.withAgents(fault, workspace: folder.path) { starter in
      await AgentConformance.run(
        title: "\(fault)", starter, prompts: FaultyAgent.prompts, limits: Self.limits, only: only)
    }
  }

  @Test("an agent without a fault passes every check")
  func withoutFault() async throws {
    let report = try await report(.none)
    #expect(report.passed == AgentConformance.checks.map(\.id), "\(report)")
  }

  @Test(
    "an agent with one fault fails exactly the checks that the fault touches", arguments: FaultyAgent.Fault.allCases)
  func oneFault(_ fault: FaultyAgent.Fault) async throws {
    let report = try await report(fault)
    #expect(report.failed == fault.breaks, "\(report)")
    #expect(report.conforms == fault.breaks.isEmpty)
  }

  @Test("an agent that stays when its turn is lost stays each time, however its client's end meets it")
  func staysEachTime() async throws {
    try await withThrowingTaskGroup(of: [String].self) { group in
      for _ in 0..<16 { group.addTask { try await report(.staysWithATurn, only: ["ACP-093"]).failed } }
      for try await failed in group { #expect(failed == ["ACP-093"]) }
    }
  }

  @Test("an agent that forgets its sessions when it is killed is found each time: it is killed while it is at work")
  func forgetsEachTime() async throws {
    try await withThrowingTaskGroup(of: [String].self) { group in
      for _ in 0..<16 { group.addTask { try await report(.forgetsWhenKilled, only: ["ACP-074"]).failed } }
      for try await failed in group { #expect(failed == ["ACP-074"]) }
    }
  }

  @Test("every check is failed by some fault")
  func everyCheckCanFail() {
    let broken = Set(FaultyAgent.Fault.allCases.flatMap(\.breaks))
    #expect(Set(AgentConformance.checks.map(\.id)).subtracting(broken) == [])
    #expect(broken.isSubset(of: Set(AgentConformance.checks.map(\.id))))
  }

  @Test("docs/conformance.md lists every check of agents and of clients, with its promise and its place")
  func checksAreDocumented() throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let text = try String(contentsOf: root.appendingPathComponent("docs/conformance.md"), encoding: .utf8)
    for check in AgentConformance.checks + ClientConformance.checks {
      #expect(text.contains("| \(check.id) | \(check.promise) | \(check.section) |\n"), "\(check.id)")
    }
  }

  @Test("what is no regular file is left as it is")
  func leavesDevicesAlone() throws {
    let pipe = FileManager.default.temporaryDirectory.appendingPathComponent("pipe-\(UUID().uuidString)").path
    try #require(mkfifo(pipe, 0o600) == 0)
    defer { unlink(pipe) }
    let store = FaultyAgentStore(file: pipe)
    store.clear()
    let type = try FileManager.default.attributesOfItem(atPath: pipe)[.type] as? FileAttributeType
    // Foundation has no name for a pipe; a file would be a regular one.
    #expect(type != .typeRegular)
  }

  @Test("ids are unique, and every check says where the protocol promises it")
  func checksAreDescribed() {
    let checks = AgentConformance.checks
    #expect(Set(checks.map(\.id)).count == checks.count)
    for check in checks { #expect(!check.promise.isEmpty && !check.section.isEmpty, "\(check.id)") }
  }
}
