// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// The main job with Mistral Vibe, the real program. Only its model is scripted.
///
/// One after the other: a real agent needs seconds of a whole core to start.
@Suite(.serialized, .enabled(if: Vibe.isInstalled, "\(Vibe.skip)")) struct VibeTests {
  @Test func vibeEditsWithAnApprovalAndTheWorkArrivesAsABranch() async throws {
    let (sam, vibe) = try await ready()
    let run = Task {
      try await sam.samctl(
        "run", "Change the greeting. [[scenario edit]]", "--agent", "vibe", "--json", timeout: 240)
    }
    // The approvals are asked and answered through the API, by another client than the one that runs the task.
    let answered = try await answerAll("allow", in: sam, until: run)
    let result = try await run.value
    #expect(result.status == 0, "\(result.all.suffix(3000))\n\(sam.log.suffix(3000))")
    #expect(answered >= 2, "an edit and a command were asked for")
    let branch = try #require(try await sam.pushedBranches().first)
    #expect(try await sam.content(of: "hello.py", on: branch).contains("bonjour"))
    #expect(result.out.contains("bonjour"))
    #expect(try vibe.timesAsked("scenario edit") == 1)
    _ = try await sam.stop()
    #expect(try sam.strays().isEmpty)
  }

  @Test func aRefusedApprovalLeavesNoEditAndIsInTheTranscript() async throws {
    let (sam, _) = try await ready()
    let run = Task {
      try await sam.samctl("run", "Change it. [[scenario edit]]", "--agent", "vibe", "--json", timeout: 240)
    }
    _ = try await answerAll("reject", in: sam, until: run)
    let result = try await run.value
    #expect(result.out.contains("\"answered\"") && result.out.contains("reject"), "\(result.all.suffix(2000))")
    for branch in try await sam.pushedBranches() {
      #expect(try await sam.content(of: "hello.py", on: branch).contains("bonjour") == false)
    }
    _ = try await sam.stop()
  }

  @Test func rulesDecideForVibeAndItsOwnAlwaysIsKeptBySAMAndCanBeTakenBack() async throws {
    let check = "execute:python3 -B -c 'import hello; print(hello.greet())'"
    let (sam, _) = try await ready(
      rules: [
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
    let (sam, _) = try await ready()
    _ = try await sam.samctl("run", "Wait. [[scenario slow]]", "--agent", "vibe", "--detach")
    let task = try #require(try await sam.list("task", "list").first?["id"] as? String)
    let session = try #require(try await sam.list("session", "list").first?["id"] as? String)
    try await sam.waitForTurn(in: session, ["started"])
    let before = Date.now
    #expect(try await sam.samctl("task", "cancel", task).status == 0)
    try await sam.waitForTask(task, ["cancelled"])
    #expect(Date.now.timeIntervalSince(before) < 15)
    #expect(try await sam.samctl("session", "say", session, "Hello [[scenario chat]]", timeout: 60).status == 0)
    try await sam.waitForTask(task, ["completed"])
    _ = try await sam.stop()
  }

  @Test func whatAnAgentPlantsInItsRepositoryNeverRunsAsSAM() async throws {
    let (sam, _) = try await ready(mode: "auto-approve")
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

  private func ready(mode: String = "ask", rules: [String] = []) async throws -> (Installation, Vibe) {
    let sam = try Installation()
    try await sam.makeRemote()
    try await sam.start()
    let vibe = try Vibe(in: sam.folder)
    try await vibe.start(in: sam, mode: mode, rules: rules)
    let added = try await sam.samctl("project", "add", "sample", sam.remote.path)
    #expect(added.status == 0, "\(added.all)")
    return (sam, vibe)
  }

  /// Answers every approval that is asked until the run ends.
  private func answerAll(
    _ answer: String, in sam: Installation, until run: Task<Shell.Result, any Error>
  ) async throws -> Int {
    let done = Flag()
    let watcher = Task {
      _ = try? await run.value
      done.raise()
    }
    var answered = 0
    while !done.isRaised {
      for approval in try await sam.list("approval", "list") where approval["state"] as? String == "asked" {
        guard let id = approval["id"] as? String else { continue }
        let result = try await sam.samctl("approval", "answer", id, answer)
        #expect(result.status == 0, "\(result.all)")
        answered += 1
      }
      try await Task.sleep(for: .milliseconds(100))
    }
    await watcher.value
    return answered
  }
}
