// SPDX-License-Identifier: Apache-2.0

extension ACP {
  /// Writes a file and makes it when there is none.
  public struct WriteTextFileRequest: ACPRequest {
    /// The method on the wire.
    public static let method = "fs/write_text_file"
    /// What answers it.
    public typealias Response = WriteTextFileResponse

    /// The session.
    public var sessionID: SessionID
    /// The absolute path.
    public var path: String
    /// The whole text.
    public var content: String
    /// `_meta` and members that have no property.
    public var extras = Extras()

    /// Makes the value.
    public init(sessionID: SessionID, path: String, content: String) {
      self.sessionID = sessionID
      self.path = path
      self.content = content
    }

    /// Reads the value.
    public init(from reader: inout ObjectReader) throws(ACPError) {
      sessionID = try reader.required("sessionId")
      path = try reader.required("path")
      content = try reader.required("content")
      extras = reader.rest()
    }

    /// Writes the value.
    public func write(to writer: inout ObjectWriter) {
      writer.required("sessionId", sessionID)
      writer.required("path", path)
      writer.required("content", content)
      writer.rest(extras)
    }
  }

  /// The file is written.
  public struct WriteTextFileResponse: ACPObject {
    /// `_meta` and members that have no property.
    public var extras = Extras()

    /// Makes the value.
    public init() {}

    /// Reads the value.
    public init(from reader: inout ObjectReader) throws(ACPError) {
      extras = reader.rest()
    }

    /// Writes the value.
    public func write(to writer: inout ObjectWriter) {
      writer.rest(extras)
    }
  }
}
