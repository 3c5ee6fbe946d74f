// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// Claude Code, the real program, through SAM's own adapter. Only its model is scripted.
///
/// One after the other: a real agent needs a second of a whole core to start.
@Suite(.serialized, .enabled(if: RealAgent.claude.isInstalled, "\(RealAgent.claude.skip)")) struct ClaudeTests {
  private let journeys = Journeys(agent: .claude)

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
    try await journeys.asksNobodyFromTheNextPromptOn(in: "acceptEdits") { try await $0.killAgents() }
  }

  @Test func asksNobodyOnceItIsSetToAlsoAfterTheDaemonWasKilled() async throws {
    try await journeys.asksNobodyFromTheNextPromptOn(in: "acceptEdits") { try await $0.crashAndStart() }
  }

  @Test func asksNobodyOnceARunningAgentIsSetTo() async throws {
    try await journeys.asksNobodyFromTheNextPromptOn(in: "acceptEdits") { _ in }
  }

  @Test func worksWithTheModelThatIsSet() async throws { try await journeys.worksWithTheModelThatIsSet("haiku") }

  @Test func checkSaysWhatItCanDo() async throws { try await journeys.checkSaysWhatItCanDo() }

  @Test(arguments: Journeys.Transport.allCases)
  func usesAToolOfAnMCPServerOfItsDefinition(over transport: Journeys.Transport) async throws {
    try await journeys.usesAToolOfAnMCPServer(over: transport)
  }

  @Test func asksThePersonAndHearsWhatWasChosen() async throws {
    let (sam, model) = try await RealAgent.claude.ready()
    let prompt = "Ask me. [[scenario claude-question]]"
    _ = try await sam.samctl("run", prompt, "--agent", RealAgent.claude.name, "--detach")
    let open = try await sam.openApproval()
    let shown = try await sam.samctl("approval", "show", open)
    #expect(shown.out.contains("Which greeting?") && shown.out.contains("one of 'Bonjour', 'Moin'"), "\(shown.all)")
    let answer = try await sam.samctl("approval", "answer", open, "allow", "--value", "question-1=Moin")
    #expect(answer.status == 0, "\(answer.all)")
    try await sam.waitForTurn(in: try await sam.onlySession(), ["finished"])
    let last = try #require(try model.conversations().last)
    let heard = ScriptedServer.texts(last)
    #expect(heard.contains { $0.contains("Which greeting?") && $0.contains("Moin") }, "\(heard.suffix(3))")
    _ = try await sam.stop()
  }

  @Test func worksWithTheModelOfItsDefinition() async throws { try await journeys.worksWithTheModel("haiku") }
}
