// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Mistral Vibe, the real program, with a scripted model: what a test needs of both.
final class Vibe: @unchecked Sendable {
  // Unchecked: used by one test's task, one step after the other.
  private var model: Program?
  private let folder: URL
  private(set) var port = 0

  /// Where real agents are installed.
  static var agents: String {
    let environment = ProcessInfo.processInfo.environment
    let cache = environment["XDG_CACHE_HOME"] ?? "\(environment["HOME"] ?? "/root")/.cache"
    return environment["SAM_AGENTS"] ?? "\(cache)/sam/agents"
  }
  /// The real program.
  static var program: String { "\(agents)/vibe/bin/vibe-acp" }
  /// Whether it is installed.
  static var isInstalled: Bool { FileManager.default.isExecutableFile(atPath: program) }
  /// What is said when it is not.
  static let skip = "skipped: Mistral Vibe is not installed; run Tools/install-agents vibe"

  init(in folder: URL) throws { self.folder = folder }

  deinit { model?.send(SIGKILL) }

  private var logFile: URL { folder.appendingPathComponent("model.ndjson") }

  /// Starts the scripted model and defines the agent `vibe` for it.
  func start(in sam: Installation, mode: String = "ask", rules: [String] = []) async throws {
    sam.companion = self
    let tools = Installation.project.appendingPathComponent("Tools")
    let out = folder.appendingPathComponent("model.out")
    model = try Shell.start(
      "python3",
      [
        tools.appendingPathComponent("scripted_llm.py").path, "0", tools.appendingPathComponent("scenarios.json").path,
        logFile.path,
      ], out: out, err: folder.appendingPathComponent("model.err"))
    try await Shell.eventually("the scripted model listens") {
      let text = try String(contentsOf: out, encoding: .utf8)
      guard let line = text.split(separator: "\n").first,
        let url = URL(string: String(line.split(separator: " ").last ?? ""))
      else { return false }
      self.port = url.port ?? 0
      return self.port > 0
    }
    let home = folder.appendingPathComponent("vibe-home")
    try FileManager.default.createDirectory(at: home, withIntermediateDirectories: true)
    let template = try String(contentsOf: tools.appendingPathComponent("vibe-config.toml"), encoding: .utf8)
    try template.replacingOccurrences(of: "@PORT@", with: "\(port)").write(
      to: home.appendingPathComponent("config.toml"), atomically: true, encoding: .utf8)
    let added = try await sam.samctl(
      ["agent", "add", "vibe", "--env", "VIBE_HOME=\(home.path)", "--env", "SCRIPTED_API_KEY=x", "--mode", mode]
        + rules + ["--echoes-prompts", "--", Self.program])
    guard added.status == 0 else { throw Shell.TimedOut(description: "agent add: \(added.all)") }
  }

  /// How many conversations of the model's log show a prompt for the first time: how often an agent had it.
  func timesAsked(_ marker: String) throws -> Int {
    guard FileManager.default.fileExists(atPath: logFile.path) else { return 0 }
    var asked = 0
    for line in try String(contentsOf: logFile, encoding: .utf8).split(separator: "\n") {
      guard let entry = (try JSONSerialization.jsonObject(with: Data(line.utf8))) as? [String: Any],
        let body = entry["body"] as? [String: Any], let messages = body["messages"] as? [[String: Any]]
      else { continue }
      // The first request of a turn is the one in which the prompt is the last message.
      guard let last = messages.last, last["role"] as? String == "user" else { continue }
      // (Vibe also has the model name the session, with the whole conversation as one message.)
      if "\(last["content"] ?? "")".hasSuffix("[[\(marker)]]") { asked += 1 }
    }
    return asked
  }
}
