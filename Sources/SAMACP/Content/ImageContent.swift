// SPDX-License-Identifier: Apache-2.0

extension ACP {
  /// An image.
  public struct ImageContent: ACPObject {
    /// The bytes in Base64.
    public var data: String
    /// The media type.
    public var mimeType: String
    /// Where it comes from.
    public var uri: String?
    /// For whom the content is.
    public var annotations: Annotations?
    /// `_meta` and members that have no property.
    public var extras = Extras()

    /// Makes the value.
    public init(data: String, mimeType: String, uri: String? = nil, annotations: Annotations? = nil) {
      self.data = data
      self.mimeType = mimeType
      self.uri = uri
      self.annotations = annotations
    }

    /// Reads the value.
    public init(from reader: inout ObjectReader) throws(ACPError) {
      data = try reader.required("data")
      mimeType = try reader.required("mimeType")
      uri = reader.optional("uri")
      annotations = reader.optional("annotations")
      extras = reader.rest()
    }

    /// Writes the value.
    public func write(to writer: inout ObjectWriter) {
      writer.required("data", data)
      writer.required("mimeType", mimeType)
      writer.optional("uri", uri)
      writer.optional("annotations", annotations)
      writer.rest(extras)
    }
  }
}
