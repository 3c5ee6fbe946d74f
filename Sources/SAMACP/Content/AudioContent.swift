// SPDX-License-Identifier: Apache-2.0

extension ACP {
  /// A sound.
  public struct AudioContent: ACPObject {
    /// The bytes in Base64.
    public var data: String
    /// The media type.
    public var mimeType: String
    /// For whom the content is.
    public var annotations: Annotations?
    /// `_meta` and members that have no property.
    public var extras = Extras()

    /// Makes the value.
    public init(data: String, mimeType: String, annotations: Annotations? = nil) {
      self.data = data
      self.mimeType = mimeType
      self.annotations = annotations
    }

    /// Reads the value.
    public init(from reader: inout ObjectReader) throws(ACPError) {
      data = try reader.required("data")
      mimeType = try reader.required("mimeType")
      annotations = reader.optional("annotations")
      extras = reader.rest()
    }

    /// Writes the value.
    public func write(to writer: inout ObjectWriter) {
      writer.required("data", data)
      writer.required("mimeType", mimeType)
      writer.optional("annotations", annotations)
      writer.rest(extras)
    }
  }
}
