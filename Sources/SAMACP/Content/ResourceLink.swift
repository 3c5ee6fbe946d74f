// SPDX-License-Identifier: Apache-2.0

extension ACP {
  /// A reference to something that the agent can fetch itself.
  public struct ResourceLink: ACPObject {
    /// The name.
    public var name: String
    /// Where it is.
    public var uri: String
    /// The name for people.
    public var title: String?
    /// What it is.
    public var description: String?
    /// The media type.
    public var mimeType: String?
    /// The size in bytes.
    public var size: Int64?
    /// For whom the content is.
    public var annotations: Annotations?
    /// `_meta` and members that have no property.
    public var extras = Extras()

    /// Makes the value.
    public init(
      name: String, uri: String, title: String? = nil, description: String? = nil, mimeType: String? = nil,
      size: Int64? = nil, annotations: Annotations? = nil
    ) {
      self.name = name
      self.uri = uri
      self.title = title
      self.description = description
      self.mimeType = mimeType
      self.size = size
      self.annotations = annotations
    }

    /// Reads the value.
    public init(from reader: inout ObjectReader) throws(ACPError) {
      name = try reader.required("name")
      uri = try reader.required("uri")
      title = reader.optional("title")
      description = reader.optional("description")
      mimeType = reader.optional("mimeType")
      size = reader.optional("size")
      annotations = reader.optional("annotations")
      extras = reader.rest()
    }

    /// Writes the value.
    public func write(to writer: inout ObjectWriter) {
      writer.required("name", name)
      writer.required("uri", uri)
      writer.optional("title", title)
      writer.optional("description", description)
      writer.optional("mimeType", mimeType)
      writer.optional("size", size)
      writer.optional("annotations", annotations)
      writer.rest(extras)
    }
  }
}
