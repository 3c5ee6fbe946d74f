// SPDX-License-Identifier: Apache-2.0
internal import SAMACP
internal import SAMRPC

/// From what the Codex app-server notifies of one conversation to ACP's updates. Pure: it does no I/O.
///
/// Source: `ServerNotification` of the app-server's protocol, as `codex app-server generate-ts` writes it. What is not
/// named here is passed over.
struct CodexUpdates: Sendable {
  /// The folder of the conversation.
  let root: String
  /// The items that were said in pieces.
  private var said: Set<String> = []
  /// What running commands have written, and how much of it was shown.
  private var output: [String: (text: String, shown: Int)] = [:]

  /// The calls of tools that run: questions say little about them.
  private(set) var open: [CodexItem] = []

  init(root: String) { self.root = root }

  /// How much of a running command's output is shown, in bytes.
  static let outputLimit = 64 << 10

  mutating func on(_ method: String, _ params: JSONValue) -> [ACP.SessionUpdate] {
    switch method {
    case "item/agentMessage/delta", "item/plan/delta": return piece(params, ACP.SessionUpdate.says)
    case "item/reasoning/summaryTextDelta", "item/reasoning/textDelta":
      return piece(params, ACP.SessionUpdate.thinks)
    case "item/commandExecution/outputDelta": return written(params)
    case "item/started":
      let item = CodexItem(value: params["item"] ?? .null, root: root)
      guard item.isTool else { return [] }
      open.append(item)
      return [.toolCall(item.call)]
    case "item/fileChange/patchUpdated":
      let item = CodexItem(
        value: ["type": "fileChange", "id": params["itemId"] ?? nil, "changes": params["changes"] ?? nil], root: root)
      let call = item.call
      return [.toolCallUpdate(.init(toolCallID: call.toolCallID, title: call.title, content: call.content))]
    case "item/completed": return completed(CodexItem(value: params["item"] ?? .null, root: root))
    case "turn/plan/updated": return [.plan(Self.plan(params["plan"]?.arrayValue ?? []))]
    case "thread/tokenUsage/updated": return Self.usage(params["tokenUsage"] ?? .null)
    case "turn/started": return params["turn"]?["startedAt"]?.doubleValue.map { [.begun(at: $0)] } ?? []
    case "turn/completed":
      said = []
      output = [:]
      open = []
      return []
    default: return []
    }
  }

  /// What was said and done in a conversation before, from its turns.
  static func replay(_ turns: [JSONValue], root: String) -> [ACP.SessionUpdate] {
    turns.flatMap { $0["items"]?.arrayValue ?? [] }.flatMap { value -> [ACP.SessionUpdate] in
      let item = CodexItem(value: value, root: root)
      switch item.type {
      case "userMessage": return [.personSaid(item.words, message: item.id)]
      case "agentMessage", "plan": return item.words.isEmpty ? [] : [.says(item.words, message: item.id)]
      case "reasoning": return item.words.isEmpty ? [] : [.thinks(item.words, message: item.id)]
      default: return item.isTool ? [.toolCall(item.call), .toolCallUpdate(item.end)] : []
      }
    }
  }

  private mutating func piece(
    _ params: JSONValue, _ make: (String, String?) -> ACP.SessionUpdate
  ) -> [ACP.SessionUpdate] {
    guard let id = params["itemId"]?.stringValue, let delta = params["delta"]?.stringValue else { return [] }
    said.insert(id)
    return [make(delta, id)]
  }

  private mutating func completed(_ item: CodexItem) -> [ACP.SessionUpdate] {
    output[item.id] = nil
    open.removeAll { $0.id == item.id }
    if item.isTool { return [.toolCallUpdate(item.end)] }
    guard !said.contains(item.id), !item.words.isEmpty else { return [] }
    switch item.type {
    case "agentMessage", "plan": return [.says(item.words, message: item.id)]
    case "reasoning": return [.thinks(item.words, message: item.id)]
    default: return []
    }
  }

  /// An update of a tool replaces what was shown before, so it comes only when there is twice as much to show.
  private mutating func written(_ params: JSONValue) -> [ACP.SessionUpdate] {
    guard let id = params["itemId"]?.stringValue, let delta = params["delta"]?.stringValue else { return [] }
    var (text, shown) = output[id] ?? ("", 0)
    guard text.utf8.count < Self.outputLimit else { return [] }
    text += delta
    let isWorthIt = text.utf8.count >= 2 * shown
    output[id] = (text, isWorthIt ? text.utf8.count : shown)
    return isWorthIt ? [.toolCallUpdate(.init(toolCallID: .init(rawValue: id), content: [.text(text)]))] : []
  }

  private static func plan(_ steps: [JSONValue]) -> ACP.Plan {
    ACP.Plan(
      entries: steps.map { step in
        let status: ACP.PlanEntryStatus =
          switch step["status"]?.stringValue {
          case "completed": .completed
          case "inProgress": .inProgress
          default: .pending
          }
        return .init(content: step["step"]?.stringValue ?? "", priority: .medium, status: status)
      })
  }

  private static func usage(_ usage: JSONValue) -> [ACP.SessionUpdate] {
    guard let used = usage["last"]?["totalTokens"]?.uint64Value, let size = usage["modelContextWindow"]?.uint64Value
    else { return [] }
    return [.usage(.init(used: used, size: size))]
  }
}
