// SPDX-License-Identifier: Apache-2.0
import Foundation

/// One of the project's servers in Python that stand for what an agent reaches: the model, or an MCP server.
final class ScriptedServer: @unchecked Sendable {
  // Unchecked: used by one test's task, one step after the other.
  private var process: Program?
  private let log: URL
  /// Where it listens.
  private(set) var url = ""

  /// How an agent starts it, when it does not listen.
  private(set) var command = ""

  /// The port of ``url``.
  var port: Int { URL(string: url)?.port ?? 0 }

  private init(log: URL) { self.log = log }

  deinit { process?.send(SIGKILL) }

  /// Starts the scripted model.
  static func model(in folder: URL) async throws -> ScriptedServer {
    let scenarios = Installation.project.appendingPathComponent("Tools/scenarios.json").path
    return try await start("scripted_llm.py", [scenarios], in: folder)
  }

  /// Starts the MCP server with one tool.
  ///
  /// - Parameter listens: Whether it is started and listens; else the agent starts it.
  static func mcp(in folder: URL, token: String, listens: Bool = true) async throws -> ScriptedServer {
    if listens { return try await start("scripted_mcp.py", [token], in: folder) }
    let server = ScriptedServer(log: folder.appendingPathComponent("scripted_mcp.py.ndjson"))
    let program = Installation.project.appendingPathComponent("Tools/scripted_mcp.py").path
    server.command = "\(try python()) \(program) stdio \(token) \(server.log.path)"
    return server
  }

  /// Agents may have another PATH than tests, and start a server by its whole path.
  private static func python() throws -> String {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin").split(separator: ":")
    guard
      let path = folders.map({ "\($0)/python3" }).first(where: { FileManager.default.isExecutableFile(atPath: $0) })
    else { throw Shell.TimedOut(description: "no python3 on the PATH") }
    return path
  }

  private static func start(_ tool: String, _ arguments: [String], in folder: URL) async throws -> ScriptedServer {
    let server = ScriptedServer(log: folder.appendingPathComponent("\(tool).ndjson"))
    let out = folder.appendingPathComponent("\(tool).out")
    server.process = try Shell.start(
      "python3",
      [Installation.project.appendingPathComponent("Tools/\(tool)").path, "0"] + arguments + [server.log.path],
      out: out,
      err: folder.appendingPathComponent("\(tool).err"))
    try await Shell.eventually("\(tool) listens") {
      let line = try String(contentsOf: out, encoding: .utf8).split(separator: "\n").first
      server.url = String(line?.split(separator: " ").last ?? "")
      return server.port > 0
    }
    return server
  }

  /// The messages that it got, oldest first.
  func requests() throws -> [[String: Any]] {
    guard FileManager.default.fileExists(atPath: log.path) else { return [] }
    return try String(contentsOf: log, encoding: .utf8).split(separator: "\n").compactMap {
      try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
    }
  }

  /// The models' requests that offer tools: what an agent asks for a person, and not for a title.
  func conversations() throws -> [[String: Any]] {
    try requests().compactMap { $0["body"] as? [String: Any] }.filter { ($0["tools"] as? [Any])?.isEmpty == false }
  }

  /// How often a prompt with this marker began a turn: nothing of the agent comes after it then.
  func timesAsked(_ marker: String) throws -> Int {
    try conversations().filter { body in
      let items = (body["messages"] ?? body["input"]) as? [[String: Any]] ?? []
      // What an agent is told of an earlier conversation comes before the prompt, with markers of its own.
      let prompt = items.lastIndex { item in
        let last = Self.texts(item).last { $0.contains("[[scenario ") }
        return last?.range(of: "[[scenario ", options: .backwards).map {
          last?[$0.lowerBound...].hasPrefix("[[\(marker)]]")
        } == true
      }
      guard let prompt else { return false }
      return items[(prompt + 1)...].allSatisfy { item in
        let role = item["role"] as? String ?? "assistant"
        let texts = Self.texts(item)
        // Of a turn that was cut off an agent may keep the prompt alone; the next one's then comes after it.
        return role != "assistant" && !texts.contains("tool_result") && !texts.contains { $0.contains("[[scenario ") }
      }
    }.count
  }

  /// All texts in a JSON value.
  static func texts(_ value: Any) -> [String] {
    switch value {
    case let text as String: [text]
    case let list as [Any]: list.flatMap(texts)
    case let object as [String: Any]: object.values.flatMap(texts)
    default: []
    }
  }
}
