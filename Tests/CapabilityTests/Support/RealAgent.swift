// SPDX-License-Identifier: Apache-2.0
import Foundation

/// A real agent, the program that people use, with a scripted model.
struct RealAgent: Sendable, CustomStringConvertible {
  /// Its name in SAM and in the folder of agents.
  let name: String
  /// The program's own name.
  let binary: String
  /// The verb of `samd adapter` that speaks for it; nil when it speaks ACP itself.
  var adapter: String?
  /// The mode in which it asks before it changes anything.
  let mode: String
  /// What the names of its scenarios begin with.
  var prefix = ""
  /// What it shows of the result of a tool of an MCP server.
  var shows = "recorded: half done"

  static let claude = RealAgent(
    name: "claude", binary: "claude", adapter: "claude-code", mode: "default", prefix: "claude-")
  static let codex = RealAgent(name: "codex", binary: "codex", adapter: "codex", mode: "ask", prefix: "codex-")
  static let vibe = RealAgent(name: "vibe", binary: "vibe-acp", mode: "ask")
  /// The last version before Vibe 3: other tools, the client's files and terminals, no servers of `session/new`.
  static let vibe2 = RealAgent(
    name: "vibe2", binary: "vibe-acp", mode: "default", prefix: "vibe2-", shows: "MCP tool report_progress completed")

  var description: String { name }

  /// Where real agents are installed.
  static var folder: String {
    let environment = ProcessInfo.processInfo.environment
    let cache = environment["XDG_CACHE_HOME"] ?? "\(environment["HOME"] ?? "/root")/.cache"
    return environment["SAM_AGENTS"] ?? "\(cache)/sam/agents"
  }

  /// The real program.
  var program: String { "\(Self.folder)/\(name)/bin/\(binary)" }
  /// Whether it is installed.
  var isInstalled: Bool { FileManager.default.isExecutableFile(atPath: program) }
  /// What is said when it is not.
  var skip: String { "skipped: \(name) is not installed; run Tools/install-agents \(name)" }

  /// How it is started.
  var command: [String] {
    adapter.map { [Installation.samd, "adapter", $0, "--program", program] } ?? [program]
  }

  /// What makes the program use the scripted model.
  ///
  /// - Parameter folder: Where the program may keep what it likes.
  func environment(model: ScriptedServer, in folder: URL) throws -> [String: String] {
    switch self.binary {
    case "claude":
      return [
        "ANTHROPIC_BASE_URL": "http://127.0.0.1:\(model.port)", "ANTHROPIC_API_KEY": "x",
        "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
        "CLAUDE_CONFIG_DIR": folder.appendingPathComponent("claude").path,
      ]
    case "codex":
      return ["CODEX_HOME": try home("codex", model, in: folder), "SCRIPTED_API_KEY": "x"]
    default:
      return ["VIBE_HOME": try home("vibe", model, in: folder), "SCRIPTED_API_KEY": "x"]
    }
  }

  /// Makes the folder of a program's settings, with the scripted model in them.
  private func home(_ program: String, _ model: ScriptedServer, in folder: URL) throws -> String {
    let home = folder.appendingPathComponent("\(program)-home")
    try FileManager.default.createDirectory(at: home, withIntermediateDirectories: true)
    let template = try String(
      contentsOf: Installation.project.appendingPathComponent("Tools/\(program)-config.toml"), encoding: .utf8)
    try template.replacingOccurrences(of: "@PORT@", with: "\(model.port)").write(
      to: home.appendingPathComponent("config.toml"), atomically: true, encoding: .utf8)
    return home.path
  }

  /// Defines the agent.
  ///
  /// - Parameters:
  ///   - mode: Its mode; nil = ``mode``.
  ///   - options: More options of `samctl agent add`.
  func define(
    in sam: Installation, model: ScriptedServer, mode: String? = nil, options: [String] = []
  ) async throws {
    let variables = try environment(model: model, in: sam.folder).flatMap { ["--env", "\($0.key)=\($0.value)"] }
    let added = try await sam.samctl(
      ["agent", "add", name, "--echoes-prompts", "--mode", mode ?? self.mode] + variables + options + ["--"] + command)
    guard added.status == 0 else { throw Shell.TimedOut(description: "agent add: \(added.all)") }
  }

  /// The name of one of its scenarios.
  func scenario(named name: String) -> String { "scenario \(prefix)\(name)" }

  /// A marker of one of its scenarios.
  func scenario(_ name: String) -> String { "[[\(scenario(named: name))]]" }

  /// An installation with the sample repository and this agent.
  func ready(
    daemon: [String: String] = [:], flags: [String] = [], mode: String? = nil, options: [String] = []
  ) async throws -> (Installation, ScriptedServer) {
    let sam = try Installation()
    try await sam.makeRemote()
    try await sam.start(environment: daemon, flags: flags)
    let model = try await ScriptedServer.model(in: sam.folder)
    sam.companion = model
    try await define(in: sam, model: model, mode: mode, options: options)
    let added = try await sam.samctl("project", "add", "sample", sam.remote.path)
    guard added.status == 0 else { throw Shell.TimedOut(description: "project add: \(added.all)") }
    return (sam, model)
  }
}
