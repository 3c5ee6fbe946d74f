// SPDX-License-Identifier: Apache-2.0
internal import SAMACP
internal import SAMRPC

/// From what Claude Code writes to ACP's updates. Pure: it does no I/O.
///
/// A message of the model comes twice: in pieces as it is written, and whole. The pieces are passed on, and the whole is
/// used for what came in no pieces and for the calls of tools, whose input is readable only then.
struct ClaudeUpdates: Sendable {
  /// The folder of the conversation.
  let root: String
  /// Whether a session's file is read: then the person's messages are repeated too.
  var isReplay = false
  /// How many tokens the model read and wrote last.
  private(set) var usedTokens: UInt64 = 0

  private var readTokens: UInt64 = 0
  /// The message whose pieces come.
  private var streaming: String?
  /// Calls that have no result yet.
  private var calls: [String: ClaudeTool] = [:]

  init(root: String, isReplay: Bool = false) {
    self.root = root
    self.isReplay = isReplay
  }

  /// A piece of a message.
  mutating func piece(_ event: JSONValue, parent: String?) -> [ACP.SessionUpdate] {
    // What a sub-agent says is its caller's business; its calls are shown when they are whole.
    guard parent == nil else { return [] }
    switch event["type"]?.stringValue {
    case "message_start":
      streaming = event["message"]?["id"]?.stringValue
      count(event["message"]?["usage"])
    case "content_block_start":
      guard let block = event["content_block"], block["type"]?.stringValue == "tool_use" else { break }
      // A long input takes the model minutes to write; that it writes one is shown at once.
      return announce(block, parent: nil)
    case "content_block_delta":
      let delta = event["delta"] ?? .null
      if let text = delta["text"]?.stringValue { return [.says(text, message: streaming)] }
      if let text = delta["thinking"]?.stringValue { return [.thinks(text, message: streaming)] }
    case "message_delta": count(event["usage"])
    default: break
    }
    return []
  }

  /// Complete blocks of a message of the model.
  mutating func assistant(_ record: ClaudeRecord) -> [ACP.SessionUpdate] {
    let isSaid = record.parent != nil || (record.id != nil && record.id == streaming)
    return record.blocks.flatMap { block -> [ACP.SessionUpdate] in
      switch block["type"]?.stringValue {
      case "text":
        guard !isSaid, let text = block["text"]?.stringValue, !text.isEmpty else { return [] }
        return [.says(text, message: record.id)]
      case "thinking":
        guard !isSaid, let text = block["thinking"]?.stringValue, !text.isEmpty else { return [] }
        return [.thinks(text, message: record.id)]
      case "tool_use", "server_tool_use", "mcp_tool_use": return announce(block, parent: record.parent)
      default: return []
      }
    }
  }

  /// What the model gets to read.
  mutating func user(_ record: ClaudeRecord) -> [ACP.SessionUpdate] {
    var updates: [ACP.SessionUpdate] = []
    for block in record.blocks where block["type"]?.stringValue == "tool_result" {
      let result = ClaudeToolResult(block: block, detail: record.toolResult)
      let tool = calls.removeValue(forKey: result.id)
      if tool?.isPlan != true { updates.append(.toolCallUpdate(result.update(of: tool))) }
    }
    guard record.parent == nil, !record.isNote else { return updates }
    for text in record.texts {
      if let output = ClaudeNote.output(in: text) {
        updates.append(.says(output))
      } else if isReplay, !ClaudeNote.isNote(text) {
        updates.append(.personSaid(text, message: record.uuid))
      }
    }
    return updates
  }

  /// A call that was announced, or asked about, runs.
  func running(_ id: String) -> [ACP.SessionUpdate] {
    guard calls[id] != nil else { return [] }
    return [.toolCallUpdate(.init(toolCallID: .init(rawValue: id), status: .inProgress))]
  }

  /// A call that the client may be asked about before its result is there.
  func call(_ id: String) -> ClaudeTool? { calls[id] }

  private mutating func announce(_ block: JSONValue, parent: String?) -> [ACP.SessionUpdate] {
    guard let id = block["id"]?.stringValue, let name = block["name"]?.stringValue else { return [] }
    let tool = ClaudeTool(name: name, input: block["input"] ?? [:], root: root)
    let known = calls.updateValue(tool, forKey: id)
    if tool.isPlan { return tool.plan.entries.isEmpty ? [] : [.plan(tool.plan)] }
    if known == tool { return [] }
    return known == nil ? [.toolCall(tool.call(id, parent: parent))] : [.toolCallUpdate(tool.update(id))]
  }

  private mutating func count(_ usage: JSONValue?) {
    guard let usage else { return }
    func tokens(_ member: String) -> UInt64? { usage[member]?.uint64Value }
    // The end of a message tells only what it wrote; what it had read stays.
    if let read = tokens("input_tokens"), read > 0 {
      readTokens = read + (tokens("cache_read_input_tokens") ?? 0) + (tokens("cache_creation_input_tokens") ?? 0)
    }
    usedTokens = readTokens + (tokens("output_tokens") ?? 0)
  }
}

/// Notes that the program puts among the person's messages.
enum ClaudeNote {
  /// What a command of the program printed, which people see.
  static func output(in text: String) -> String? {
    let (open, close) = ("<local-command-stdout>", "</local-command-stdout>")
    guard text.hasPrefix(open), text.hasSuffix(close) else { return nil }
    let output = text.dropFirst(open.count).dropLast(close.count)
    return output.isEmpty ? nil : String(output)
  }

  /// Whether a text is the program's and not the person's.
  static func isNote(_ text: String) -> Bool {
    ["<command-name>", "<local-command-", "<system-reminder>", "<task-notification>", "[Request interrupted by user"]
      .contains { text.hasPrefix($0) }
  }
}
