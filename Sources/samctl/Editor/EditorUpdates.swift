// SPDX-License-Identifier: Apache-2.0
internal import SAMACP
internal import SAMAPI
internal import SAMCore

/// From a transcript's entries to what an editor is told: the way back of what the machine's side does with an agent's ACP.
struct EditorUpdates {
  /// The editor's folder. The agent works in a clone of its own: what it says of a file is shown at the editor's.
  let folder: String
  private var calls: Set<String> = []

  init(folder: String) { self.folder = folder }

  /// What an entry says to an editor; nil when it is nothing to show.
  mutating func update(_ entry: EntryView) -> ACP.SessionUpdate? {
    switch entry.body {
    case .user(let block):
      return .userMessageChunk(Self.chunk(AttachmentText.prompt(block.text, block.attachments), block.message))
    case .agent(let block): return .agentMessageChunk(Self.chunk(block.text, block.message))
    case .thought(let block): return .agentThoughtChunk(Self.chunk(block.text, block.message))
    case .tool(let activity): return tool(activity)
    case .plan(let plan): return .plan(Self.plan(plan))
    case .usage(let usage): return .usage(Self.usage(usage))
    case .work(let note):
      let lines = WorkText.lines(note, .plain)
      return .agentMessageChunk(Self.chunk("\n\n" + lines.joined(separator: "\n") + "\n"))
    case .notice(let notice) where notice.level == .info:
      return .agentThoughtChunk(Self.chunk(notice.text + "\n"))
    case .notice(let notice): return .agentMessageChunk(Self.chunk("\n\n\(notice.text)\n"))
    case .other:
      // Of what only the agent's own message says, an editor can use the commands: they are typed into prompts.
      guard let raw = entry.raw, case .availableCommands(let commands)? = try? ACP.SessionUpdate(json: raw) else {
        return nil
      }
      return .availableCommands(commands)
    case .approval, .turn, .settings: return nil
    }
  }

  /// A tool call as it stands: what it is about, when permission is asked for it.
  func toolCall(_ activity: ToolActivity) -> ACP.ToolCallUpdate {
    var content: [ACP.ToolCallContent] = []
    if let output = activity.output {
      content.append(.content(ACP.Content(content: .text(ACP.TextContent(text: output)))))
    }
    content += (activity.diffs ?? []).map {
      .diff(ACP.Diff(path: absolute($0.path), newText: $0.newText, oldText: $0.oldText))
    }
    return ACP.ToolCallUpdate(
      toolCallID: ACP.ToolCallID(rawValue: activity.id), title: activity.title,
      kind: activity.kind.map(ACP.ToolKind.init), status: activity.status.map(ACP.ToolCallStatus.init),
      content: content.isEmpty ? nil : content,
      locations: activity.paths?.map { ACP.ToolCallLocation(path: absolute($0)) })
  }

  private mutating func tool(_ activity: ToolActivity) -> ACP.SessionUpdate {
    let update = toolCall(activity)
    guard calls.insert(activity.id).inserted else { return .toolCallUpdate(update) }
    return .toolCall(
      ACP.ToolCall(
        toolCallID: update.toolCallID, title: update.title ?? activity.id, kind: update.kind, status: update.status,
        content: update.content ?? [], locations: update.locations ?? []))
  }

  private func absolute(_ path: String) -> String { path.hasPrefix("/") ? path : "\(folder)/\(path)" }

  private static func chunk(_ text: String, _ message: String? = nil) -> ACP.ContentChunk {
    ACP.ContentChunk(
      content: .text(ACP.TextContent(text: text)), messageID: message.map(ACP.MessageID.init(rawValue:)))
  }

  private static func plan(_ plan: Plan) -> ACP.Plan {
    ACP.Plan(
      entries: plan.steps.map {
        ACP.PlanEntry(
          content: $0.text, priority: ACP.PlanEntryPriority(rawValue: $0.priority),
          status: ACP.PlanEntryStatus(rawValue: $0.status))
      })
  }

  private static func usage(_ usage: Usage) -> ACP.UsageUpdate {
    let cost = usage.cost.map { ACP.Cost(amount: $0, currency: usage.currency ?? "USD") }
    return ACP.UsageUpdate(
      used: UInt64(clamping: usage.usedTokens), size: UInt64(clamping: usage.contextTokens), cost: cost)
  }
}
