// SPDX-License-Identifier: Apache-2.0

extension ACP {
  /// Lists the sessions that the agent knows.
  public struct ListSessionsRequest: ACPRequest {
    /// The method on the wire.
    public static let method = "session/list"
    /// What answers it.
    public typealias Response = ListSessionsResponse

    /// Only those of this absolute directory.
    public var cwd: String?
    /// Where the page before ended.
    public var cursor: String?
    /// `_meta` and members that have no property.
    public var extras = Extras()

    /// Makes the value.
    public init(cwd: String? = nil, cursor: String? = nil) {
      self.cwd = cwd
      self.cursor = cursor
    }

    /// Reads the value.
    public init(from reader: inout ObjectReader) throws(ACPError) {
      cwd = reader.optional("cwd")
      cursor = reader.optional("cursor")
      extras = reader.rest()
    }

    /// Writes the value.
    public func write(to writer: inout ObjectWriter) {
      writer.optional("cwd", cwd)
      writer.optional("cursor", cursor)
      writer.rest(extras)
    }
  }

  /// A page of sessions.
  public struct ListSessionsResponse: ACPObject {
    /// The sessions.
    public var sessions: [SessionInfo]
    /// Where the next page starts; nil at the end.
    public var nextCursor: String?
    /// `_meta` and members that have no property.
    public var extras = Extras()

    /// Makes the value.
    public init(sessions: [SessionInfo], nextCursor: String? = nil) {
      self.sessions = sessions
      self.nextCursor = nextCursor
    }

    /// Reads the value.
    public init(from reader: inout ObjectReader) throws(ACPError) {
      sessions = try reader.required("sessions")
      nextCursor = reader.optional("nextCursor")
      extras = reader.rest()
    }

    /// Writes the value.
    public func write(to writer: inout ObjectWriter) {
      writer.required("sessions", sessions)
      writer.optional("nextCursor", nextCursor)
      writer.rest(extras)
    }
  }
}
