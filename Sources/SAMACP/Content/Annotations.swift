// SPDX-License-Identifier: Apache-2.0

extension ACP {
  /// Who speaks or listens.
  public struct Role: ACPString {
    /// The string on the wire.
    public let rawValue: String
    /// Wraps any string.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// The agent.
    public static let assistant = Role(rawValue: "assistant")
    /// The person.
    public static let user = Role(rawValue: "user")
  }

  /// Hints on how to show content.
  public struct Annotations: ACPObject {
    /// For whom it is.
    public var audience: [Role]?
    /// When it changed last (ISO 8601).
    public var lastModified: String?
    /// How important it is, from 0 to 1.
    public var priority: Double?
    /// `_meta` and members that have no property.
    public var extras = Extras()

    /// Makes the value.
    public init(audience: [Role]? = nil, lastModified: String? = nil, priority: Double? = nil) {
      self.audience = audience
      self.lastModified = lastModified
      self.priority = priority
    }

    /// Reads the value.
    public init(from reader: inout ObjectReader) throws(ACPError) {
      audience = reader.optional("audience")
      lastModified = reader.optional("lastModified")
      priority = reader.optional("priority")
      extras = reader.rest()
    }

    /// Writes the value.
    public func write(to writer: inout ObjectWriter) {
      writer.optional("audience", audience)
      writer.optional("lastModified", lastModified)
      writer.optional("priority", priority)
      writer.rest(extras)
    }
  }
}
