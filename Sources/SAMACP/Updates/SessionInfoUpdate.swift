// SPDX-License-Identifier: Apache-2.0

extension ACP {
  /// What is known of the session changed.
  public struct SessionInfoUpdate: ACPObject {
    /// The title.
    public var title: Patch<String>
    /// When something happened last (ISO 8601).
    public var updatedAt: Patch<String>
    /// `_meta` and members that have no property.
    public var extras = Extras()

    /// Makes the value.
    public init(title: Patch<String> = .keep, updatedAt: Patch<String> = .keep) {
      self.title = title
      self.updatedAt = updatedAt
    }

    /// Reads the value.
    public init(from reader: inout ObjectReader) throws(ACPError) {
      title = reader.optional("title", default: .keep)
      updatedAt = reader.optional("updatedAt", default: .keep)
      extras = reader.rest()
    }

    /// Writes the value.
    public func write(to writer: inout ObjectWriter) {
      writer.optional("title", title, default: .keep)
      writer.optional("updatedAt", updatedAt, default: .keep)
      writer.rest(extras)
    }
  }
}
