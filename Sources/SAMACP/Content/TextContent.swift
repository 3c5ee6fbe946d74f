// SPDX-License-Identifier: Apache-2.0

extension ACP {
  /// Text, which may be Markdown.
  public struct TextContent: ACPObject {
    /// The text.
    public var text: String
    /// For whom the content is.
    public var annotations: Annotations?
    /// `_meta` and members that have no property.
    public var extras = Extras()

    /// Makes the value.
    public init(text: String, annotations: Annotations? = nil) {
      self.text = text
      self.annotations = annotations
    }

    /// Reads the value.
    public init(from reader: inout ObjectReader) throws(ACPError) {
      text = try reader.required("text")
      annotations = reader.optional("annotations")
      extras = reader.rest()
    }

    /// Writes the value.
    public func write(to writer: inout ObjectWriter) {
      writer.required("text", text)
      writer.optional("annotations", annotations)
      writer.rest(extras)
    }
  }
}
