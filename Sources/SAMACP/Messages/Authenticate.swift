// SPDX-License-Identifier: Apache-2.0

extension ACP {
  /// Asks the agent to authenticate.
  public struct AuthenticateRequest: ACPRequest {
    /// The method on the wire.
    public static let method = "authenticate"
    /// What answers it.
    public typealias Response = AuthenticateResponse

    /// The way.
    public var methodID: AuthMethodID
    /// `_meta` and members that have no property.
    public var extras = Extras()

    /// Makes the value.
    public init(methodID: AuthMethodID) {
      self.methodID = methodID
    }

    /// Reads the value.
    public init(from reader: inout ObjectReader) throws(ACPError) {
      methodID = try reader.required("methodId")
      extras = reader.rest()
    }

    /// Writes the value.
    public func write(to writer: inout ObjectWriter) {
      writer.required("methodId", methodID)
      writer.rest(extras)
    }
  }

  /// The agent is authenticated.
  public struct AuthenticateResponse: ACPObject {
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
