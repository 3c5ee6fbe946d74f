// SPDX-License-Identifier: Apache-2.0
public import SAMCore

/// A place in a list of things of one kind, opaque to those who carry it: behind the last item of a page.
public struct ListCursor: Hashable, Sendable, CustomStringConvertible {
  private static let version = "1"

  /// The kind of things in the list.
  public let kind: AggregateKind
  /// The id of the last item that its holder has.
  public let last: String

  /// - Parameters:
  ///   - kind: the kind of things in the list.
  ///   - last: the id of the last item that its holder has.
  public init(kind: AggregateKind, last: String) {
    self.kind = kind
    self.last = last
  }

  /// Reads a cursor of a list of one kind.
  /// - Throws: ``Rejection`` with `invalid` when it is none, or another list's.
  public init(_ text: String, of kind: AggregateKind) throws {
    let parts = Base64URL.decode(text)?.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
    guard let parts, parts.count == 3, parts[0] == Self.version, parts[1] == kind.rawValue, !parts[2].isEmpty else {
      throw Rejection(
        .invalid, "'\(text.prefix(100))' is no cursor of a list of \(kind)s; use 'next' of that list's last page")
    }
    self.init(kind: kind, last: parts[2])
  }

  /// The text on the wire.
  public var description: String { Base64URL.encode("\(Self.version)|\(kind)|\(last)") }
}
