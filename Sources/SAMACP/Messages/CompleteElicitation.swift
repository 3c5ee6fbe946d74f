// SPDX-License-Identifier: Apache-2.0

extension ACP {
  /// The person has done what a web page wanted of them. Source: ACP v1, Elicitation, "URL Mode".
  public struct CompleteElicitationNotification: ACPNotification {
    /// The method on the wire.
    public static let method = "elicitation/complete"

    /// The question that is over.
    public var elicitationID: ElicitationID
    /// `_meta` and members that have no property.
    public var extras = Extras()

    /// Makes the value.
    public init(elicitationID: ElicitationID) {
      self.elicitationID = elicitationID
    }

    /// Reads the value.
    public init(from reader: inout ObjectReader) throws(ACPError) {
      elicitationID = try reader.required("elicitationId")
      extras = reader.rest()
    }

    /// Writes the value.
    public func write(to writer: inout ObjectWriter) {
      writer.required("elicitationId", elicitationID)
      writer.rest(extras)
    }
  }
}
