// SPDX-License-Identifier: Apache-2.0
internal import SAMACP
internal import SAMRPC

/// A call of one of Claude Code's tools, in ACP's words.
///
/// Source: the inputs of the tools as the Claude Agent SDK types them (`FileEditInput`, `BashInput`, …).
struct ClaudeTool: Sendable, Equatable {
  /// The tool's name.
  let name: String
  /// What it is called with; empty while the model still writes it.
  let input: JSONValue
  /// The folder of the conversation: paths beneath it are shown relative to it.
  let root: String

  /// Whether it is shown as the plan and not as a tool.
  var isPlan: Bool { name == "TodoWrite" }

  var kind: ACP.ToolKind {
    switch name {
    case "Read", "NotebookRead", "LS", "ListMcpResources", "ReadMcpResource": .read
    case "Edit", "MultiEdit", "Write", "NotebookEdit": .edit
    case "Glob", "Grep", "ToolSearch": .search
    case "Bash", "BashOutput", "KillShell", "KillBash", "Monitor", "TaskOutput", "TaskStop": .execute
    case "WebFetch", "WebSearch": .fetch
    case "Task", "Agent", "Skill", "Workflow": .think
    case "ExitPlanMode", "EnterPlanMode", "EnterWorktree", "ExitWorktree": .switchMode
    default: .other
    }
  }

  var title: String {
    switch name {
    case "Bash", "Monitor": return text("command").map { oneLine($0) } ?? name
    case "Read", "Edit", "MultiEdit", "Write", "NotebookEdit", "LS":
      return path.map { "\(name == "LS" ? "List" : name) \(short($0))" } ?? name
    case "Glob", "Grep": return text("pattern").map { "\(name) \(oneLine($0))" } ?? name
    case "WebFetch": return text("url").map { "Fetch \(oneLine($0))" } ?? name
    case "WebSearch": return text("query").map { "Search the web for \(oneLine($0))" } ?? name
    case "Task", "Agent": return text("description").map { oneLine($0) } ?? name
    case "Skill": return text("skill").map { "Skill \(oneLine($0))" } ?? name
    case "ExitPlanMode": return "Carry out the plan"
    default:
      let parts = name.split(separator: "__")
      guard parts.first == "mcp", parts.count >= 3 else { return name }
      return "\(parts[1]): \(parts[2...].joined(separator: "__"))"
    }
  }

  var content: [ACP.ToolCallContent] {
    switch name {
    case "Edit": return diff(input).map { [$0] } ?? []
    case "MultiEdit": return (input["edits"]?.arrayValue ?? []).compactMap(diff)
    case "Write":
      guard let path, let content = text("content") else { return [] }
      return [.diff(.init(path: path, newText: content))]
    case "NotebookEdit":
      guard let path, let source = text("new_source") else { return [] }
      return [.diff(.init(path: path, newText: source))]
    case "ExitPlanMode": return text("plan").map { [.text($0)] } ?? []
    case "Bash", "Monitor": return text("description").map { [.text($0)] } ?? []
    case "Task", "Agent": return text("prompt").map { [.text($0)] } ?? []
    default: return []
    }
  }

  var locations: [ACP.ToolCallLocation] {
    guard let path else { return [] }
    return [.init(path: path, line: name == "Read" ? input["offset"]?.int64Value : nil)]
  }

  /// The plan that `TodoWrite` writes.
  var plan: ACP.Plan {
    ACP.Plan(
      entries: (input["todos"]?.arrayValue ?? []).map { todo in
        .init(
          content: todo["content"]?.stringValue ?? "", priority: .medium,
          status: .init(rawValue: todo["status"]?.stringValue ?? "pending"))
      })
  }

  /// The file that it is about.
  private var path: String? {
    let named = text("file_path") ?? text("notebook_path") ?? (kind == .read ? text("path") : nil)
    return named.map { $0.hasPrefix("/") ? $0 : "\(root)/\($0)" }
  }

  private func text(_ member: String) -> String? { input[member]?.stringValue }

  private func diff(_ edit: JSONValue) -> ACP.ToolCallContent? {
    guard let path, let new = edit["new_string"]?.stringValue else { return nil }
    let old = edit["old_string"]?.stringValue
    return .diff(.init(path: path, newText: new, oldText: old?.isEmpty == true ? nil : old))
  }

  private func short(_ path: String) -> String {
    path.hasPrefix(root + "/") ? String(path.dropFirst(root.count + 1)) : path
  }
}

extension ClaudeTool {
  /// The call, when it becomes known.
  func call(_ id: String, parent: String?) -> ACP.ToolCall {
    var call = ACP.ToolCall(
      toolCallID: .init(rawValue: id), title: title, kind: kind, status: .pending, content: content,
      locations: locations, rawInput: input.objectValue?.isEmpty == false ? .some(input) : .none)
    call.meta = meta(parent)
    return call
  }

  /// The call with what the model has written by now.
  func update(_ id: String, status: ACP.ToolCallStatus? = nil) -> ACP.ToolCallUpdate {
    ACP.ToolCallUpdate(
      toolCallID: .init(rawValue: id), title: title, kind: kind, status: status, content: content,
      locations: locations, rawInput: input)
  }

  private func meta(_ parent: String?) -> JSONObject {
    var detail: JSONObject = ["toolName": .string(name)]
    if let parent { detail["parentToolUseId"] = .string(parent) }
    return ["claudeCode": .object(detail)]
  }
}
