// SPDX-License-Identifier: Apache-2.0

extension ACP {
  /// Something that is sent along whole.
  public struct EmbeddedResource: ACPObject {
    /// What is sent.
    public var resource: ResourceContents
    /// For whom the content is.
    public var annotations: Annotations?
    /// `_meta` and members that have no property.
    public var extras = Extras()

    /// Makes the value.
    public init(resource: ResourceContents, annotations: Annotations? = nil) {
      self.resource = resource
      self.annotations = annotations
    }

    /// Reads the value.
    public init(from reader: inout ObjectReader) throws(ACPError) {
      resource = try reader.required("resource")
      annotations = reader.optional("annotations")
      extras = reader.rest()
    }

    /// Writes the value.
    public func write(to writer: inout ObjectWriter) {
      writer.required("resource", resource)
      writer.optional("annotations", annotations)
      writer.rest(extras)
    }
  }

  /// The contents of a resource: text, or bytes in Base64.
  public struct ResourceContents: ACPObject {
    /// Where it comes from.
    public var uri: String
    /// The text, when it is text.
    public var text: String?
    /// The bytes in Base64, when it is no text.
    public var blob: String?
    /// The media type.
    public var mimeType: String?
    /// `_meta` and members that have no property.
    public var extras = Extras()

    /// Makes the value.
    public init(uri: String, text: String? = nil, blob: String? = nil, mimeType: String? = nil) {
      self.uri = uri
      self.text = text
      self.blob = blob
      self.mimeType = mimeType
    }

    /// Reads the value.
    public init(from reader: inout ObjectReader) throws(ACPError) {
      uri = try reader.required("uri")
      text = reader.optional("text")
      blob = reader.optional("blob")
      mimeType = reader.optional("mimeType")
      extras = reader.rest()
    }

    /// Writes the value.
    public func write(to writer: inout ObjectWriter) {
      writer.required("uri", uri)
      writer.optional("text", text)
      writer.optional("blob", blob)
      writer.optional("mimeType", mimeType)
      writer.rest(extras)
    }
  }
}
