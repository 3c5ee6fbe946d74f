// SPDX-License-Identifier: Apache-2.0
internal import SAMRPC

/// The real peer of a replay: its messages one after the other.
struct ReplayPeer {
  let transport: any RPCTransport
  let limit: Duration
  let clock: any Clock<Duration>
  private var framer = LineFramer()
  private var waiting: [ReplayMessage] = []
  private var hasEnded = false

  init(transport: any RPCTransport, limit: Duration, clock: any Clock<Duration>) {
    self.transport = transport
    self.limit = limit
    self.clock = clock
  }

  /// Why nothing came, in words.
  var silence: String { hasEnded ? "the end" : "nothing within \(limit.components.seconds) s" }

  /// The next message; of a text as much as is expected.
  /// - Returns: nil when nothing comes.
  mutating func next(like expected: ReplayMessage, _ names: ReplayNames) async throws -> ReplayMessage? {
    guard var message = try await take() else { return nil }
    let wanted = names.incoming(expected.json)
    let length = ReplayMessage(wanted).text.utf8.count
    while expected.isText, message.kind == expected.kind, message.text.utf8.count < length, let more = try await take()
    {
      if !message.append(more) {
        waiting.insert(more, at: 0)
        break
      }
    }
    return message
  }

  /// What still comes until the end.
  mutating func rest() async throws -> ReplayMessage? { try await take() }

  private mutating func take() async throws -> ReplayMessage? {
    while waiting.isEmpty, !hasEnded {
      guard let bytes = try await read() else { return nil }
      let frames = bytes.isEmpty ? framer.finish() : framer.append(bytes)
      if bytes.isEmpty { hasEnded = true }
      for case .line(let line) in frames {
        // What is no message is not part of the conversation.
        if let json = try? JSONValue(parsing: line) { waiting.append(ReplayMessage(json)) }
      }
    }
    return waiting.isEmpty ? nil : waiting.removeFirst()
  }

  /// - Returns: nothing at the end of the stream; nil when nothing comes in time.
  private func read() async throws -> [UInt8]? {
    try await withThrowingTaskGroup(of: [UInt8]?.self) { [transport, clock, limit] group in
      group.addTask { try await transport.read() ?? [] }
      group.addTask {
        try await clock.sleep(for: limit)
        return nil
      }
      defer { group.cancelAll() }
      return try await group.next() ?? nil
    }
  }
}
