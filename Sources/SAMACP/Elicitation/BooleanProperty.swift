// SPDX-License-Identifier: Apache-2.0

extension ACP {
  /// A field for yes or no.
  public struct BooleanProperty: ACPObject {
    /// The name for people.
    public var title: String?
    /// What it means.
    public var description: String?
    /// What it holds at first.
    public var standard: Bool?
    /// `_meta` and members that have no property.
    public var extras = Extras()

    /// Makes the value.
    public init(title: String? = nil, description: String? = nil, standard: Bool? = nil) {
      self.title = title
      self.description = description
      self.standard = standard
    }

    /// Reads the value.
    public init(from reader: inout ObjectReader) throws(ACPError) {
      title = reader.optional("title")
      description = reader.optional("description")
      standard = reader.optional("default")
      extras = reader.rest()
    }

    /// Writes the value.
    public func write(to writer: inout ObjectWriter) {
      writer.optional("title", title)
      writer.optional("description", description)
      writer.optional("default", standard)
      writer.rest(extras)
    }
  }
}
