// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// Mistral Vibe 2.18, which many still have: the real program, with a scripted model.
///
/// One after the other: a real agent needs seconds of a whole core to start.
@Suite(.serialized, .enabled(if: RealAgent.vibe2.isInstalled, "\(RealAgent.vibe2.skip)")) struct Vibe2Tests {
  private let journeys = Journeys(agent: .vibe2)

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
    try await journeys.asksNobodyFromTheNextPromptOn(in: "auto-approve") { try await $0.killAgents() }
  }

  @Test func asksNobodyOnceItIsSetToAlsoAfterTheDaemonWasKilled() async throws {
    try await journeys.asksNobodyFromTheNextPromptOn(in: "auto-approve") { try await $0.crashAndStart() }
  }

  @Test func asksNobodyOnceARunningAgentIsSetTo() async throws {
    try await journeys.asksNobodyFromTheNextPromptOn(in: "auto-approve") { _ in }
  }

  @Test func checkSaysWhatItCanDo() async throws { try await journeys.checkSaysWhatItCanDo() }

  @Test(arguments: Journeys.Transport.allCases)
  func usesAToolOfAnMCPServerOfItsDefinition(over transport: Journeys.Transport) async throws {
    try await journeys.usesAToolOfAnMCPServer(over: transport)
  }
}
