// SPDX-License-Identifier: Apache-2.0

/// One page of a list.
public struct Page<Item: Codable & Sendable>: Codable, Sendable {
  /// The items, in the list's order.
  public var items: [Item]
  /// What `cursor` of the next request is; nil = there is nothing more.
  public var next: String?

  /// - Parameters: as the properties of the same names.
  public init(items: [Item], next: String? = nil) {
    self.items = items
    self.next = next
  }

  private enum CodingKeys: String, CodingKey {
    case items
    case next
  }

  /// Writes `next` also when it is null, so that a reader sees that the list ends.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(items, forKey: .items)
    try container.encode(next, forKey: .next)
  }
}

extension Page: Equatable where Item: Equatable {}

/// How many items a page may have.
public enum PageLimit {
  /// When the request does not say.
  public static let standard = 50
  /// At least 1, at most so many.
  public static let allowed = 1...200
}
