// SPDX-License-Identifier: Apache-2.0

/// The name of one durable thing: a prefix that says what it is and a sortable ULID, like `task_01J9Z3…`.
///
/// Every kind has its own Swift type, so that a task's id never ends up where a session's is wanted.
public protocol PrefixedID: RawRepresentable, Codable, Hashable, Sendable, Comparable, CustomStringConvertible
where RawValue == String {
  /// What stands before the underscore.
  static var prefix: String { get }
  /// Wraps a text that is known to be well formed.
  init(trusted rawValue: String)
}

extension PrefixedID {
  /// Accepts `prefix_` followed by 1 to 64 letters, digits or hyphens; anything else is no id of this kind.
  public init?(rawValue: String) {
    let start = Self.prefix + "_"
    guard rawValue.hasPrefix(start) else { return nil }
    let rest = rawValue.utf8.dropFirst(start.utf8.count)
    let allowed = rest.allSatisfy { byte in
      (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || byte == 45
    }
    guard allowed, (1...64).contains(rest.count) else { return nil }
    self.init(trusted: rawValue)
  }

  /// The text itself.
  public var description: String { rawValue }

  /// Ids of one kind sort by the time at which they were made.
  public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }

  /// Decodes the text, and refuses one of another kind.
  public init(from decoder: any Decoder) throws {
    let text = try decoder.singleValueContainer().decode(String.self)
    guard let id = Self(rawValue: text) else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "'\(text)' is not a \(Self.prefix)_… id"))
    }
    self = id
  }

  /// Encodes the text.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(rawValue)
  }
}
