// SPDX-License-Identifier: Apache-2.0
internal import SAMACP
internal import SAMRPC

/// A question of the Codex app-server, and how an answer to it looks.
///
/// Source: `ServerRequest` of the app-server's protocol and the types of its answers, as `codex app-server generate-ts`
/// writes them.
struct CodexApproval: Sendable, Equatable {
  private enum Kind: Sendable, Equatable {
    case command, fileChange, permissions, mcpTool
  }

  private let kind: Kind
  private let params: JSONValue

  /// Reads a question that a person can answer; nil for all others.
  init?(_ method: String, _ params: JSONValue) {
    switch method {
    case "item/commandExecution/requestApproval": kind = .command
    case "item/fileChange/requestApproval": kind = .fileChange
    case "item/permissions/requestApproval": kind = .permissions
    case CodexQuestion.method where params["_meta"]?["codex_approval_kind"] == "mcp_tool_call":
      kind = .mcpTool
    default: return nil
    }
    self.params = params
  }

  /// The call that it is about.
  ///
  /// - Parameter open: The calls that run: the question itself says little more than which one it is.
  func tool(root: String, open: [CodexItem]) -> ACP.ToolCallUpdate {
    let asked = CodexItem(value: params, root: root)
    let item = open.last {
      kind == .mcpTool ? $0.server == params["serverName"]?.stringValue : $0.id == params["itemId"]?.stringValue
    }
    let call = item?.call
    var tool = ACP.ToolCallUpdate(
      toolCallID: call?.toolCallID ?? .init(rawValue: params["itemId"]?.stringValue ?? "question"), title: call?.title,
      kind: call?.kind ?? .other, status: .pending, content: call?.content, locations: call?.locations,
      rawInput: call?.rawInput)
    if let reason = params["reason"]?.stringValue { tool.content = (tool.content ?? []) + [.text(reason)] }
    switch kind {
    case .command:
      let host = params["networkApprovalContext"]?["host"]?.stringValue.map { "Reach \($0) on the network" }
      let command = params["command"]?.stringValue.map { oneLine(CodexItem.unwrapped($0)) }
      tool.title = host ?? command ?? tool.title
      tool.kind = .execute
      tool.locations = asked.locations
      let line = params["command"]?.stringValue.map { JSONValue.string(CodexItem.unwrapped($0)) }
      tool.rawInput = ["command": line ?? nil, "cwd": params["cwd"] ?? nil]
    case .fileChange: tool.kind = .edit
    case .permissions:
      tool.title = "More permissions for this turn"
      tool.rawInput = params["permissions"]
    case .mcpTool: tool.rawInput = params["_meta"]?["tool_params"] ?? tool.rawInput
    }
    return tool
  }

  /// The answers that a person can choose from.
  var options: [ACP.PermissionOption] {
    switch kind {
    case .command: PermissionAnswer.options(always: "Allow this command in this conversation")
    case .fileChange: PermissionAnswer.options(always: "Allow edits of these files in this conversation")
    case .permissions: PermissionAnswer.options(always: "Allow this in this conversation")
    case .mcpTool: PermissionAnswer.options(always: "Allow this tool in this conversation")
    }
  }

  /// The answer for what the person chose.
  func response(to answer: PermissionAnswer) -> JSONValue {
    switch kind {
    case .command, .fileChange:
      let decision: JSONValue =
        switch answer {
        case .allowOnce: "accept"
        case .allowAlways: "acceptForSession"
        case .cancelled: "cancel"
        case .chosen: "decline"
        }
      return ["decision": decision]
    case .permissions:
      switch answer {
      case .allowOnce: return ["permissions": params["permissions"] ?? [:], "scope": "turn"]
      case .allowAlways: return ["permissions": params["permissions"] ?? [:], "scope": "session"]
      default: return ["permissions": [:], "scope": "turn"]
      }
    case .mcpTool:
      switch answer {
      case .allowOnce: return ["action": "accept", "content": [:], "_meta": nil]
      case .allowAlways: return ["action": "accept", "content": [:], "_meta": ["persist": "session"]]
      case .cancelled: return ["action": "cancel", "content": nil, "_meta": nil]
      case .chosen: return ["action": "decline", "content": nil, "_meta": nil]
      }
    }
  }
}
