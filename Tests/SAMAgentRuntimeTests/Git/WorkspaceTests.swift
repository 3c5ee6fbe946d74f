// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import SAMAgentRuntime

@Suite("A workspace", .timeLimit(.minutes(3)))
struct WorkspaceTests {
  @Test("is a full clone on a branch of its own, with a clean origin and the user's name")
  func made() async throws {
    let bench = try GitBench()
    let workspace = try await bench.workspace()
    #expect(workspace.branch == "sam/fix-the-facade-task1")
    #expect(try bench.git(["branch", "--show-current"], in: "ws/task1") == workspace.branch)
    #expect(try bench.git(["remote", "get-url", "origin"], in: "ws/task1") == bench.url.text)
    #expect(try bench.git(["status", "--porcelain"], in: "ws/task1") == "")
    #expect(
      try bench.git(["rev-parse", "HEAD", "origin/main", "origin/HEAD"], in: "ws/task1")
        .split(separator: "\n").allSatisfy { $0 == workspace.baseCommit ?? "" })
    #expect(try bench.git(["config", "--local", "--get", "user.name"], in: "ws/task1", failing: true) == "")
    #expect(!FileManager.default.fileExists(atPath: workspace.path + "/.git/objects/info/alternates"))
    // SAM's repository goes away, and the clone does not notice.
    try FileManager.default.moveItem(atPath: bench.folder.file("store/repositories"), toPath: bench.folder.file("away"))
    try bench.git(["fsck", "--strict"], in: "ws/task1")
  }

  @Test("gets a name for its commits when the user has none")
  func author() async throws {
    let bench = try GitBench()
    try bench.folder.write("home/.gitconfig", "")
    _ = try await bench.workspace()
    #expect(try bench.git(["config", "--local", "--get", "user.email"], in: "ws/task1") == "sam@localhost")
  }

  @Test("is the same when it is asked for again, and made again when making it was interrupted")
  func idempotent() async throws {
    let bench = try GitBench()
    let first = try await bench.workspace()
    try bench.folder.write("ws/task1/mine", "kept")
    #expect(try await bench.workspace() == first)
    #expect(try bench.folder.read("ws/task1/mine") == "kept")
    #expect(try bench.store.workspace("task1") == first)

    let record = bench.folder.file("store/workspaces/task1.json")
    let text = try String(contentsOfFile: record, encoding: .utf8)
    try Data(text.replacing("\"complete\":true", with: "\"complete\":false").utf8).write(
      to: URL(fileURLWithPath: record))
    #expect(try bench.store.workspace("task1") == nil)
    try bench.run("chmod", ["-R", "a-w", "ws/task1"])
    let again = try await bench.workspace()
    #expect(again.complete && again.branch == first.branch)
    #expect(!FileManager.default.fileExists(atPath: bench.folder.file("ws/task1/mine")))
    #expect(try bench.git(["status", "--porcelain"], in: "ws/task1") == "")
  }

  @Test("never deletes a folder that is not SAM's")
  func foreign() async throws {
    let bench = try GitBench()
    try bench.folder.write("ws/task1/precious", "x")
    let error = await #expect(throws: RuntimeError.self) { try await bench.workspace() }
    #expect(error?.code == .workspaceUnusable)
    #expect(try bench.folder.read("ws/task1/precious") == "x")
  }

  @Test("starts from a branch, a tag or a commit, and says which branches there are when it cannot")
  func bases() async throws {
    let bench = try GitBench()
    let first = try bench.git(["rev-parse", "HEAD"], in: "seed")
    try bench.git(["tag", "v1"], in: "seed")
    try bench.git(["checkout", "-q", "-b", "feature/x"], in: "seed")
    try bench.git(["commit", "-q", "--allow-empty", "-m", "Second"], in: "seed")
    let second = try bench.git(["rev-parse", "HEAD"], in: "seed")
    try bench.git(["push", "-q", "origin", "feature/x", "v1"], in: "seed")
    for (number, (base, commit)) in [("feature/x", second), ("v1", first), (second, second)].enumerated() {
      #expect(try await bench.store.makeWorkspace(bench.request("t\(number)", base: base)).baseCommit == commit)
    }
    let error = await #expect(throws: RuntimeError.self) {
      try await bench.store.makeWorkspace(bench.request("t9", base: "nope"))
    }
    #expect(error?.code == .branchMissing)
    #expect(error?.evidence.contains("feature/x") == true)
  }

  @Test("of an empty repository starts empty, and its first push makes the branch")
  func empty() async throws {
    let bench = try GitBench(files: nil)
    #expect(try await bench.store.remote(bench.url).isEmpty)
    let workspace = try await bench.workspace()
    #expect(workspace.baseCommit == nil)
    #expect(try await bench.store.collect(workspace, message: "x").head == nil)
    try bench.folder.write("ws/task1/a.txt", "one\ntwo\n")
    let work = try await bench.store.collect(workspace, message: "Begin")
    let head = try #require(work.head)
    #expect(work.commits.map(\.subject) == ["Begin"])
    #expect(work.insertions == 2 && work.diff.contains("+two"))
    #expect(try bench.git(["status", "--porcelain", "-b"], in: "ws/task1") == "## " + workspace.branch)
    #expect(try await bench.store.push(workspace, commit: head) == .pushed)
    #expect(try bench.remoteLog(workspace.branch) == ["Begin"])
  }

  @Test("never works on the default branch, or on a branch with a bad name")
  func protected() async throws {
    let bench = try GitBench()
    for branch in ["main", "-x", "a..b"] {
      let error = await #expect(throws: RuntimeError.self) {
        try await bench.store.makeWorkspace(bench.request(branch: branch))
      }
      #expect(error?.code == .gitNotAllowed)
    }
    for id in ["../x", "", ".git", "a/b", "a b", "x.lock"] {
      await #expect(throws: RuntimeError.self) { try await bench.store.makeWorkspace(bench.request(id)) }
    }
  }

  @Test("says what is wrong with a repository that is not there")
  func missing() async throws {
    let bench = try GitBench()
    var request = bench.request()
    request.url = try RepositoryURL(bench.folder.file("nothing.git"))
    let error = await #expect(throws: RuntimeError.self) { try await bench.store.makeWorkspace(request) }
    #expect(error?.code == .repositoryUnreachable)
    #expect(error?.evidence.contains("nothing.git") == true)
    request.url = try RepositoryURL("http://me:secret@127.0.0.1:1/x.git")
    let refused = await #expect(throws: RuntimeError.self) { try await bench.store.makeWorkspace(request) }
    #expect(refused?.code == .networkUnreachable)
    #expect(refused?.description.contains("secret") == false)
  }

  @Test("can be removed, also when its agent made it read-only")
  func removed() async throws {
    let bench = try GitBench()
    let workspace = try await bench.workspace()
    try bench.run("chmod", ["-R", "a-w", "ws/task1"])
    try await bench.store.removeWorkspace(workspace.id)
    #expect(!FileManager.default.fileExists(atPath: workspace.path))
    #expect(try bench.store.workspace(workspace.id) == nil)
    try await bench.store.removeWorkspace(workspace.id)
  }

  @Test("many of one repository are made at the same time, with branches of their own")
  func parallel() async throws {
    let bench = try GitBench()
    let branches = try await withThrowingTaskGroup(of: String.self) { group in
      for number in 0..<6 {
        group.addTask {
          let workspace = try await bench.workspace("task-\(number)")
          try bench.folder.write("ws/task-\(number)/file\(number)", "text\n")
          let work = try await bench.store.collect(workspace, message: "Work \(number)")
          #expect(work.files.map(\.path) == ["file\(number)"])
          #expect(try await bench.store.push(workspace, commit: work.head ?? "") == .pushed)
          return workspace.branch
        }
      }
      return try await group.reduce(into: Set()) { $0.insert($1) }
    }
    #expect(branches.count == 6)
    for branch in branches { #expect(try bench.remoteLog(branch).count == 2) }
  }
}
