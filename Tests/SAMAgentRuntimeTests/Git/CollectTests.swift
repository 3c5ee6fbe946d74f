// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import SAMAgentRuntime

@Suite("A checkpoint", .timeLimit(.minutes(3)))
struct CollectTests {
  @Test("holds the agent's commits and what it did not commit, and the next turn starts clean")
  func turns() async throws {
    let bench = try GitBench()
    let workspace = try await bench.workspace()
    let untouched = try await bench.store.collect(workspace, message: "nothing")
    #expect(untouched.head == workspace.baseCommit && untouched.commits.isEmpty && untouched.files.isEmpty)
    #expect(untouched.snapshot == nil && untouched.diff == "")

    try bench.folder.write("ws/task1/src/new.c", "int a;\nint b;\n")
    try bench.git(["add", "-A"], in: "ws/task1")
    try bench.git(["commit", "-q", "-m", "By the agent"], in: "ws/task1")
    try bench.folder.write("ws/task1/README.md", "hello\nworld\n")
    try bench.folder.write("ws/task1/run.sh", "#!/bin/sh\n", mode: 0o755)
    try bench.folder.write("ws/task1/build/ignored.o", "x")
    try bench.folder.write("ws/task1/.aider/notes", "x")
    try bench.folder.write("ws/task1/.git/info/exclude", ".aider\n")
    try bench.run("ln", ["-s", "/etc/passwd", "ws/task1/link"])
    try bench.run("rm", ["ws/task1/src/main.c"])
    let first = try await bench.store.collect(workspace, message: "Rest of turn 1")
    #expect(first.notes == [])
    #expect(first.commits.map(\.subject) == ["Rest of turn 1", "By the agent"])
    #expect(first.commits.map(\.author.name) == ["SAM", "Person"])
    #expect(first.snapshot == first.head)
    #expect(Set(first.files.map(\.path)) == ["README.md", "run.sh", "link", "src/main.c", "src/new.c"])
    #expect(first.insertions == 5 && first.deletions == 1)
    #expect(first.diff.contains("+world") && first.diff.contains("new file mode 100755") && !first.diffTruncated)
    #expect(!first.diff.contains("root:"), "a link is stored as a link")

    #expect(try bench.git(["status", "--porcelain"], in: "ws/task1") == "")
    #expect(
      try bench.git(["rev-parse", "HEAD", workspace.branch], in: "ws/task1").split(separator: "\n").map(String.init)
        == [first.head, first.head])
    #expect(try bench.git(["fsck", "--strict"], in: "ws/task1").contains("missing") == false)

    try bench.folder.write("ws/task1/second.txt", "2\n")
    let second = try await bench.store.collect(workspace, message: "Rest of turn 2")
    #expect(second.commits.map(\.subject) == ["Rest of turn 2", "Rest of turn 1", "By the agent"])
    let own = try bench.git(["show", "--format=", "--name-only", "HEAD"], in: "ws/task1")
    #expect(own == "second.txt", "a turn commits only its own changes")
    #expect(try bench.git(["status", "--porcelain"], in: "ws/task1") == "")
    #expect(try await bench.store.collect(workspace, message: "nothing").head == second.head)
  }

  @Test("goes to the task's branch, whatever branch the agent is on")
  func otherBranch() async throws {
    let bench = try GitBench()
    let workspace = try await bench.workspace()
    for (step, arguments) in [
      ["checkout", "-q", "-b", "main", "origin/main"], ["checkout", "-q", "--detach"],
      ["checkout", "-q", "-b", "agents/own"],
    ].enumerated() {
      try bench.git(arguments, in: "ws/task1")
      try bench.folder.write("ws/task1/step\(step)", "x\n")
      let work = try await bench.store.collect(workspace, message: "Step \(step)")
      #expect(work.notes == [])
      #expect(try await bench.store.push(workspace, commit: try #require(work.head)) == .pushed)
      #expect(try bench.git(["status", "--porcelain"], in: "ws/task1") == "")
    }
    #expect(try bench.remoteLog("main") == ["First"], "the default branch is as it was")
    #expect(try bench.remoteLog(workspace.branch) == ["Step 2", "Step 1", "Step 0", "First"])
  }

  @Test("joins histories when the agent rewrote what was pushed, so that a push never needs force")
  func rewritten() async throws {
    let bench = try GitBench()
    let workspace = try await bench.workspace()
    try bench.folder.write("ws/task1/a", "1\n")
    let first = try await bench.store.collect(workspace, message: "One")
    #expect(try await bench.store.push(workspace, commit: try #require(first.head)) == .pushed)
    try bench.folder.write("ws/task1/a", "2\n")
    try bench.git(["commit", "-q", "-a", "--amend", "-m", "Better"], in: "ws/task1")
    try bench.folder.write("ws/task1/b", "3\n")
    let second = try await bench.store.collect(workspace, message: "Two")
    #expect(try await bench.store.push(workspace, commit: try #require(second.head)) == .pushed)
    #expect(Set(second.commits.map(\.subject)).isSuperset(of: ["Better", "Two", "One"]))
    #expect(try bench.git(["show", "HEAD:a"], in: "ws/task1") == "2")
    #expect(try bench.git(["status", "--porcelain"], in: "ws/task1") == "")
    try bench.folder.write("ws/task1/c", "4\n")
    let third = try await bench.store.collect(workspace, message: "Three")
    #expect(third.commits.first?.subject == "Three")
    #expect(try await bench.store.push(workspace, commit: try #require(third.head)) == .pushed)
  }

  @Test("survives packed references, garbage collection and a merge that is half done")
  func shapes() async throws {
    let bench = try GitBench()
    let workspace = try await bench.workspace()
    try bench.folder.write("ws/task1/a", "1\n")
    try bench.git(["add", "-A"], in: "ws/task1")
    try bench.git(["commit", "-q", "-m", "One"], in: "ws/task1")
    try bench.git(["gc", "-q", "--prune=now"], in: "ws/task1")
    #expect(!FileManager.default.fileExists(atPath: workspace.path + "/.git/refs/heads/" + workspace.branch))
    try bench.folder.write("ws/task1/b", "1\n")
    let packed = try await bench.store.collect(workspace, message: "Two")
    #expect(packed.commits.map(\.subject) == ["Two", "One"] && packed.notes == [])
    #expect(try bench.git(["status", "--porcelain"], in: "ws/task1") == "")

    try bench.git(["checkout", "-q", "-b", "other", "HEAD~1"], in: "ws/task1")
    try bench.folder.write("ws/task1/b", "2\n")
    try bench.git(["add", "-A"], in: "ws/task1")
    try bench.git(["commit", "-q", "-m", "Other"], in: "ws/task1")
    try bench.git(["checkout", "-q", workspace.branch], in: "ws/task1")
    try bench.git(["merge", "other"], in: "ws/task1", failing: true)
    let before = try bench.git(["rev-parse", "HEAD"], in: "ws/task1")
    let merging = try await bench.store.collect(workspace, message: "In between")
    #expect(merging.snapshot != nil && merging.diff.contains("<<<<<<<"))
    #expect(merging.notes.contains { $0.contains("middle of a merge") })
    #expect(try bench.git(["rev-parse", "HEAD"], in: "ws/task1") == before)
    #expect(try await bench.store.push(workspace, commit: try #require(merging.head)) == .pushed)
    try bench.folder.write("ws/task1/b", "merged\n")
    try bench.git(["commit", "-q", "-a", "-m", "Merged"], in: "ws/task1")
    let merged = try await bench.store.collect(workspace, message: "After")
    #expect(try await bench.store.push(workspace, commit: try #require(merged.head)) == .pushed)
    #expect(merged.commits.contains { $0.subject == "Merged" })
    #expect(try bench.git(["show", "\(workspace.branch):b"], in: "ws/task1") == "merged")
  }

  @Test("keeps the files when the repository is destroyed")
  func destroyed() async throws {
    let bench = try GitBench()
    let workspace = try await bench.workspace()
    try bench.folder.write("ws/task1/a", "1\n")
    let first = try await bench.store.collect(workspace, message: "One")
    try bench.folder.write("ws/task1/b", "2\n")
    for breakage in [
      ["rm", "-rf", "ws/task1/.git/objects"], ["rm", "ws/task1/.git/HEAD"], ["rm", "-rf", "ws/task1/.git"],
    ] {
      try bench.run(breakage[0], Array(breakage.dropFirst()))
      let work = try await bench.store.collect(workspace, message: "Rescued")
      #expect(Set(work.files.map(\.path)) == ["a", "b"], "\(breakage)")
      #expect(first.head != nil && work.commits.contains { $0.id == first.head })
    }
    try bench.git(["init", "-q"], in: "ws/task1")
    try bench.run("sh", ["-c", "mkfifo ws/task1/.git/packed-refs; rm ws/task1/.git/HEAD; mkfifo ws/task1/.git/HEAD"])
    #expect(try await bench.store.collect(workspace, message: "Rescued").notes.count == 1)
    try bench.run("rm", ["-rf", "ws/task1"])
    let gone = await #expect(throws: RuntimeError.self) { try await bench.store.collect(workspace, message: "x") }
    #expect(gone?.code == .workspaceUnusable)
  }

  @Test("leaves out what no commit can hold, and says so")
  func oddities() async throws {
    let bench = try GitBench()
    let workspace = try await bench.workspace()
    try bench.run(
      "sh",
      [
        "-c",
        """
        cd ws/task1
        printf x > "$(printf 'latin-\\351.txt')"
        printf x > 'new
        line'
        mkdir nested && cd nested && git init -q && echo x > f && git add f && git commit -q -m n && cd ..
        mkdir .GIT && echo evil > .GIT/config
        rm README.md && mkfifo README.md && mkfifo pipe
        mkdir src/main.d && rm src/main.c && mkdir src/main.c && echo x > src/main.c/inner
        head -c 2000000 /dev/zero > big.bin
        echo fine > fine
        """,
      ])
    var limits = RepositoryStore.CollectLimits()
    limits.newFile = 1 << 20
    let work = try await bench.store.collect(workspace, message: "Odd", limits: limits)
    let paths = Set(work.files.map(\.path))
    #expect(
      paths.isSuperset(of: ["fine", "new\nline", "src/main.c/inner", "src/main.c", "latin-\u{FFFD}.txt"]), "\(paths)")
    #expect(paths.isDisjoint(with: ["pipe", "big.bin", ".GIT/config", "nested", "nested/f"]))
    for word in ["nested/", "big.bin", "README.md"] {
      #expect(work.notes.contains { $0.contains(word) }, "\(word): \(work.notes)")
    }
  }

  @Test("bounds the diff, and says that it goes on")
  func bounded() async throws {
    let bench = try GitBench()
    let workspace = try await bench.workspace()
    try bench.folder.write("ws/task1/long", String(repeating: "line\n", count: 100_000))
    var limits = RepositoryStore.CollectLimits()
    limits.diff = 10_000
    let work = try await bench.store.collect(workspace, message: "Long", limits: limits)
    #expect(work.diff.utf8.count == 10_000 && work.diffTruncated)
    #expect(work.insertions == 100_000)
  }

  @Test("takes over no objects from outside the workspace, and none whose contents do not match their name")
  func confused() async throws {
    let bench = try GitBench()
    let workspace = try await bench.workspace()
    // A repository that the agent's sandbox cannot read, but SAM can.
    try bench.run("mkdir", ["secret"])
    try bench.git(["init", "-q"], in: "secret")
    try bench.folder.write("secret/s.txt", "secret\n")
    try bench.git(["add", "-A"], in: "secret")
    try bench.git(["commit", "-q", "-m", "Secret"], in: "secret")
    let secret = try bench.git(["rev-parse", "HEAD"], in: "secret")
    let head = "ws/task1/.git/refs/heads/" + workspace.branch
    for trick in [
      "mkdir -p ws/task1/.git/objects/info; echo \"$PWD/secret/.git/objects\" > ws/task1/.git/objects/info/alternates",
      "rm ws/task1/.git/objects/info/alternates; for d in secret/.git/objects/??; do ln -s \"$PWD/$d\" ws/task1/.git/objects/; done",
      "rm ws/task1/.git/objects/??; for d in secret/.git/objects/??; do mkdir ws/task1/.git/objects/$(basename $d); ln -s \"$PWD\"/$d/* ws/task1/.git/objects/$(basename $d)/; done",
      "mv ws/task1/.git/objects ws/task1/.git/own; ln -s \"$PWD/secret/.git/objects\" ws/task1/.git/objects",
    ] {
      try bench.run("sh", ["-c", trick])
      try bench.folder.write(head, secret + "\n")
      #expect(
        try bench.git(["cat-file", "-t", secret], in: "ws/task1") == "commit", "the trick works on plain git: \(trick)")
      let work = try await bench.store.collect(workspace, message: "x")
      #expect(work.notes.contains { $0.contains("could not be taken over") }, "\(trick)")
      #expect(work.head == workspace.baseCommit)
    }

    // An object under the name of another one.
    try bench.run("sh", ["-c", "rm ws/task1/.git/objects; mv ws/task1/.git/own ws/task1/.git/objects"])
    try bench.folder.write(head, try #require(workspace.baseCommit) + "\n")
    try bench.run("sh", ["-c", "rm -rf .git/objects/??"], in: "ws/task1")
    try bench.folder.write("ws/task1/x", "true\n")
    try bench.git(["add", "x"], in: "ws/task1")
    try bench.git(["commit", "-q", "-m", "X"], in: "ws/task1")
    let blob = try bench.git(["rev-parse", "HEAD:x"], in: "ws/task1")
    let other = try bench.run("sh", ["-c", "echo false | git hash-object -w --stdin"], in: "ws/task1")
    func object(_ id: String) -> String { "ws/task1/.git/objects/\(id.prefix(2))/\(id.dropFirst(2))" }
    try bench.run("cp", ["-f", object(other), object(blob)])
    let work = try await bench.store.collect(workspace, message: "Y")
    #expect(work.notes.contains { $0.contains("could not be taken over") })
    #expect(!work.commits.contains { $0.subject == "X" })
    #expect(work.files.map(\.path) == ["x"] && work.diff.contains("+true"))
  }
}
