// SPDX-License-Identifier: Apache-2.0
internal import SAMACP

/// What an agent replays while it loads a conversation. It is compared, never written to the transcript.
struct ReplayComparator: Sendable {
  /// The user's prompts as the agent has them, in order.
  private(set) var messages: [String] = []
  private var current: (id: ACP.MessageID?, text: String)?

  /// Takes one replayed update.
  mutating func add(_ update: ACP.SessionUpdate) {
    guard case .userMessageChunk(let chunk) = update else {
      current = nil
      return
    }
    // What came with a prompt is shown in many ways; its words are what is compared.
    let text = if case .text(let words) = chunk.content { words.text } else { "" }
    if let open = current, open.id == chunk.messageID {
      current?.text += text
      messages[messages.count - 1] = open.text + text
    } else {
      current = (chunk.messageID, text)
      messages.append(text)
    }
  }
}
