// SPDX-License-Identifier: Apache-2.0

/// The last bytes of a stream, in bounded memory, cut where a character begins.
struct OutputTail: Sendable {
  /// How many bytes are kept.
  let limit: Int

  /// Whether anything was dropped from the start.
  private(set) var truncated = false

  private var bytes: [UInt8] = []

  init(limit: Int) {
    self.limit = max(0, limit)
  }

  mutating func append(_ more: [UInt8]) {
    bytes.append(contentsOf: more)
    guard bytes.count > limit else { return }
    truncated = true
    // Dropping from the front moves the rest, so it is done once per `limit` bytes rather than once per read.
    if bytes.count > 2 * limit + 4096 { bytes.removeFirst(bytes.count - limit) }
  }

  /// The text, at most `limit` bytes of UTF-8.
  ///
  /// - Parameter ended: Nothing follows. While more may follow, a character whose rest has not arrived is held back.
  func text(ended: Bool) -> String {
    var slice = bytes.suffix(limit)
    if truncated {
      // A continuation byte belongs to a character whose start is gone. There are at most three.
      for _ in 0..<3 where slice.first.map({ $0 & 0xC0 == 0x80 }) == true { slice.removeFirst() }
    }
    if !ended { slice.removeLast(Self.unfinished(slice)) }
    let text = String(decoding: slice, as: UTF8.self)
    // Repaired bytes take three bytes each, which can make the text longer than what was read.
    var excess = text.utf8.count - limit
    guard excess > 0 else { return text }
    let kept = text.unicodeScalars.drop { scalar in
      defer { excess -= UTF8.width(scalar) }
      return excess > 0
    }
    return String(kept)
  }

  /// How many bytes at the end begin a character that is not complete.
  private static func unfinished(_ slice: ArraySlice<UInt8>) -> Int {
    for back in 1...3 {
      guard back <= slice.count else { return 0 }
      let byte = slice[slice.endIndex - back]
      if byte & 0xC0 == 0x80 { continue }
      let length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1
      return length > back ? back : 0
    }
    return 0
  }
}
