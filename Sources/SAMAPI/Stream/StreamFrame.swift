// SPDX-License-Identifier: Apache-2.0

/// What a session's stream sends: one JSON object in each text message.
public enum StreamFrame: Hashable, Sendable {
  /// Entries in order; the cursor of each is the place behind it.
  case entries([EntryItem])
  /// The reader has caught up; sent once.
  case live
  /// What is before the cursor is no longer there: the reader goes on from it.
  case reset(cursor: Cursor, reason: String)
  /// The stream ends because of this.
  case error(Problem)
  /// A kind of frame that this version does not know; to be passed over.
  case unknown(type: String)
}

/// An entry with its place.
public struct EntryItem: Codable, Hashable, Sendable {
  /// The place behind the entry.
  public var cursor: Cursor
  /// The entry.
  public var entry: EntryView

  /// - Parameters: as the properties of the same names.
  public init(cursor: Cursor, entry: EntryView) {
    self.cursor = cursor
    self.entry = entry
  }

  private enum CodingKeys: String, CodingKey {
    case cursor
    case entry
  }
}

extension StreamFrame: Codable {
  private enum CodingKeys: String, CodingKey {
    case type
    case items
    case cursor
    case reason
    case problem
  }

  /// Reads a frame by its `type`.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    switch try container.decode(String.self, forKey: .type) {
    case "entries": self = .entries(try container.decode([EntryItem].self, forKey: .items))
    case "live": self = .live
    case "reset":
      self = .reset(
        cursor: try container.decode(Cursor.self, forKey: .cursor),
        reason: try container.decode(String.self, forKey: .reason))
    case "error": self = .error(try container.decode(Problem.self, forKey: .problem))
    case let type: self = .unknown(type: type)
    }
  }

  /// Writes a frame.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    switch self {
    case .entries(let items):
      try container.encode("entries", forKey: .type)
      try container.encode(items, forKey: .items)
    case .live: try container.encode("live", forKey: .type)
    case .reset(let cursor, let reason):
      try container.encode("reset", forKey: .type)
      try container.encode(cursor, forKey: .cursor)
      try container.encode(reason, forKey: .reason)
    case .error(let problem):
      try container.encode("error", forKey: .type)
      try container.encode(problem, forKey: .problem)
    case .unknown(let type): try container.encode(type, forKey: .type)
    }
  }
}
