// SPDX-License-Identifier: Apache-2.0
import Foundation

/// A real program that speaks through one of SAM's adapters, with a scripted model.
struct AdaptedAgent: Sendable, CustomStringConvertible {
  /// Its name in SAM, in the folder of agents, and before the names of its scenarios.
  let name: String
  /// The verb of `samd adapter`.
  let adapter: String
  /// The mode in which it asks before it changes anything.
  let mode: String

  static let claude = AdaptedAgent(name: "claude", adapter: "claude-code", mode: "default")
  static let codex = AdaptedAgent(name: "codex", adapter: "codex", mode: "ask")

  var description: String { name }

  /// The real program.
  var program: String { "\(Vibe.agents)/\(name)/bin/\(name)" }
  /// Whether it is installed.
  var isInstalled: Bool { FileManager.default.isExecutableFile(atPath: program) }
  /// What is said when it is not.
  var skip: String { "skipped: \(name) is not installed; run Tools/install-agents \(name)" }

  /// The adapter's command line.
  var command: [String] { [Installation.samd, "adapter", adapter, "--program", program] }

  /// What makes the program use the scripted model.
  ///
  /// - Parameter folder: Where the program may keep what it likes.
  func environment(model: ScriptedServer, in folder: URL) throws -> [String: String] {
    switch name {
    case "claude":
      return [
        "ANTHROPIC_BASE_URL": "http://127.0.0.1:\(model.port)", "ANTHROPIC_API_KEY": "x",
        "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
        "CLAUDE_CONFIG_DIR": folder.appendingPathComponent("claude").path,
      ]
    default:
      let home = folder.appendingPathComponent("codex-home")
      try FileManager.default.createDirectory(at: home, withIntermediateDirectories: true)
      let template = try String(
        contentsOf: Installation.project.appendingPathComponent("Tools/codex-config.toml"), encoding: .utf8)
      try template.replacingOccurrences(of: "@PORT@", with: "\(model.port)").write(
        to: home.appendingPathComponent("config.toml"), atomically: true, encoding: .utf8)
      return ["CODEX_HOME": home.path, "SCRIPTED_API_KEY": "x"]
    }
  }

  /// Defines the agent.
  func define(in sam: Installation, model: ScriptedServer) async throws {
    let variables = try environment(model: model, in: sam.folder).flatMap { ["--env", "\($0.key)=\($0.value)"] }
    let added = try await sam.samctl(
      ["agent", "add", name, "--echoes-prompts", "--mode", mode] + variables + ["--"] + command)
    guard added.status == 0 else { throw Shell.TimedOut(description: "agent add: \(added.all)") }
  }

  /// A marker of one of its scenarios.
  func scenario(_ name: String) -> String { "[[scenario \(self.name)-\(name)]]" }

  /// An installation with the sample repository and this agent.
  func ready(daemon: [String: String] = [:]) async throws -> (Installation, ScriptedServer) {
    let sam = try Installation()
    try await sam.makeRemote()
    try await sam.start(environment: daemon)
    let model = try await ScriptedServer.model(in: sam.folder)
    sam.companion = model
    try await define(in: sam, model: model)
    let added = try await sam.samctl("project", "add", "sample", sam.remote.path)
    guard added.status == 0 else { throw Shell.TimedOut(description: "project add: \(added.all)") }
    return (sam, model)
  }
}
