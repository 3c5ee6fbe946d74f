// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import SAMAgentRuntime

@Suite("A push", .timeLimit(.minutes(3)))
struct PublishTests {
  private func work(_ bench: GitBench) async throws -> (WorkspaceClone, String) {
    let workspace = try await bench.workspace()
    try bench.folder.write("ws/task1/a", "1\n")
    let work = try await bench.store.collect(workspace, message: "Work")
    return (workspace, try #require(work.head))
  }

  @Test("makes the branch, and is harmless when it is repeated")
  func idempotent() async throws {
    let bench = try GitBench()
    let (workspace, commit) = try await work(bench)
    #expect(try await bench.store.push(workspace, commit: commit) == .pushed)
    #expect(try await bench.store.push(workspace, commit: commit) == .alreadyThere)
    #expect(try bench.remoteLog(workspace.branch) == ["Work", "First"])
  }

  @Test("never goes to the default branch")
  func defaultBranch() async throws {
    let bench = try GitBench()
    let (workspace, commit) = try await work(bench)
    let error = await #expect(throws: RuntimeError.self) {
      try await bench.store.push(workspace, commit: commit, branch: "main")
    }
    #expect(error?.code == .gitNotAllowed)
    // The repository changed its mind about which branch that is.
    try bench.git(["--git-dir", bench.folder.file("remote.git"), "branch", workspace.branch, "main"])
    try bench.git([
      "--git-dir", bench.folder.file("remote.git"), "symbolic-ref", "HEAD", "refs/heads/" + workspace.branch,
    ])
    let other = await #expect(throws: RuntimeError.self) { try await bench.store.push(workspace, commit: commit) }
    #expect(other?.code == .gitNotAllowed)
    #expect(try bench.remoteLog("main") == ["First"])
  }

  @Test(
    "says why it was refused, and the work can be saved as a bundle",
    arguments: [
      ("pre-receive", "echo 'No pushes on Friday' >&2; exit 1", RuntimeError.Code.pushRefused, "No pushes on Friday"),
      (
        "update", "case $1 in refs/heads/sam/*) echo 'protected branch' >&2; exit 1;; esac", .pushRefused,
        "protected branch"
      ),
    ])
  func refused(hook: String, script: String, code: RuntimeError.Code, words: String) async throws {
    let bench = try GitBench()
    let (workspace, commit) = try await work(bench)
    try bench.hook(hook, script)
    let error = await #expect(throws: RuntimeError.self) { try await bench.store.push(workspace, commit: commit) }
    #expect(error?.code == code)
    #expect(error?.evidence.contains(words) == true, "\(String(describing: error))")
    #expect(error?.message.contains("bundle") == true)

    let file = bench.folder.file("work.bundle")
    try await bench.store.bundle(workspace, commit: commit, to: file)
    try bench.git(["fetch", "-q", file, workspace.branch], in: "seed")
    #expect(try bench.git(["rev-parse", "FETCH_HEAD"], in: "seed") == commit)
    let nothing = await #expect(throws: RuntimeError.self) {
      try await bench.store.bundle(workspace, commit: try #require(workspace.baseCommit), to: file)
    }
    #expect(nothing?.code == .nothingToBundle)
  }

  @Test("never overwrites commits of others")
  func others() async throws {
    let bench = try GitBench()
    let (workspace, commit) = try await work(bench)
    try bench.git(["commit", "-q", "--allow-empty", "-m", "Theirs"], in: "seed")
    try bench.git(["push", "-q", "origin", "HEAD:refs/heads/" + workspace.branch], in: "seed")
    let error = await #expect(throws: RuntimeError.self) { try await bench.store.push(workspace, commit: commit) }
    #expect(error?.code == .pushNotFastForward)
    #expect(try bench.remoteLog(workspace.branch) == ["Theirs", "First"])
  }

  @Test("says that the repository is gone")
  func gone() async throws {
    let bench = try GitBench()
    let (workspace, commit) = try await work(bench)
    try bench.run("mv", ["remote.git", "elsewhere.git"])
    let error = await #expect(throws: RuntimeError.self) { try await bench.store.push(workspace, commit: commit) }
    #expect(error?.code == .repositoryUnreachable)
    let fork = try RepositoryURL(bench.folder.file("elsewhere.git"))
    #expect(try await bench.store.push(workspace, commit: commit, branch: "sam/fork", to: fork) == .pushed)
  }

  @Test("ends when its task is cancelled, and leaves no git behind")
  func cancelled() async throws {
    let bench = try GitBench()
    let (workspace, commit) = try await work(bench)
    try bench.hook("pre-receive", "touch \(bench.folder.file("hook-runs")); sleep 60")
    let push = Task { try await bench.store.push(workspace, commit: commit) }
    defer { push.cancel() }
    try await eventually("the hook runs") {
      FileManager.default.fileExists(atPath: bench.folder.file("hook-runs"))
    }
    push.cancel()
    await #expect(throws: CancellationError.self) { try await push.value }
  }

  @Test("a command that takes too long is ended with an error of its own")
  func timeout() async throws {
    let bench = try GitBench()
    var git = bench.store.git
    git.networkTimeout = .milliseconds(500)
    let store = try RepositoryStore(root: bench.folder.file("other"), git: git)
    try bench.folder.write("slow", "#!/bin/sh\nsleep 60\n", mode: 0o755)
    try bench.folder.write("home/.gitconfig", "[core]\nsshCommand = \(bench.folder.file("slow"))\n")
    let error = await #expect(throws: RuntimeError.self) {
      try await store.remote(RepositoryURL("git@host.invalid:x/y.git"))
    }
    #expect(error?.code == .gitTimedOut)
  }
}
