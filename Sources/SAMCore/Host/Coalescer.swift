// SPDX-License-Identifier: Apache-2.0

/// Joins an agent's small pieces of text: the first piece of a message at once, then what comes within 50 ms or 4 KiB.
struct Coalescer: Hashable, Sendable {
  /// How long a piece waits for the next.
  static let delay = Duration.milliseconds(50)
  /// How much text makes an entry without waiting, in bytes.
  static let size = 4096

  private enum Kind: Hashable { case agent, thought }
  private struct Message: Hashable {
    var kind: Kind
    var id: String?
  }
  private var message: Message?
  private var text = ""
  /// The uptime at which the waiting text must go out.
  private(set) var deadline: Duration?

  /// Takes a piece.
  /// - Returns: the entries that go out now, in order; nothing for a body that is no text.
  mutating func add(_ body: EntryBody, uptime: Duration) -> [EntryBody]? {
    guard let (message, piece) = Self.piece(body) else { return nil }
    guard message == self.message else {
      let before = flush()
      self.message = message
      return (before.map { [$0] } ?? []) + [body]
    }
    text += piece
    if deadline == nil { deadline = uptime + Self.delay }
    return text.utf8.count >= Self.size ? flush().map { [$0] } ?? [] : []
  }

  /// What waits, if anything does.
  mutating func flush() -> EntryBody? {
    defer {
      text = ""
      deadline = nil
    }
    guard let message, !text.isEmpty else { return nil }
    let block = TextBlock(text, message: message.id)
    return message.kind == .agent ? .agent(block) : .thought(block)
  }

  /// What waits; the next piece is the first of a message again.
  mutating func finish() -> EntryBody? {
    defer { message = nil }
    return flush()
  }

  private static func piece(_ body: EntryBody) -> (Message, String)? {
    switch body {
    case .agent(let block): (Message(kind: .agent, id: block.message), block.text)
    case .thought(let block): (Message(kind: .thought, id: block.message), block.text)
    default: nil
    }
  }
}
