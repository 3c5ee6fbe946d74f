// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// What goes wrong says what is wrong and what to do, loses nothing and leaves nothing running.
@Suite struct BadInputTests {
  @Test func projectsAndRepositoriesThatAreNotThereAreNamed() async throws {
    let sam = try await ready()
    let unknown = try await sam.samctl("run", "Do it", "--project", "nothing", "--agent", "demo")
    #expect(unknown.status != 0)
    #expect(unknown.err.contains("nothing"))
    #expect(try await sam.samctl("project", "add", "gone", "/nonexistent/repository.git").status == 0)
    let run = try await sam.samctl("run", "Do it", "--project", "gone", "--agent", "demo")
    #expect(run.status == 1, "\(run.all)")
    #expect(run.all.contains("/nonexistent/repository.git"))
    #expect(run.all.contains("Check the address"))
    #expect(try await sam.samctl("project", "add", "bad", "--", "--upload-pack=touch /tmp/x").status != 0)
    try await end(sam)
  }

  /// An agent that opens no conversation: it answers `initialize`, and `session/new` with an error.
  private static let refusing = """
    read line; echo '{"jsonrpc":"2.0","id":1,"result":{"protocolVersion":1}}'
    read line; echo '{"jsonrpc":"2.0","id":2,"error":{"code":-32000,"message":"log in first"}}'; cat > /dev/null
    """

  @Test(arguments: [
    ("missing", ["no-such-agent-program"], "no-such-agent-program"),
    ("exits", ["sh", "-c", "echo out of coffee >&2; exit 3"], "out of coffee"),
    ("lingers", ["sh", "-c", "exec >&-; sleep 0.3; echo out of tea >&2; exit 3"], "out of tea"),
    ("garbles", ["sh", "-c", "while read line; do echo '%%% not json'; done"], "initialize"),
    ("silent", ["sleep", "600"], "initialize"), ("refuses", ["sh", "-c", refusing], "log in first"),
    (
      "adapts", [Installation.samd, "adapter", "claude-code", "--program", "/nonexistent/claude"], "/nonexistent/claude"
    ),
  ]) func anAgentThatCannotBeUsedFailsTheTaskWithTheReason(_ name: String, _ command: [String], _ reason: String)
    async throws
  {
    let sam = try await ready(flags: ["--agent-start", "2"])
    #expect(try await sam.samctl(["agent", "add", name, "--"] + command).status == 0)
    let run = try await sam.samctl("run", "Do it", "--agent", name)
    #expect(run.status == 1, "\(run.all)")
    #expect(run.all.contains(reason), "\(run.all)")
    let check = try await sam.samctl("agent", "check", name)
    #expect(check.status != 0 && check.all.contains(reason), "\(check.all)")
    #expect(try sam.strays().isEmpty)
    try await end(sam)
  }

  @Test func whatAnAgentForksIsGoneWhenItsSessionIs() async throws {
    let sam = try await ready(flags: ["--agent-idle", "1"])
    let run = try await sam.samctl(
      "run", "Leave something behind [[demo fork-daemon no-edit]]", "--agent", "demo", "--approve", "allow")
    #expect(run.status == 0, "\(run.all)")
    try await Shell.eventually("nothing of the agent is left") { try sam.strays().isEmpty }
    try await end(sam)
  }

  @Test func aSecondDaemonOnTheSameDataIsRefused() async throws {
    let sam = try await ready()
    let second = try await Shell.run(
      Installation.samd, ["serve", "--data", sam.data.path, "--port", "0"], environment: ["HOME": sam.folder.path])
    #expect(second.status != 0)
    #expect(second.all.contains("another") || second.all.contains("already"), "\(second.all)")
    try await end(sam)
  }

  @Test func callsWithoutARightAreRefusedWithAReason() async throws {
    let sam = try await ready()
    let url = try sam.endpoint + "/api/v1"
    let bearer = "Authorization: Bearer \(try sam.token)"
    func call(_ arguments: String...) async throws -> (String, String) {
      let result = try await Shell.run("curl", ["-sS", "-w", "\n%{http_code}"] + arguments)
      let lines = result.out.split(separator: "\n", omittingEmptySubsequences: false)
      return (String(lines.last ?? ""), lines.dropLast().joined(separator: "\n"))
    }
    #expect(try await call("\(url)/tasks").0 == "401")
    #expect(try await call("-H", "Authorization: Bearer sam_wrong", "\(url)/tasks").0 == "401")
    let origin = try await call("-H", bearer, "-H", "Origin: https://evil.example", "\(url)/tasks")
    #expect(origin.0 == "403" && origin.1.contains("forbidden_origin"))
    let host = try await call("-H", bearer, "-H", "Host: evil.example", "\(url)/tasks")
    #expect(host.0 == "403" && host.1.contains("forbidden_host"))

    let large = sam.folder.appendingPathComponent("large.json")
    let prompt = String(repeating: "x", count: 11 << 20)
    try "{\"project\":\"sample\",\"agent\":\"demo\",\"prompt\":\"\(prompt)\"}".write(
      to: large, atomically: true, encoding: .utf8)
    let tooLarge = try await call(
      "-H", bearer, "-H", "Idempotency-Key: big", "-H", "Content-Type: application/json", "-H", "Expect:", "--data",
      "@\(large.path)", "\(url)/tasks")
    #expect(tooLarge.0 == "413" && tooLarge.1.contains("body_too_large"), "\(tooLarge)")

    func add(_ name: String) async throws -> (String, String) {
      try await call(
        "-H", bearer, "-H", "Idempotency-Key: one", "-H", "Content-Type: application/json", "-d",
        "{\"name\":\"\(name)\",\"repository\":\"\(sam.remote.path)\"}", "\(url)/projects")
    }
    let first = try await add("again")
    #expect(first.0 == "201")
    #expect(try await add("again").1 == first.1, "a retry hears the same answer")
    let reused = try await add("other")
    #expect(reused.0 == "422" && reused.1.contains("idempotency_key_reused"))
    #expect(try await sam.list("project", "list").count == 2)
    try await end(sam)
  }

  @Test(.enabled(if: geteuid() == 0, "skipped: mounting a small file system needs root"))
  func aFullDataFolderIsSaidAndLosesNothing() async throws {
    let sam = try Installation()
    try await sam.makeRemote()
    try FileManager.default.createDirectory(at: sam.data, withIntermediateDirectories: true)
    let mounted = try await Shell.run("mount", ["-t", "tmpfs", "-o", "size=6m,mode=0700", "tmpfs", sam.data.path])
    try #require(mounted.status == 0, "\(mounted.all)")
    do {
      try await fillAndClear(sam)
    } catch {
      _ = try await Shell.run("umount", ["-l", sam.data.path])
      throw error
    }
    #expect(try await Shell.run("umount", [sam.data.path]).status == 0)
  }

  private func fillAndClear(_ sam: Installation) async throws {
    try await sam.start()
    #expect(try await sam.samctl("project", "add", "sample", sam.remote.path).status == 0)
    let filler = sam.data.appendingPathComponent("filler").path
    _ = try await Shell.run("dd", ["if=/dev/zero", "of=\(filler)", "bs=4096"])
    var refused: Shell.Result?
    for number in 1...400 where refused == nil {
      let result = try await sam.samctl("project", "add", "p\(number)", sam.remote.path)
      if result.status != 0 { refused = result }
    }
    let problem = try #require(refused)
    #expect(problem.all.contains("storage_full") || problem.all.contains("full"), "\(problem.all)")
    let before = try await sam.list("project", "list").count
    try FileManager.default.removeItem(atPath: filler)
    #expect(try await sam.samctl("project", "add", "afterwards", sam.remote.path).status == 0)
    #expect(try await sam.list("project", "list").count == before + 1)
    #expect(try await sam.stop() == 0)
  }

  private func ready(flags: [String] = []) async throws -> Installation {
    let sam = try Installation()
    try await sam.makeRemote()
    try await sam.start(flags: flags)
    #expect(try await sam.samctl("project", "add", "sample", sam.remote.path).status == 0)
    return sam
  }

  private func end(_ sam: Installation) async throws {
    #expect(try await sam.stop() == 0, "\(sam.log.suffix(2000))")
    #expect(try sam.strays().isEmpty)
  }
}
