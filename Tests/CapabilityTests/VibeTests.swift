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

  @Test func rulesDecideForVibeAndItsOwnAlwaysIsKeptBySAMAndCanBeTakenBack() async throws {
    let check = "execute:python3 -B -c 'import hello; print(hello.greet())'"
    let (sam, _) = try await RealAgent.vibe.ready(
      options: [
        "--allow", "edit:*.py", "--allow", check, "--deny", "execute:touch secret*", "--allow", "execute:touch free*",
      ])
    let edit = try await sam.samctl(
      "run", "Change the greeting. [[scenario edit]]", "--agent", "vibe", timeout: 240)
    #expect(edit.status == 0, "\(edit.all.suffix(3000))")
    #expect(edit.out.contains("(by policy: allow edit:*.py)"), "\(edit.out)")
    #expect(edit.out.contains("(by policy: allow execute:python3 -B"), "the same command, to the byte: \(edit.out)")
    let branch = try #require(try await sam.pushedBranches().first)
    #expect(try await sam.content(of: "hello.py", on: branch).contains("bonjour"))

    let session = try await sam.onlySession()
    try await sam.say("Now [[scenario touch file=secret]]", in: session, turn: 2, becomes: "finished", within: 120)
    try await sam.say("Now [[scenario touch file=free]]", in: session, turn: 3, becomes: "finished", within: 120)
    // More than one command passes no pattern.
    _ = try await sam.samctl("session", "say", session, "Now [[scenario touch-both file=free]]")
    let both = try await sam.openApproval()
    #expect(try await sam.samctl("approval", "show", both).out.contains("touch free.txt; touch more.txt"))
    #expect(try await sam.samctl("approval", "answer", both, "reject").status == 0)
    try await sam.waitForTurn(in: session, ["finished"], within: 120)

    // Vibe's own "always": SAM remembers it, tells Vibe "once", and so it can be taken back.
    _ = try await sam.samctl("session", "say", session, "Now [[scenario touch file=notes]]")
    let asked = try await sam.openApproval()
    #expect(try await sam.samctl("approval", "answer", asked, "allow_always").status == 0)
    let answered = try await sam.json("approval", "show", asked)
    #expect(answered["chosen"] as? String == "allow_once" && answered["scope"] as? String == "session", "\(answered)")
    try await sam.waitForTurn(in: session, ["finished"], within: 120)
    try await sam.say("Now [[scenario touch file=notes]]", in: session, turn: 6, becomes: "finished", within: 120)
    let grant = try #require(answered["grant"] as? String)
    #expect(try await sam.samctl("grant", "revoke", grant).status == 0)
    _ = try await sam.samctl("session", "say", session, "Now [[scenario touch file=notes]]")
    let again = try await sam.openApproval()
    #expect(try await sam.samctl("approval", "answer", again, "reject").status == 0)
    try await sam.waitForTurn(in: session, ["finished"], within: 120)

    let transcript = try await sam.samctl("session", "show", session, "--transcript")
    for words in [
      "(by policy: deny execute:touch secret*)", "(by policy: allow execute:touch free*)",
      ", \(grant), for the session)",
      "(by grant, \(grant))",
    ] { #expect(transcript.out.contains(words), "\(words) in \(transcript.out.suffix(5000))") }
    let tree = try await sam.git("-C", sam.remote.path, "ls-tree", "--name-only", branch)
    #expect(tree.contains("free.txt") && tree.contains("notes.txt"), "\(tree)")
    #expect(!tree.contains("secret.txt") && !tree.contains("more.txt"), "\(tree)")
    _ = try await sam.stop()
    #expect(try sam.strays().isEmpty)
  }

  @Test func cancelWhileTheModelIsSilentEndsTheTurnAndAFollowUpWorks() async throws {
    try await journeys.cancelsWhileTheModelIsSilent()
  }

  @Test func goesOnAfterTheAgentWasKilled() async throws {
    try await journeys.remembersAfter { try await $0.killAgents() }
  }

  @Test func goesOnAfterTheDaemonWasKilled() async throws {
    try await journeys.remembersAfter { try await $0.crashAndStart() }
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

  @Test func aModeThatItDoesNotHaveIsNoModeOfADefinition() async throws {
    let (sam, _) = try await RealAgent.vibe.ready(mode: "no-such")
    let check = try await sam.samctl("agent", "check", "vibe")
    #expect(check.status != 0 && check.all.contains("no-such"), "\(check.all)")
    _ = try await sam.stop()
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
