// SPDX-License-Identifier: Apache-2.0

extension ACP {
  /// Who an end is.
  public struct Implementation: ACPObject {
    /// The name for programs.
    public var name: String
    /// The name for people.
    public var title: String?
    /// The version.
    public var version: String
    /// `_meta` and members that have no property.
    public var extras = Extras()

    /// Makes the value.
    public init(name: String, title: String? = nil, version: String) {
      self.name = name
      self.title = title
      self.version = version
    }

    /// Reads the value.
    public init(from reader: inout ObjectReader) throws(ACPError) {
      name = try reader.required("name")
      title = reader.optional("title")
      version = try reader.required("version")
      extras = reader.rest()
    }

    /// Writes the value.
    public func write(to writer: inout ObjectWriter) {
      writer.required("name", name)
      writer.optional("title", title)
      writer.required("version", version)
      writer.rest(extras)
    }
  }
}
