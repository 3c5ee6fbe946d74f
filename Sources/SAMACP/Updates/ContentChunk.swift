// SPDX-License-Identifier: Apache-2.0

extension ACP {
  /// A piece of a message that is being said.
  public struct ContentChunk: ACPObject {
    /// The piece.
    public var content: ContentBlock
    /// The message to which it belongs.
    public var messageID: MessageID?
    /// `_meta` and members that have no property.
    public var extras = Extras()

    /// Makes the value.
    public init(content: ContentBlock, messageID: MessageID? = nil) {
      self.content = content
      self.messageID = messageID
    }

    /// Reads the value.
    public init(from reader: inout ObjectReader) throws(ACPError) {
      content = try reader.required("content")
      messageID = reader.optional("messageId")
      extras = reader.rest()
    }

    /// Writes the value.
    public func write(to writer: inout ObjectWriter) {
      writer.required("content", content)
      writer.optional("messageId", messageID)
      writer.rest(extras)
    }
  }
}
