// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import SAMAgentRuntime

/// A workspace is not made by `git clone`, so it is compared with what that makes.
@Suite("A workspace, beside a plain clone,", .timeLimit(.minutes(3)))
struct CloneTests {
  /// Files, kinds, modes and contents of a folder, without its repository.
  private func files(_ bench: GitBench, _ folder: String) throws -> String {
    try bench.run(
      "sh", ["-c", "find . -name .git -prune -o -printf '%y %m %p %l\\n' -type f -exec sha256sum {} + | sort"],
      in: folder)
  }

  private func references(_ bench: GitBench, _ folder: String) throws -> [String] {
    try bench.git(
      ["for-each-ref", "--format=%(objectname) %(*objectname) %(refname) %(symref)", "refs/remotes", "refs/tags"],
      in: folder
    ).split(separator: "\n").map(String.init)
  }

  /// Tags, branches, and every kind of thing that a tree can hold.
  private func enrich(_ bench: GitBench) throws {
    try bench.run(
      "sh",
      [
        "-c",
        """
        printf '*.crlf text eol=crlf\\n*.bin -text\\n*.lfs filter=lfs\\nident.c ident\\n' > .gitattributes
        printf 'one\\ntwo\\n' > windows.crlf; printf 'a\\r\\nb\\n' > raw.bin
        printf 'version https://git-lfs.github.com/spec/v1\\n' > big.lfs; printf '/* $Id$ */\\n' > ident.c
        printf '#!/bin/sh\\n' > run.sh; chmod +x run.sh; ln -s run.sh link; ln -s /etc/passwd absolute
        mkdir -p 'deep/er dir'; printf x > 'deep/er dir/ümlaut "quoted".txt'
        git init -q sub; git -C sub commit -q --allow-empty -m s; git add -A 2>/dev/null; git commit -q -m Kinds
        git tag light; git tag -a -m noted noted; git tag -a -m nested nested noted; git tag blob HEAD:run.sh
        git branch feature/x; git branch zz; git push -q --all; git push -q --tags; git push -q origin HEAD:main
        """,
      ], in: "seed")
  }

  @Test("has the same files, references and state, and is as clean")
  func same() async throws {
    let bench = try GitBench()
    try enrich(bench)
    _ = try await bench.workspace()
    try bench.git(["clone", "-q", "remote.git", "plain"])
    #expect(try files(bench, "ws/task1") == files(bench, "plain"))
    #expect(try references(bench, "ws/task1") == references(bench, "plain"))
    #expect(try bench.git(["status", "--porcelain", "--ignored"], in: "ws/task1") == "")
    #expect(try bench.git(["fsck", "--strict", "--no-dangling"], in: "ws/task1") == "")
    let staged = ["ls-files", "--stage"]
    #expect(try bench.git(staged, in: "ws/task1") == bench.git(staged, in: "plain"))
    for key in ["core.filemode", "core.bare", "core.logallrefupdates", "core.repositoryformatversion"] {
      let query = ["config", "--local", "--get", key]
      #expect(try bench.git(query, in: "ws/task1") == bench.git(query, in: "plain"), "\(key)")
    }
    #expect(
      try bench.git(["config", "--local", "--get-all", "remote.origin.fetch"], in: "ws/task1").hasPrefix("+refs"))
    // What people and agents do next works.
    try bench.git(["commit", "-q", "--allow-empty", "-m", "Next"], in: "ws/task1")
    try bench.git(["fetch", "-q", "origin"], in: "ws/task1")
    try bench.git(["checkout", "-q", "-b", "x", "origin/feature/x"], in: "ws/task1")
    try bench.git(["gc", "-q", "--prune=now"], in: "ws/task1")
    #expect(try bench.git(["fsck", "--strict", "--no-dangling"], in: "ws/task1") == "")
  }

  @Test("has what the host has now, whatever an earlier workspace had")
  func upToDate() async throws {
    let bench = try GitBench()
    try enrich(bench)
    _ = try await bench.workspace("task1")
    _ = try await bench.workspace("task2")
    for (number, change) in [
      "git commit -q --allow-empty -m More; git push -q origin HEAD:main", "git push -q origin HEAD:refs/heads/new",
      "git push -q origin :zz", "git push -q -f origin HEAD~1:refs/heads/feature/x",
      "git push -q -f origin HEAD:refs/tags/light", "git push -q origin :noted",
      "git commit -q --amend --allow-empty -m Rewritten; git push -q -f origin HEAD:main",
      "git push -q origin HEAD:refs/heads/other; git --git-dir ../remote.git symbolic-ref HEAD refs/heads/other",
    ].enumerated() {
      try bench.run("sh", ["-c", change], in: "seed")
      let workspace = try await bench.workspace("later\(number)")
      try bench.git(["clone", "-q", "remote.git", "plain\(number)"])
      #expect(try references(bench, "ws/later\(number)") == references(bench, "plain\(number)"), "\(change)")
      #expect(try bench.git(["rev-parse", "HEAD"], in: "plain\(number)") == workspace.baseCommit, "\(change)")
      #expect(try bench.git(["fsck", "--strict", "--no-dangling"], in: "ws/later\(number)") == "")
    }
  }

  @Test("can be of any address, and be anybody's", arguments: ["plain.git", "a b#c;d\"e\\f.git", "ünïcode\u{301}.git"])
  func quoted(name: String) async throws {
    let bench = try GitBench()
    try bench.folder.write("home/.gitconfig", "")
    try bench.run("mv", ["remote.git", name])
    let url = try RepositoryURL(bench.folder.file(name))
    var request = bench.request()
    request.url = url
    request.author = GitAuthor(name: "Ann \"#; \\ O'Neill ", email: "ann@example.org")
    _ = try await bench.store.makeWorkspace(request)
    func value(_ key: String) throws -> String { try bench.git(["config", "--local", "-z", key], in: "ws/task1") }
    #expect(try value("remote.origin.url") == url.text + "\0")
    #expect(try value("user.name") == request.author.name + "\0")
    #expect(try value("user.email") == "ann@example.org\0")
    try bench.git(["fetch", "-q", "origin"], in: "ws/task1")
  }

  @Test("does not have to be asked for twice when the repository did not change, and takes few commands")
  func commands() async throws {
    let bench = try GitBench()
    let store = try wrapped(bench, "")
    _ = try await store.makeWorkspace(bench.request("first"))
    let log = bench.folder.file("log")
    for id in ["second", "third"] {
      try FileManager.default.removeItem(atPath: log)
      let workspace = try await store.makeWorkspace(bench.request(id))
      let commands = try String(contentsOfFile: log, encoding: .utf8).split(separator: "\n")
      #expect(commands.count <= 5, "\(id): \(commands)")
      #expect(!commands.contains("fetch"), "\(id)")
      #expect(try bench.git(["status", "--porcelain"], in: "ws/\(id)") == "")
      // What SAM pushes itself is no news.
      try bench.folder.write("ws/\(id)/new", "\(id)")
      let work = try await store.collect(workspace, message: "Work")
      #expect(try await store.push(workspace, commit: work.head ?? "") == .pushed)
    }
  }

  @Test(
    "is made again when a command failed in the middle",
    arguments: ["ls-remote", "fetch", "for-each-ref", "pack-objects", "read-tree", "config"])
  func interrupted(command: String) async throws {
    let bench = try GitBench()
    // Fails once, after it has done its work.
    let trap = bench.folder.file("trap")
    let store = try wrapped(bench, "[ $verb = \(command) ] && [ ! -e \(trap) ] && touch \(trap) && exit 77")
    let error = await #expect(throws: RuntimeError.self) { try await store.makeWorkspace(bench.request()) }
    #expect(FileManager.default.fileExists(atPath: trap), "\(error?.evidence ?? "")")
    // As a run leaves it that was cut off while it wrote the base down.
    let bases = store.bareFolder(bench.url.text) + "/refs/sam/bases"
    try FileManager.default.createDirectory(atPath: bases, withIntermediateDirectories: true)
    try Data().write(to: URL(fileURLWithPath: bases + "/task1.lock"))
    #expect(try store.workspace("task1") == nil)
    let workspace = try await store.makeWorkspace(bench.request())
    #expect(workspace.complete)
    let base = ["--git-dir", store.bareFolder(bench.url.text), "rev-parse", "refs/sam/bases/task1"]
    #expect(try bench.git(base) == workspace.baseCommit)
    #expect(try bench.git(["status", "--porcelain"], in: "ws/task1") == "")
    #expect(try bench.git(["fsck", "--strict", "--no-dangling"], in: "ws/task1") == "")
  }

  @Test("is not half made when its maker loses interest")
  func cancelled() async throws {
    let bench = try GitBench()
    let runs = bench.folder.file("runs")
    let store = try wrapped(bench, "[ $verb = read-tree ] && [ ! -e \(runs) ] && touch \(runs) && sleep 60")
    await withTaskGroup(of: Void.self) { group in
      group.addTask {
        await #expect(throws: CancellationError.self) { try await store.makeWorkspace(bench.request()) }
      }
      while !FileManager.default.fileExists(atPath: runs), !Task.isCancelled { await Task.yield() }
      group.cancelAll()
    }
    #expect(try store.workspace("task1") == nil)
    _ = try await store.makeWorkspace(bench.request())
    #expect(try bench.git(["status", "--porcelain"], in: "ws/task1") == "")
  }

  /// A store of its own whose git notes its commands in `log`, and then does what `script` says.
  private func wrapped(_ bench: GitBench, _ script: String) throws -> RepositoryStore {
    let real = try ProgramSearch.resolve("git", path: bench.environment["PATH"] ?? "", directory: "/")
    try bench.folder.write(
      "bin/git",
      """
      #!/bin/sh
      verb=
      for word; do
        case $word in ls-remote|fetch|for-each-ref|pack-objects|read-tree|update-ref|config|init|rev-parse) verb=$word; break;; esac
      done
      echo $verb >> \(bench.folder.file("log"))
      \(real) "$@"
      code=$?
      \(script)
      exit $code

      """, mode: 0o755)
    var environment = bench.environment
    environment["PATH"] = bench.folder.file("bin") + ":" + (environment["PATH"] ?? "")
    return try RepositoryStore(root: bench.folder.file("store"), git: GitRunner(hostEnvironment: environment))
  }
}
