// SPDX-License-Identifier: Apache-2.0

extension ACP {
  /// Ends the authenticated state; needs the agent's capability `auth.logout`. Source: ACP v1, Authentication, "Logging out".
  public struct LogoutRequest: ACPRequest {
    /// The method on the wire.
    public static let method = "logout"
    /// What answers it.
    public typealias Response = LogoutResponse

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

  /// The agent is logged out.
  public struct LogoutResponse: ACPObject {
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
