// SPDX-License-Identifier: Apache-2.0
internal import SAMACP
internal import SAMRPC

/// What came of a call of a tool.
struct ClaudeToolResult: Sendable, Equatable {
  /// The `tool_result` block.
  let block: JSONValue
  /// What the tool returned to the program, where the line tells.
  let detail: JSONValue?

  /// The call.
  var id: String { block["tool_use_id"]?.stringValue ?? "" }

  private var isError: Bool { block["is_error"]?.boolValue == true }

  /// The end of the call.
  ///
  /// - Parameter tool: The call, when it is known: an edit that succeeded keeps the diff that was shown.
  func update(of tool: ClaudeTool?) -> ACP.ToolCallUpdate {
    var update = ACP.ToolCallUpdate(
      toolCallID: .init(rawValue: id), status: isError ? .failed : .completed, rawOutput: block["content"])
    switch tool?.kind {
    case .edit? where !isError: update.content = rewritten
    default: update.content = content
    }
    return update
  }

  /// A whole file that was replaced, with its text before: only the result tells it.
  private var rewritten: [ACP.ToolCallContent]? {
    guard let path = detail?["filePath"]?.stringValue, let new = detail?["content"]?.stringValue,
      let old = detail?["originalFile"]?.stringValue
    else { return nil }
    return [.diff(.init(path: path, newText: new, oldText: old))]
  }

  private var content: [ACP.ToolCallContent] {
    if let text = block["content"]?.stringValue { return [.text(Self.plain(text))] }
    return (block["content"]?.arrayValue ?? []).compactMap { part in
      switch part["type"]?.stringValue {
      case "text": return part["text"]?.stringValue.map { .text(Self.plain($0)) }
      case "image":
        guard let data = part["source"]?["data"]?.stringValue else { return nil }
        let type = part["source"]?["media_type"]?.stringValue ?? "image/png"
        return .content(.init(content: .image(.init(data: data, mimeType: type))))
      default: return nil
      }
    }
  }

  /// Errors come in a tag that is meant for the model.
  private static func plain(_ text: String) -> String {
    let (open, close) = ("<tool_use_error>", "</tool_use_error>")
    guard text.hasPrefix(open), text.hasSuffix(close) else { return text }
    return String(text.dropFirst(open.count).dropLast(close.count))
  }
}
