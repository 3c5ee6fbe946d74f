// SPDX-License-Identifier: Apache-2.0

extension ACP {
  /// A session in a list.
  public struct SessionInfo: ACPObject {
    /// The session.
    public var sessionID: SessionID
    /// Its absolute working directory.
    public var cwd: String
    /// Its title.
    public var title: String?
    /// When something happened last (ISO 8601).
    public var updatedAt: String?
    /// More absolute directories; needs the capability.
    public var additionalDirectories: [String]
    /// `_meta` and members that have no property.
    public var extras = Extras()

    /// Makes the value.
    public init(
      sessionID: SessionID, cwd: String, title: String? = nil, updatedAt: String? = nil,
      additionalDirectories: [String] = []
    ) {
      self.sessionID = sessionID
      self.cwd = cwd
      self.title = title
      self.updatedAt = updatedAt
      self.additionalDirectories = additionalDirectories
    }

    /// Reads the value.
    public init(from reader: inout ObjectReader) throws(ACPError) {
      sessionID = try reader.required("sessionId")
      cwd = try reader.required("cwd")
      title = reader.optional("title")
      updatedAt = reader.optional("updatedAt")
      additionalDirectories = reader.optional("additionalDirectories", default: [])
      extras = reader.rest()
    }

    /// Writes the value.
    public func write(to writer: inout ObjectWriter) {
      writer.required("sessionId", sessionID)
      writer.required("cwd", cwd)
      writer.optional("title", title)
      writer.optional("updatedAt", updatedAt)
      writer.optional("additionalDirectories", additionalDirectories, default: [])
      writer.rest(extras)
    }
  }
}
