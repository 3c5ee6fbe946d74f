// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// Codex, the real program, through SAM's own adapter. Only its model is scripted.
///
/// One after the other: a real agent needs a second of a whole core to start.
@Suite(.serialized, .enabled(if: RealAgent.codex.isInstalled, "\(RealAgent.codex.skip)")) struct CodexTests {
  private let journeys = Journeys(agent: .codex)

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

  @Test func goesOnAfterTheDaemonWasKilledInATurn() async throws {
    try await journeys.goesOnAfterAKillOfTheDaemonInATurn()
  }

  @Test func showsItsModelThePictureAndTheTextThatCameWithAPrompt() async throws {
    try await journeys.showsItsModelWhatCameWithAPrompt()
  }

  @Test func asksNobodyOnceItIsSetToAlsoAfterTheAgentWasKilled() async throws {
    try await journeys.asksNobodyFromTheNextPromptOn(in: "full-access") { try await $0.killAgents() }
  }

  @Test func asksNobodyOnceItIsSetToAlsoAfterTheDaemonWasKilled() async throws {
    try await journeys.asksNobodyFromTheNextPromptOn(in: "full-access") { try await $0.crashAndStart() }
  }

  @Test func asksNobodyOnceARunningAgentIsSetTo() async throws {
    try await journeys.asksNobodyFromTheNextPromptOn(in: "full-access") { _ in }
  }

  @Test func worksWithTheModelAndTheEffortThatAreSet() async throws {
    try await journeys.worksWithTheModelThatIsSet("gpt-6-astra", effort: "high")
  }

  @Test func checkSaysWhatItCanDo() async throws { try await journeys.checkSaysWhatItCanDo() }

  @Test(arguments: Journeys.Transport.allCases)
  func usesAToolOfAnMCPServerOfItsDefinition(over transport: Journeys.Transport) async throws {
    try await journeys.usesAToolOfAnMCPServer(over: transport)
  }

  @Test func worksWithTheModelAndTheEffortOfItsDefinition() async throws {
    try await journeys.worksWithTheModel("gpt-6-astra", effort: "high")
  }

  @Test func waitsForTheEndOfALimitOfUse() async throws { try await journeys.waitsForTheEndOfALimitOfUse() }
}
