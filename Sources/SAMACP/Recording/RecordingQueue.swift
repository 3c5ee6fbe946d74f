// SPDX-License-Identifier: Apache-2.0
internal import SAMRPC

/// Lines of a recording on their way to the file. Pure: lines in, lines out, in the same order and without secrets.
struct RecordingQueue {
  private struct Item {
    var at: Int64
    var side: Recording.Side
    var bytes: [UInt8]
    var chunk: Chunk?
    var spans: [Range<Int>] = []
  }

  /// A piece of a message's text.
  private struct Chunk {
    /// Of what it is a piece: who speaks in which session, to whom or in thought.
    var key: String
    var message: JSONValue
    var text: [UInt8]

    init?(_ line: [UInt8], from side: Recording.Side) {
      guard let message = try? JSONValue(parsing: line), message["method"] == .string(ACP.SessionNotification.method),
        let update = message["params"]?["update"], let kind = update["sessionUpdate"]?.stringValue,
        kind.hasSuffix("_message_chunk") || kind.hasSuffix("_thought_chunk"),
        let text = update["content"]?["text"]?.stringValue
      else { return nil }
      key = "\(side) \(message["params"]?["sessionId"]?.stringValue ?? "") \(kind)"
      self.message = message
      self.text = Array(text.utf8)
    }

    /// The line without parts of its text.
    func line(without spans: [Range<Int>]) -> [UInt8] {
      guard var root = message.objectValue, var params = root["params"]?.objectValue,
        var update = params["update"]?.objectValue, var content = update["content"]?.objectValue
      else { return [] }
      content["text"] = .string(String(decoding: SecretFilter.cut(spans, out: text), as: UTF8.self))
      update["content"] = .object(content)
      params["update"] = .object(update)
      root["params"] = .object(params)
      return Recorder.bytes(.object(root))
    }
  }

  /// How many lines wait at most for the end of what may be a secret.
  private static let limit = 1000
  private var items: [Item] = []
  /// How many lines have left.
  private var gone = 0
  /// By the kind of text: the chunks, as numbers of lines, that may hold the beginning of a secret.
  private var open: [String: [Int]] = [:]

  /// Takes a line.
  /// - Returns: What goes to the file now.
  mutating func add(_ line: [UInt8], _ at: Int64, _ side: Recording.Side, _ filter: SecretFilter) -> [[UInt8]] {
    let chunk = Chunk(line, from: side)
    items.append(Item(at: at, side: side, bytes: line, chunk: chunk))
    // Another kind of message ends a text.
    for key in open.keys where key != chunk?.key && key.hasPrefix("\(side) ") { open[key] = nil }
    if let chunk { join(chunk.key, filter) }
    if items.count > Self.limit { open = [:] }
    let first = open.values.compactMap(\.first).min() ?? gone + items.count
    return leave(upTo: first, filter)
  }

  /// Ends it.
  /// - Returns: What was held back.
  mutating func close(_ filter: SecretFilter) -> [[UInt8]] { leave(upTo: gone + items.count, filter) }

  /// Looks for secrets in the text that the newest line goes on with.
  private mutating func join(_ key: String, _ filter: SecretFilter) {
    let pieces = (open[key] ?? []) + [gone + items.count - 1]
    let texts = pieces.map { items[$0 - gone].chunk?.text ?? [] }
    let whole = texts.flatMap { $0 }
    let spans = filter.spans(in: whole)
    let end = filter.openEnd(of: whole) ?? whole.count
    var start = 0
    var kept: [Int] = []
    for (piece, text) in zip(pieces, texts) {
      let range = start..<start + text.count
      items[piece - gone].spans = spans.filter { $0.overlaps(range) }.map {
        $0.clamped(to: range).lowerBound - start..<$0.clamped(to: range).upperBound - start
      }
      if range.upperBound > end { kept.append(piece) }
      start = range.upperBound
    }
    open[key] = kept.isEmpty ? nil : kept
  }

  private mutating func leave(upTo number: Int, _ filter: SecretFilter) -> [[UInt8]] {
    let leaving = items.prefix(number - gone)
    items.removeFirst(leaving.count)
    gone += leaving.count
    return leaving.map { item in
      let bytes = item.spans.isEmpty ? item.bytes : item.chunk?.line(without: item.spans) ?? item.bytes
      return Recorder.bytes(Recording.line(at: item.at, from: item.side, filter.redact(bytes)))
    }
  }
}
