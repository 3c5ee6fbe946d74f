// SPDX-License-Identifier: Apache-2.0
internal import SAMACP
internal import SAMCore
internal import SAMRPC

/// From what an agent says in ACP to SAM's own words. ACP may change; the transcript does not.
struct EntryMapping: Sendable {
  /// The workspace: paths beneath it are said relative to it.
  let root: String

  /// How much text of one field is kept in an entry, in bytes; the agent has the rest.
  static let textLimit = 256 << 10
  /// How large an agent's own message may be to be kept beside the entry, in bytes.
  static let rawLimit = 64 << 10

  /// What an update says: an entry, and whether it repeats a prompt of the user.
  struct Meaning {
    var body: EntryBody?
    var echo: String?
  }

  func meaning(of update: ACP.SessionUpdate) -> Meaning {
    switch update {
    case .userMessageChunk(let chunk): Meaning(body: nil, echo: Self.text(chunk.content))
    case .agentMessageChunk(let chunk):
      Meaning(body: .agent(TextBlock(Self.cut(Self.text(chunk.content)), message: chunk.messageID?.rawValue)))
    case .agentThoughtChunk(let chunk):
      Meaning(body: .thought(TextBlock(Self.cut(Self.text(chunk.content)), message: chunk.messageID?.rawValue)))
    case .toolCall(let call): Meaning(body: .tool(tool(call)))
    case .toolCallUpdate(let update): Meaning(body: .tool(tool(update)))
    case .plan(let plan): Meaning(body: .plan(Self.plan(plan)))
    case .usage(let usage): Meaning(body: .usage(Self.usage(usage)))
    case .availableCommands: Self.other("available_commands_update")
    case .currentMode, .configOptions: Meaning()  // What they say ``ConversationSettings`` takes in.
    case .sessionInfo: Self.other("session_info_update")
    case .other(let value): Self.other(value[ACP.SessionUpdate.tag]?.stringValue ?? "unknown")
    }
  }

  /// The agent's own message, where it is small enough to be kept and says more than the entry.
  static func raw(_ update: ACP.SessionUpdate, _ body: EntryBody?) -> JSONText? {
    switch body {
    case .agent, .thought, .plan, nil: return nil
    default: break
    }
    let raw = JSONText(update.json)
    return raw.text.utf8.count <= rawLimit ? raw : nil
  }

  func tool(_ call: ACP.ToolCall) -> ToolActivity {
    activity(
      id: call.toolCallID.rawValue, title: call.title, kind: call.kind?.rawValue, status: call.status?.rawValue,
      content: call.content.isEmpty ? nil : call.content, paths: call.locations.map(\.path), input: call.rawInput,
      raw: call.rawOutput)
  }

  func tool(_ update: ACP.ToolCallUpdate) -> ToolActivity {
    activity(
      id: update.toolCallID.rawValue, title: update.title, kind: update.kind?.rawValue,
      status: update.status?.rawValue, content: update.content, paths: update.locations?.map(\.path) ?? [],
      input: update.rawInput, raw: update.rawOutput)
  }

  private func activity(
    id: String, title: String?, kind: String?, status: String?, content: [ACP.ToolCallContent]?, paths: [String],
    input: JSONValue?, raw: JSONValue?
  ) -> ToolActivity {
    var output: [String] = []
    var diffs: [ToolActivity.Diff] = []
    for part in content ?? [] {
      switch part {
      case .content(let content): output.append(Self.text(content.content))
      case .diff(let diff):
        diffs.append(
          .init(path: short(diff.path), oldText: diff.oldText.map(Self.cut), newText: Self.cut(diff.newText)))
      case .terminal, .other: break
      }
    }
    if output.isEmpty, diffs.isEmpty, let raw {
      output.append(raw.stringValue ?? String(decoding: raw.serialized(), as: UTF8.self))
    }
    return ToolActivity(
      id: id, title: title, kind: kind, status: status,
      output: output.isEmpty ? nil : Self.cut(output.joined(separator: "\n")), diffs: diffs.isEmpty ? nil : diffs,
      paths: paths.isEmpty ? nil : paths.map(short), command: Self.command(input))
  }

  /// The command line in a tool's input, which is the agent's own: what is called so by all that we know, also in JSON text.
  private static func command(_ input: JSONValue?) -> String? {
    let text = input?.stringValue
    let input = text.flatMap { try? JSONValue(parsing: $0) } ?? input
    guard let command = input?["command"]?.stringValue, !command.isEmpty, command.utf8.count <= textLimit else {
      return nil
    }
    return command
  }

  /// A path as people read it.
  private func short(_ path: String) -> String {
    path.hasPrefix(root + "/") ? String(path.dropFirst(root.count + 1)) : path
  }

  private static func plan(_ plan: ACP.Plan) -> Plan {
    Plan(
      steps: plan.entries.map {
        Plan.Step(text: $0.content, priority: $0.priority.rawValue, status: $0.status.rawValue)
      })
  }

  private static func usage(_ usage: ACP.UsageUpdate) -> Usage {
    Usage(
      usedTokens: Int64(clamping: usage.used), contextTokens: Int64(clamping: usage.size), cost: usage.cost?.amount,
      currency: usage.cost?.currency)
  }

  private static func other(_ update: String) -> Meaning { Meaning(body: .other(OtherBody(update: update))) }

  /// The text of a block; what is no text is named.
  static func text(_ block: ACP.ContentBlock) -> String {
    switch block {
    case .text(let content): content.text
    case .image: "[image]"
    case .audio: "[audio]"
    case .resourceLink(let link): "[\(link.name)](\(link.uri))"
    case .resource: "[resource]"
    case .other: "[content of an unknown kind]"
    }
  }

  static func cut(_ text: String) -> String {
    guard text.utf8.count > textLimit else { return text }
    let kept = String(decoding: text.utf8.prefix(textLimit), as: UTF8.self)
    return kept + "\n… (\(text.utf8.count - textLimit) more bytes were cut)"
  }
}
