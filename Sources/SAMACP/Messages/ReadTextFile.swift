// SPDX-License-Identifier: Apache-2.0

extension ACP {
  /// Reads a file, with what the editor has not saved yet.
  public struct ReadTextFileRequest: ACPRequest {
    /// The method on the wire.
    public static let method = "fs/read_text_file"
    /// What answers it.
    public typealias Response = ReadTextFileResponse

    /// The session.
    public var sessionID: SessionID
    /// The absolute path.
    public var path: String
    /// The first line, counted from 1.
    public var line: Int64?
    /// How many lines.
    public var limit: Int64?
    /// `_meta` and members that have no property.
    public var extras = Extras()

    /// Makes the value.
    public init(sessionID: SessionID, path: String, line: Int64? = nil, limit: Int64? = nil) {
      self.sessionID = sessionID
      self.path = path
      self.line = line
      self.limit = limit
    }

    /// Reads the value.
    public init(from reader: inout ObjectReader) throws(ACPError) {
      sessionID = try reader.required("sessionId")
      path = try reader.required("path")
      line = reader.optional("line")
      limit = reader.optional("limit")
      extras = reader.rest()
    }

    /// Writes the value.
    public func write(to writer: inout ObjectWriter) {
      writer.required("sessionId", sessionID)
      writer.required("path", path)
      writer.optional("line", line)
      writer.optional("limit", limit)
      writer.rest(extras)
    }
  }

  /// What was read.
  public struct ReadTextFileResponse: ACPObject {
    /// The text.
    public var content: String
    /// `_meta` and members that have no property.
    public var extras = Extras()

    /// Makes the value.
    public init(content: String) {
      self.content = content
    }

    /// Reads the value.
    public init(from reader: inout ObjectReader) throws(ACPError) {
      content = try reader.required("content")
      extras = reader.rest()
    }

    /// Writes the value.
    public func write(to writer: inout ObjectWriter) {
      writer.required("content", content)
      writer.rest(extras)
    }
  }
}
