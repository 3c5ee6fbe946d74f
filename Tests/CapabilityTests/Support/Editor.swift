// SPDX-License-Identifier: Apache-2.0
import Foundation

/// The official Python client as an editor that drives `samctl acp` (see `Tools/acp_editor.py`).
final class Editor: Sendable {
  /// What a step does and with what: see the tool.
  typealias Step = (verb: String, argument: String)

  private static var python: String { "\(RealAgent.folder)/acp-sdk/bin/python" }
  static var isInstalled: Bool { FileManager.default.isExecutableFile(atPath: python) }
  static let skip = "skipped: the ACP SDK is not installed; run Tools/install-agents acp-sdk"

  let process: Program
  private let out: URL
  private let err: URL

  /// Starts it.
  /// - Parameter arguments: what `samctl acp` gets.
  init(_ steps: [Step], _ arguments: [String], in sam: Installation) throws {
    let name = "editor-\(UUID().uuidString.prefix(4))"
    out = sam.folder.appendingPathComponent("\(name).out")
    err = sam.folder.appendingPathComponent("\(name).err")
    let script = steps.map { [$0.verb, $0.argument] }
    let text = String(decoding: try JSONSerialization.data(withJSONObject: script), as: UTF8.self)
    let tool = Installation.project.appendingPathComponent("Tools/acp_editor.py").path
    process = try Shell.start(
      Self.python, [tool, text, "--", Installation.samctl, "acp"] + arguments,
      environment: ["SAM_DATA": sam.data.path, "HOME": sam.folder.path], out: out, err: err)
  }

  deinit { process.send(SIGKILL) }

  /// What has happened so far.
  func lines() throws -> [[String: Any]] {
    try String(contentsOf: out, encoding: .utf8).split(separator: "\n").compactMap {
      try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
    }
  }

  /// Waits until it has played all steps.
  func finish(within seconds: Double = 120) async throws -> [[String: Any]] {
    try await Shell.eventually("the editor is done; it said: \(said)", within: seconds) { !self.process.isRunning }
    return try lines()
  }

  /// Waits until something has happened.
  func wait(for what: String, within seconds: Double = 60, _ isIt: ([String: Any]) -> Bool) async throws {
    try await Shell.eventually("the editor sees \(what); it said: \(said)", within: seconds) {
      try self.lines().contains(where: isIt)
    }
  }

  /// All that it has written.
  var said: String {
    [out, err].map { (try? String(contentsOf: $0, encoding: .utf8)) ?? "" }.joined().suffix(3000).description
  }
}

extension [String: Any] {
  /// The value of the option `mode`, where options are told.
  var mode: String? {
    let options = self["configOptions"] as? [[String: Any]]
    return options?.first { $0["id"] as? String == "mode" }?["currentValue"] as? String
  }
}

extension [[String: Any]] {
  /// The answers of the steps with a verb.
  func answers(_ verb: String) -> [[String: Any]] {
    filter { $0["step"] as? String == verb }.map { $0["result"] as? [String: Any] ?? [:] }
  }

  /// The errors of the steps with a verb: code and message.
  func errors(_ verb: String) -> [String] {
    filter { $0["step"] as? String == verb }.compactMap { $0["error"] as? [String: Any] }.map {
      "\($0["code"] ?? "") \($0["message"] ?? "")"
    }
  }

  /// The updates of a kind.
  func updates(_ kind: String) -> [[String: Any]] {
    compactMap { $0["update"] as? [String: Any] }.filter { $0["sessionUpdate"] as? String == kind }
  }

  /// The texts of the updates of a kind, one after the other.
  func text(_ kind: String) -> String {
    updates(kind).compactMap { ($0["content"] as? [String: Any])?["text"] as? String }.joined()
  }

  /// The lines before the last step of a verb, after the one before it.
  func turn(endingWith number: Int, of verbs: Set<String>) -> [[String: Any]] {
    let ends = indices.filter { verbs.contains(self[$0]["step"] as? String ?? "") }
    let start = number == 0 ? startIndex : ends[number - 1] + 1
    return Array(self[start...ends[number]])
  }
}
