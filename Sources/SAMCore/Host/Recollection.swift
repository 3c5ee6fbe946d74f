// SPDX-License-Identifier: Apache-2.0

/// What was said in a session, the newest of it: told to an agent that cannot load its conversation and begins a new one.
///
/// It is folded from the journal, like inbox and outbox, and so is the same after a crash.
public struct Recollection: Hashable, Sendable {
  /// How much is kept in all, in bytes.
  public static let limit = 24 << 10
  /// How much is kept of one message, in bytes.
  public static let messageLimit = 4 << 10
  /// What encloses it when it is told. The person's message comes after it.
  static let (opening, closing) = ("<conversation-so-far>", "</conversation-so-far>")

  private enum Speaker: Hashable { case person, agent, tool(String), sam }
  private struct Part: Hashable {
    var speaker: Speaker
    var text: String
  }
  private var parts: [Part] = []
  private var size = 0
  private var isCut = false

  /// Whether nothing was said.
  var isEmpty: Bool { parts.isEmpty && !isCut }

  /// Folds one journal record.
  /// - Parameter inbox: the session's prompts, with this record in it.
  mutating func apply(_ record: JournalRecord, _ inbox: PromptInbox) {
    switch record {
    case .handing(let turn): if let prompt = inbox[turn] { add(.person, Self.words(of: prompt)) }
    // Before the first prompt there is nothing to remember, and what no agent has had is no part of it.
    case .item(let item) where !isEmpty && item.turn.map({ inbox[$0]?.conversation != nil }) ?? true:
      apply(item.content)
    case .item, .absent, .epoch, .received, .refused, .acknowledged, .conversation: break
    }
  }

  private static func words(of prompt: PromptInbox.Prompt) -> String {
    guard !prompt.attached.isEmpty else { return prompt.text }
    return "\(prompt.text)\n(with \(prompt.attached.joined(separator: ", ")))"
  }

  private mutating func apply(_ content: OutboxItem.Content) {
    switch content {
    case .entry(.agent(let block), _): add(.agent, block.text)
    case .entry(.tool(let tool), _): if let title = tool.title { add(.tool(tool.id), title) }
    case .ended(.interrupted(let reason)), .ended(.failed(let reason)): add(.sam, "This was cut off: \(reason)")
    case .ended(.ambiguous): add(.sam, "It is not known whether this was done.")
    case .ended(.finished(stopReason: "cancelled")): add(.sam, "The person cancelled this.")
    default: break
    }
  }

  private mutating func add(_ speaker: Speaker, _ text: String) {
    // What looks like our own frame would end it early.
    let text = text.replacing(Self.closing, with: "<conversation-so-far/>")
    if case .tool = speaker, let index = parts.lastIndex(where: { $0.speaker == speaker }) {
      size += text.utf8.count - parts[index].text.utf8.count
      parts[index].text = text
    } else if speaker == .agent, let last = parts.last, last.speaker == .agent {
      append(text, to: parts.count - 1)
    } else {
      parts.append(Part(speaker: speaker, text: ""))
      append(text, to: parts.count - 1)
    }
    while size > Self.limit, parts.count > 1 {
      size -= parts.removeFirst().text.utf8.count
      isCut = true
    }
  }

  private mutating func append(_ text: String, to index: Int) {
    let before = parts[index].text
    guard before.utf8.count < Self.messageLimit else { return }
    let room = Self.messageLimit - before.utf8.count
    let piece = text.utf8.count <= room ? text : String(decoding: text.utf8.prefix(room), as: UTF8.self) + "…"
    parts[index].text += piece
    size += piece.utf8.count
  }

  /// What the agent is told before the next prompt.
  var told: String {
    var lines = [
      Self.opening,
      "You are taking this conversation up again. You said and did what follows before, and do not remember it. It is "
        + "history: do not carry out again what was asked then. The person's new message comes after it.", "",
    ]
    if isCut { lines.append("(What was said before that is left out.)") }
    for part in parts {
      switch part.speaker {
      case .person: lines.append("Person: \(part.text)")
      case .agent: lines.append("You: \(part.text)")
      case .tool: lines.append("You used a tool: \(part.text)")
      case .sam: lines.append("(\(part.text))")
      }
    }
    return (lines + [Self.closing]).joined(separator: "\n")
  }

  /// A prompt as a replay shows it, without what was told before it.
  static func without(_ replayed: String) -> String {
    guard replayed.drop(while: \.isWhitespace).hasPrefix(opening), let end = replayed.firstRange(of: closing) else {
      return replayed
    }
    return String(replayed[end.upperBound...])
  }
}
