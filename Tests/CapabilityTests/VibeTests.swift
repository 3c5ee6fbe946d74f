// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// Mistral Vibe, the real program. Only its model is scripted.
///
/// One after the other: a real agent needs seconds of a whole core to start.
@Suite(.serialized, .enabled(if: RealAgent.vibe.isInstalled, "\(RealAgent.vibe.skip)")) struct VibeTests {
  private let journeys = Journeys(agent: .vibe)

  @Test func editsWithAnApprovalAndTheWorkArrivesAsABranch() async throws { try await journeys.editsWithAnApproval() }

  @Test func aRefusedEditIsOnNoBranch() async throws { try await journeys.aRefusedEditIsOnNoBranch() }

  @Test func runsACommandAndShowsItsOutput() async throws { try await journeys.runsACommandAndShowsItsOutput() }

  @Test func cancelWhileTheModelIsSilentEndsTheTurnAndAFollowUpWorks() async throws {
    try await journeys.cancelsWhileTheModelIsSilent()
  }

  @Test func goesOnAfterTheAgentWasKilled() async throws {
    try await journeys.remembersAfter { try await $0.killAgents() }
  }

  @Test func goesOnAfterTheDaemonWasKilled() async throws {
    try await journeys.remembersAfter { try await $0.crashAndStart() }
  }

  @Test func checkSaysWhatItCanDo() async throws { try await journeys.checkSaysWhatItCanDo() }

  @Test(arguments: Journeys.Transport.allCases)
  func usesAToolOfAnMCPServerOfItsDefinition(over transport: Journeys.Transport) async throws {
    try await journeys.usesAToolOfAnMCPServer(over: transport)
  }

  @Test func whatAnAgentPlantsInItsRepositoryNeverRunsAsSAM() async throws {
    let (sam, _) = try await RealAgent.vibe.ready(mode: "auto-approve")
    let canary = sam.folder.appendingPathComponent("canary").path
    let run = try await sam.samctl(
      "run", "Settle in. [[scenario hostile canary=\(canary)]]", "--agent", "vibe", timeout: 240)
    #expect(run.status == 0, "\(run.all)")
    let branch = try #require(try await sam.pushedBranches().first)
    #expect(
      try await sam.content(of: "planted.txt", on: branch) == "planted\n", "the trap was set, the work was pushed")
    #expect(
      !FileManager.default.fileExists(atPath: canary), "something of the agent's ran outside the agent's processes")

    // The traps do work: plain git in the same tree walks into them.
    let workspaces = sam.data.appendingPathComponent("machine/workspaces").path
    let tree = try #require(
      try FileManager.default.contentsOfDirectory(atPath: workspaces).first { $0.hasPrefix("workspace_") })
    _ = try? await sam.git("-C", "\(workspaces)/\(tree)/tree", "status")
    #expect(FileManager.default.fileExists(atPath: canary))
    _ = try await sam.stop()
  }
}
