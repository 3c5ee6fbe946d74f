// SPDX-License-Identifier: Apache-2.0
internal import SAMACP
internal import SAMRPC

/// One thing that happens in a turn of Codex: a message, a command, an edit.
///
/// Source: `ThreadItem` of the app-server's protocol, as `codex app-server generate-ts` writes it.
struct CodexItem: Sendable, Equatable {
  let value: JSONValue
  /// The folder of the conversation: paths beneath it are shown relative to it.
  let root: String

  var id: String { text("id") ?? "" }
  var type: String { text("type") ?? "" }

  private func text(_ member: String) -> String? { value[member]?.stringValue }

  // MARK: - Words

  /// The text of a message, a thought or a plan.
  var words: String {
    switch type {
    case "agentMessage", "plan": return text("text") ?? ""
    case "reasoning":
      let parts = [value["summary"], value["content"]].compactMap { $0?.arrayValue?.compactMap(\.stringValue) }
      return (parts.first { !$0.isEmpty } ?? []).joined(separator: "\n\n")
    case "userMessage":
      return (value["content"]?.arrayValue ?? []).map { part in
        part["text"]?.stringValue ?? "[\(part["type"]?.stringValue ?? "content")]"
      }.joined(separator: "\n")
    default: return ""
    }
  }

  // MARK: - Tools

  /// The MCP server whose tool is called.
  var server: String? { type == "mcpToolCall" ? text("server") : nil }

  /// Whether it is shown as a tool.
  var isTool: Bool {
    [
      "commandExecution", "fileChange", "mcpToolCall", "dynamicToolCall", "collabAgentToolCall", "webSearch",
      "imageView", "imageGeneration",
    ].contains(type)
  }

  /// The call, when it begins.
  var call: ACP.ToolCall {
    ACP.ToolCall(
      toolCallID: .init(rawValue: id), title: title, kind: kind, status: .inProgress,
      content: changes.flatMap(\.content),
      locations: locations, rawInput: rawInput)
  }

  /// The end of the call.
  var end: ACP.ToolCallUpdate {
    ACP.ToolCallUpdate(
      toolCallID: .init(rawValue: id), status: hasFailed ? .failed : .completed, content: result, rawOutput: rawOutput)
  }

  var title: String {
    switch type {
    case "commandExecution": oneLine(Self.unwrapped(text("command") ?? "a command"))
    case "fileChange": "Edit " + changes.map { short($0.path) }.joined(separator: ", ")
    case "mcpToolCall": "\(text("server") ?? "mcp"): \(text("tool") ?? "tool")"
    case "webSearch": "Search the web for \(oneLine(text("query") ?? "something"))"
    case "imageView": "View \(short(text("path") ?? "an image"))"
    case "imageGeneration": "Make an image"
    default: text("tool") ?? type
    }
  }

  var kind: ACP.ToolKind {
    switch type {
    case "commandExecution":
      switch Set(actions.compactMap { $0["type"]?.stringValue }) {
      case ["read"]: .read
      case ["search"], ["listFiles"], ["search", "listFiles"]: .search
      default: .execute
      }
    case "fileChange": .edit
    case "webSearch": .fetch
    case "imageView": .read
    case "collabAgentToolCall": .think
    default: .other
    }
  }

  private var actions: [JSONValue] { value["commandActions"]?.arrayValue ?? [] }
  private var changes: [CodexDiff] { (value["changes"]?.arrayValue ?? []).map(CodexDiff.init) }

  var locations: [ACP.ToolCallLocation] {
    let read = actions.compactMap { $0["type"] == "read" ? $0["path"]?.stringValue : nil }
    return changes.flatMap(\.locations) + read.map { .init(path: $0.hasPrefix("/") ? $0 : "\(root)/\($0)") }
  }

  private var rawInput: JSONValue? {
    switch type {
    case "commandExecution": ["command": value["command"] ?? nil, "cwd": value["cwd"] ?? nil]
    case "mcpToolCall", "dynamicToolCall": value["arguments"]
    default: nil
    }
  }

  // MARK: - What came of it

  private var hasFailed: Bool {
    if let code = value["exitCode"]?.int64Value, code != 0 { return true }
    return ["failed", "declined"].contains(text("status")) || value["success"]?.boolValue == false
  }

  /// What is shown of the result; nil leaves what was shown before.
  private var result: [ACP.ToolCallContent]? {
    switch type {
    case "commandExecution":
      if text("status") == "declined" { return [.text("It was refused.")] }
      return text("aggregatedOutput").map { [.text($0)] } ?? []
    case "fileChange": return changes.flatMap(\.content)
    case "mcpToolCall":
      if let error = value["error"]?["message"]?.stringValue { return [.text(error)] }
      return (value["result"]?["content"]?.arrayValue ?? []).compactMap { part in
        part["text"]?.stringValue.map { .text($0) }
      }
    case "dynamicToolCall":
      return (value["contentItems"]?.arrayValue ?? []).compactMap { $0["text"]?.stringValue.map { .text($0) } }
    default: return nil
    }
  }

  private var rawOutput: JSONValue? {
    switch type {
    case "commandExecution": ["exitCode": value["exitCode"] ?? nil]
    case "mcpToolCall": value["result"]?.isNull == false ? value["result"] : value["error"]
    default: nil
    }
  }

  // MARK: - Names

  private func short(_ path: String) -> String {
    path.hasPrefix(root + "/") ? String(path.dropFirst(root.count + 1)) : path
  }

  /// A command without the shell that it is handed to: `/bin/bash -lc 'ls'` is `ls`.
  static func unwrapped(_ command: String) -> String {
    guard let mark = command.firstRange(of: " -lc "), !command[..<mark.lowerBound].contains(" ") else { return command }
    let script = command[mark.upperBound...]
    guard let quote = script.first, quote == "'" || quote == "\"", script.count > 1, script.last == quote else {
      return String(script)
    }
    return String(script.dropFirst().dropLast())
  }
}
