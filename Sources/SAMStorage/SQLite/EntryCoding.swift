// SPDX-License-Identifier: Apache-2.0
internal import SAMCore
internal import SAMRPC

/// How an entry's body becomes stored JSON and back.
///
/// Nearly all of a transcript is text and nothing else. Those bodies go through `JSONValue`, which is much faster than
/// `Codable`; both ways yield the same JSON, and a test holds them to it.
enum EntryCoding {
  static func encode(_ body: EntryBody) throws -> [UInt8] {
    switch body {
    case .user(let block) where block.isPlain, .agent(let block) where block.isPlain,
      .thought(let block) where block.isPlain:
      var object: JSONObject = ["text": .string(block.text), "type": .string(body.type)]
      if let message = block.message { object["message"] = .string(message) }
      return JSONValue.object(object).serialized()
    default: return try StateCoding.encode(body)
    }
  }

  static func decode(_ bytes: [UInt8]) throws -> EntryBody {
    if case .object(let object)? = try? JSONValue(parsing: bytes), let block = textBlock(object) {
      switch object["type"] {
      case .string("user"): return .user(block)
      case .string("agent"): return .agent(block)
      case .string("thought"): return .thought(block)
      default: break
      }
    }
    // What the fast way does not know, or finds damaged, the slow way knows or explains.
    return try StateCoding.decode(EntryBody.self, from: bytes)
  }

  private static func textBlock(_ object: JSONObject) -> TextBlock? {
    guard case .string(let text) = object["text"] else { return nil }
    switch (object["message"], object.count) {
    case (nil, 2): return TextBlock(text)
    case (.string(let message), 3): return TextBlock(text, message: message)
    default: return nil
    }
  }
}

extension TextBlock {
  /// Whether the fast way has words for all of it.
  fileprivate var isPlain: Bool { self == TextBlock(text, message: message) }
}
