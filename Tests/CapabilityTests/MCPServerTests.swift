// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// What is wrong with an agent's MCP servers is said where a person looks, with what to do.
@Suite struct MCPServerTests {
  @Test func whatAnAgentCannotReachAndASecretThatIsMissingAreSaid() async throws {
    let sam = try Installation()
    try await sam.makeRemote()
    try await sam.start()
    #expect(try await sam.samctl("project", "add", "sample", sam.remote.path).status == 0)
    func add(_ options: String...) async throws -> Shell.Result {
      try await sam.samctl(["agent", "add", "equipped"] + options + ["--", Installation.samd, "demo-agent"])
    }
    #expect(try await add("--mcp-http", "tracker=http://127.0.0.1:1/mcp").status == 0)
    let run = try await sam.samctl("run", "Look [[demo no-edit]]", "--agent", "equipped")
    #expect(
      run.status == 0 && run.all.contains("does not have 'tracker'"), "the demo agent says nothing of HTTP: \(run.all)")

    #expect(try await add("--mcp-stdio", "files=cat -u", "--mcp-env", "files:KEY=files-key").status == 0)
    let missing = try await sam.samctl("run", "Look [[demo no-edit]]", "--agent", "equipped")
    #expect(
      missing.status == 1 && missing.all.contains("MCP server 'files' needs secret 'files-key'")
        && missing.all.contains("samctl secret set files-key"), "\(missing.all)")
    _ = try await sam.stop()
  }

  @Test func aDefinitionThatMakesNoSenseIsRefused() async throws {
    let sam = try Installation()
    try await sam.start()
    let cases: [([String], String)] = [
      (["--mcp-http", "tracker"], "SERVER=URL"), (["--mcp-http", "tracker=ftp://x"], "https://"),
      (["--mcp-http", "Tracker=https://x"], "cannot be an MCP server's name"),
      (["--mcp-http", "a=https://x", "--mcp-stdio", "a=cat"], "one name"),
      (["--mcp-header", "tracker:Authorization=key"], "which no --mcp-http names"),
      (["--mcp-http", "a=https://x", "--mcp-env", "a:KEY=key"], "which no --mcp-stdio names"),
      (["--mcp-http", "a=https://x", "--mcp-header", "a=key"], "SERVER:NAME=SECRET"),
    ]
    for (options, says) in cases {
      let added = try await sam.samctl(["agent", "add", "equipped"] + options + ["--", "demo"])
      #expect(added.status != 0 && added.err.contains(says), "\(options): \(added.all)")
    }
    _ = try await sam.stop()
  }
}
