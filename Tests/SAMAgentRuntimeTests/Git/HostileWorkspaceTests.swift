// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import SAMAgentRuntime

/// Everything in a workspace that makes plain git run a program. Each writes a canary of its own name.
@Suite("A hostile workspace", .timeLimit(.minutes(3)))
struct HostileWorkspaceTests {
  /// The configuration that an agent could leave, and what plain git must run of it for this test to mean anything.
  static func poison(_ bench: GitBench, _ workspace: WorkspaceClone) throws {
    let canary = bench.folder.file("canary")
    try FileManager.default.createDirectory(atPath: canary, withIntermediateDirectories: true)
    func program(_ name: String, _ rest: String = "cat") throws -> String {
      try bench.folder.write("evil/" + name, "#!/bin/sh\ntouch \(canary)/\(name)\n\(rest)\n", mode: 0o755)
    }
    let hooks = [
      "applypatch-msg", "pre-applypatch", "post-applypatch", "pre-commit", "pre-merge-commit", "prepare-commit-msg",
      "commit-msg", "post-commit", "pre-rebase", "post-checkout", "post-merge", "pre-push", "pre-receive", "update",
      "post-receive", "post-update", "push-to-checkout", "pre-auto-gc", "post-rewrite", "sendemail-validate",
      "fsmonitor-watchman", "post-index-change", "reference-transaction", "proc-receive",
    ]
    for hook in hooks {
      try bench.folder.write(
        "ws/task1/.git/hooks/" + hook, "#!/bin/sh\ntouch \(canary)/hook-\(hook)\nexit 0\n", mode: 0o755)
    }
    let config = """
      [core]
      fsmonitor = \(try program("fsmonitor", "true"))
      sshCommand = \(try program("sshCommand", "exit 1"))
      editor = \(try program("editor", "exit 1"))
      pager = \(try program("pager"))
      askPass = \(try program("askPass"))
      gitProxy = \(try program("gitProxy", "exit 1"))
      attributesFile = \(bench.folder.file("evil/attributes"))
      excludesFile = \(bench.folder.file("evil/excludes"))
      worktree = \(bench.folder.file("seed"))
      alternateRefsCommand = \(try program("alternateRefsCommand", "true"))
      [filter "evil"]
      clean = \(try program("clean"))
      smudge = \(try program("smudge"))
      required = true
      [filter "evilprocess"]
      process = \(try program("process", "exit 1"))
      [diff]
      external = \(try program("external", "true"))
      [diff "evil"]
      textconv = \(try program("textconv"))
      command = \(try program("diffCommand", "true"))
      [merge "evil"]
      driver = \(try program("driver", "true"))
      [commit]
      gpgSign = true
      [gpg]
      program = \(try program("gpg", "exit 1"))
      [gpg "ssh"]
      defaultKeyCommand = \(try program("defaultKeyCommand", "true"))
      [credential]
      helper = "!\(try program("credential", "true"))"
      [sequence]
      editor = \(try program("sequenceEditor", "true"))
      [uploadpack]
      packObjectsHook = \(try program("packObjectsHook", "exec \"$@\""))
      [url "ext::sh -c touch% \(canary)/insteadOf "]
      insteadOf = \(bench.url.text)
      [remote "origin"]
      uploadpack = \(try program("remoteUploadpack", "exit 1"))
      receivepack = \(try program("remoteReceivepack", "exit 1"))
      [trailer "x"]
      command = \(try program("trailer", "true"))
      [protocol]
      allow = always
      [include]
      path = \(bench.folder.file("evil/included"))
      """
    try bench.folder.write("evil/included", "[alias]\nstatus = !touch \(canary)/alias\n[gc]\nauto = 1\n")
    try bench.folder.write("evil/attributes", "* filter=evil diff=evil merge=evil\n")
    try bench.folder.write("evil/excludes", "hidden-by-config\n")
    let attributes = "*.txt filter=evil diff=evil merge=evil\n*.bin filter=evilprocess\n"
    try bench.folder.write("ws/task1/.gitattributes", attributes)
    try bench.folder.write("ws/task1/.git/info/attributes", attributes)
    try bench.folder.write("ws/task1/.git/config", try bench.folder.read("ws/task1/.git/config") + "\n" + config + "\n")
    // A nested repository with a file monitor of its own, known to the index as a submodule.
    try bench.git(["init", "-q", "ws/task1/sub"])
    try bench.git(["commit", "-q", "--allow-empty", "-m", "Sub"], in: "ws/task1/sub")
    let nested =
      "[core]\nfsmonitor = \(try program("nestedFsmonitor", "true"))\nhooksPath = \(bench.folder.file("evil"))\n"
    try bench.folder.write("ws/task1/sub/.git/config", try bench.folder.read("ws/task1/sub/.git/config") + nested)
    try bench.folder.write("ws/task1/sub/dirty", "x")
  }

  static func canaries(_ bench: GitBench) throws -> Set<String> {
    Set(try FileManager.default.contentsOfDirectory(atPath: bench.folder.file("canary")))
  }

  @Test("runs nothing in a checkpoint, a push or a bundle, and its work arrives all the same")
  func nothingRuns() async throws {
    let bench = try GitBench()
    let workspace = try await bench.workspace()
    // A commit with a submodule, made before the poison, so that its path is in the index.
    try bench.run(
      "sh",
      [
        "-c",
        "git init -q sub && cd sub && git commit -q --allow-empty -m s && cd .. && git add sub 2>/dev/null && git commit -q -m 'With sub' && rm -rf sub",
      ], in: "ws/task1")
    try Self.poison(bench, workspace)
    try bench.folder.write("ws/task1/a.txt", "text\n")
    try bench.folder.write("ws/task1/b.bin", "binary\n")
    try bench.folder.write("ws/task1/README.md", "changed\n")
    try bench.folder.write("ws/task1/hidden-by-config", "x\n")

    for round in 1...2 {
      try bench.folder.write("ws/task1/round", "\(round)\n")
      let work = try await bench.store.collect(workspace, message: "Round \(round)")
      #expect(try Self.canaries(bench) == [], "round \(round)")
      let paths = Set(work.files.map(\.path))
      #expect(
        paths.isSuperset(of: ["a.txt", "b.bin", "README.md", "round", ".gitattributes", "hidden-by-config"]), "\(paths)"
      )
      #expect(work.diff.contains("+text"))
      #expect(work.commits.map(\.subject).contains("With sub"))
      let head = try #require(work.head)
      #expect(try await bench.store.push(workspace, commit: head) == .pushed)
      try await bench.store.bundle(workspace, commit: head, to: bench.folder.file("b\(round)"))
      #expect(try bench.remoteLog(workspace.branch).first == "Round \(round)")
    }
    _ = try await bench.store.refresh(bench.url)
    #expect(try Self.canaries(bench) == [])
    #expect(try bench.folder.read("seed/README.md") == "hello\n", "core.worktree led nowhere")

    // The same things with plain git, which shows that the traps were armed.
    try bench.run(
      "sh", ["-c", "sed -i /worktree/d .git/config; echo more >> a.txt; echo more >> b.bin"], in: "ws/task1")
    for arguments in [
      ["-p", "diff", "--ext-diff", "HEAD~1", "--", "a.txt"], ["add", "a.txt"], ["add", "b.bin"], ["commit", "-m", "x"],
      ["-c", "commit.gpgSign=false", "commit", "-m", "x", "--allow-empty"],
      ["-c", "diff.external=", "log", "-p", "-1", "--textconv", "--", "round"],
      ["ls-remote", "git@host.invalid:x"], ["fetch", "origin"],
      ["push", bench.folder.file("remote.git"), "HEAD:refs/heads/x"],
    ] {
      try bench.git(arguments, in: "ws/task1", failing: true)
    }
    try bench.run("rm", ["-f", "ws/task1/.gitattributes", "ws/task1/.git/info/attributes"])
    try bench.git(["status"], in: "ws/task1", failing: true)
    let armed = try Self.canaries(bench)
    for name in [
      "clean", "process", "fsmonitor", "nestedFsmonitor", "gpg", "sshCommand", "hook-pre-commit", "insteadOf",
      "hook-post-index-change",
    ] {
      #expect(armed.contains(name), "plain git did not run \(name): \(armed.sorted())")
    }
  }

  @Test("that replaced its .git by a link or a file leads nowhere")
  func replaced() async throws {
    let bench = try GitBench()
    let workspace = try await bench.workspace()
    try bench.folder.write("ws/task1/work", "x\n")
    for trick in [
      "mv .git ../real; ln -s ../real .git", "rm .git; echo 'gitdir: ../real' > .git",
      "rm .git; mkdir .git; ln -s ../../real/HEAD .git/HEAD; ln -s ../../real/refs .git/refs",
      "rm .git/HEAD; echo 'ref: refs/heads/../../../../etc/x' > .git/HEAD",
      "echo 'ref: refs/heads/'$(printf 'a%.0s' $(seq 5000)) > .git/HEAD", "rm .git/HEAD; echo garbage > .git/HEAD",
      "rm .git/HEAD; mkfifo .git/HEAD", "rm .git/HEAD; ln -s /dev/zero .git/HEAD",
    ] {
      try bench.run("sh", ["-c", trick], in: "ws/task1")
      let work = try await bench.store.collect(workspace, message: "Kept")
      #expect(work.notes.count == 1, "\(trick): \(work.notes)")
      #expect(work.files.map(\.path) == ["work"], "\(trick)")
    }
    // The folder itself is a link to somewhere else.
    try bench.run("sh", ["-c", "mv ws/task1 elsewhere; ln -s ../elsewhere ws/task1"])
    await #expect(throws: RuntimeError.self) { try await bench.store.collect(workspace, message: "x") }
  }

  @Test("cannot make SAM write outside of it")
  func writes() async throws {
    let bench = try GitBench()
    let workspace = try await bench.workspace()
    let outside = bench.folder.file("outside")
    try FileManager.default.createDirectory(atPath: outside, withIntermediateDirectories: true)
    for (number, trick) in [
      "rm -rf .git/objects/pack.old; mv .git/objects/pack .git/objects/pack.old; ln -s \(outside) .git/objects/pack",
      "rm .git/objects/pack; mv .git/objects/pack.old .git/objects/pack; ln -s \(outside)/index .git/index.lock",
      "rm .git/index.lock; mv .git/refs/heads .git/heads; ln -s \(outside) .git/refs/heads; git pack-refs --all 2>/dev/null; cp .git/heads/* .git/refs/heads/ 2>/dev/null; rm -rf \(outside)/*; true",
    ].enumerated() {
      try bench.run("sh", ["-c", trick], in: "ws/task1")
      try bench.folder.write("ws/task1/f\(number)", "x\n")
      let work = try await bench.store.collect(workspace, message: "Work \(number)")
      #expect(work.files.contains { $0.path == "f\(number)" }, "\(trick)")
      #expect(try FileManager.default.contentsOfDirectory(atPath: outside) == [], "\(trick)")
    }
  }
}
