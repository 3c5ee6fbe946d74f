// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// The main job with the bundled agent, through the command line, with a real remote.
@Suite struct DemoAgentTests {
  @Test func aTaskBecomesAPushedBranchWithItsWholeConversation() async throws {
    let sam = try Installation()
    try await sam.makeRemote()
    try await sam.start()
    #expect(try await sam.samctl("project", "add", "sample", sam.remote.path).status == 0)
    let run = try await sam.samctl("run", "Write a note about hello.py", "--agent", "demo", "--approve", "allow")
    #expect(run.status == 0, "\(run.all)\n\(sam.log.suffix(3000))")
    let branches = try await sam.pushedBranches()
    #expect(branches.count == 1)
    let branch = try #require(branches.first)
    #expect(branch.hasPrefix("sam/"))
    #expect(try await sam.git("-C", sam.remote.path, "diff", "--stat", "main", branch).contains("1 file changed"))
    #expect(try await sam.git("-C", sam.remote.path, "rev-list", "--count", "main..\(branch)") == "1\n")
    let task = try #require(try await sam.list("task", "list").first)
    #expect(task["state"] as? String == "completed")
    #expect(try await sam.stop() == 0)
    #expect(try sam.strays().isEmpty)
  }

  @Test func aRefusedApprovalLeavesNothingBehindButTheRefusal() async throws {
    let sam = try Installation()
    try await sam.makeRemote()
    try await sam.start()
    _ = try await sam.samctl("project", "add", "sample", sam.remote.path)
    let run = try await sam.samctl("run", "Write a note", "--agent", "demo", "--approve", "deny", "--json")
    #expect(run.out.contains("reject"), "\(run.all)")
    #expect(try await sam.pushedBranches().isEmpty)
    _ = try await sam.stop()
  }

  @Test func aTaskThatChangesNothingEndsWithItsLastWord() async throws {
    let sam = try Installation()
    try await sam.makeRemote()
    try await sam.start()
    _ = try await sam.samctl("project", "add", "sample", sam.remote.path)
    // Nothing in the conversation says that such a task is over. Who only asks once a second always takes longer.
    var fastest = Duration.seconds(100)
    for _ in 0..<15 where fastest > .milliseconds(950) {
      let begun = ContinuousClock.now
      let run = try await sam.samctl("run", "Look [[demo no-edit]]", "--agent", "demo", "--approve", "allow")
      #expect(run.status == 0, "\(run.all)")
      fastest = min(fastest, ContinuousClock.now - begun)
    }
    #expect(fastest <= .milliseconds(950))
    _ = try await sam.stop()
  }

  @Test func twoTasksOnOneRepositoryShareNothing() async throws {
    let sam = try Installation()
    try await sam.makeRemote()
    try await sam.start()
    _ = try await sam.samctl("project", "add", "sample", sam.remote.path)
    async let first = sam.samctl("run", "Note [[demo say=heron]]", "--agent", "demo", "--approve", "allow", "--json")
    async let second = sam.samctl("run", "Note [[demo say=osprey]]", "--agent", "demo", "--approve", "allow", "--json")
    let (one, two) = try await (first, second)
    #expect(one.status == 0 && two.status == 0, "\(one.err) \(two.err)")
    #expect(one.out.contains("heron") && !one.out.contains("osprey"))
    #expect(two.out.contains("osprey") && !two.out.contains("heron"))
    #expect(try await sam.pushedBranches().count == 2)
    let workspaces = try FileManager.default.contentsOfDirectory(
      atPath: sam.data.appendingPathComponent("machine/workspaces").path)
    #expect(workspaces.filter { $0.hasPrefix("workspace_") }.count == 2)
    _ = try await sam.stop()
  }

  @Test func aRefusedPushFailsTheTaskAndKeepsTheWorkAsABundle() async throws {
    let sam = try Installation()
    try await sam.makeRemote()
    let hook = sam.remote.appendingPathComponent("hooks/pre-receive")
    try "#!/bin/sh\necho 'branch is protected by policy 7' >&2\nexit 1\n".write(
      to: hook, atomically: true, encoding: .utf8)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: hook.path)
    try await sam.start()
    _ = try await sam.samctl("project", "add", "sample", sam.remote.path)
    let run = try await sam.samctl("run", "Write a note", "--agent", "demo", "--approve", "allow")
    #expect(run.status == 1, "\(run.all)")
    #expect(run.all.contains("policy 7"))
    let bundles = try FileManager.default.subpathsOfDirectory(atPath: sam.data.appendingPathComponent("blobs").path)
      .filter { $0.contains("blob_") }
    #expect(bundles.count == 1)
    _ = try await sam.stop()
  }

  @Test func anAgentThatDiesWhileItIsIdleDoesNotDelayTheNextPrompt() async throws {
    let sam = try Installation()
    try await sam.makeRemote()
    try await sam.start(flags: ["--agent-idle", "600"])
    _ = try await sam.samctl("project", "add", "sample", sam.remote.path)
    let run = try await sam.samctl("run", "Hello [[demo say=heron no-edit]]", "--agent", "demo")
    #expect(run.status == 0, "\(run.all)")
    let task = try #require(try await sam.list("task", "list").first?["id"] as? String)
    let session = try #require(try await sam.list("session", "list").first?["id"] as? String)
    try await sam.killAgents()
    #expect(try await sam.samctl("session", "say", session, "Again [[demo say=osprey no-edit]]").status == 0)
    try await sam.waitForTask(task, ["completed"], within: 60)
    _ = try await sam.stop()
  }
}
