// SPDX-License-Identifier: Apache-2.0
public import SAMRPC

extension ACP {
  /// Either end gives up a request that it made; the answer is a result all the same, or the error -32800.
  ///
  /// ``SAMRPC/RPCConnection`` sends it when the task of a caller is cancelled, and acts on it when it comes.
  /// Source: ACP v1, Cancellation.
  public struct CancelRequestNotification: ACPNotification {
    /// The method on the wire.
    public static let method = "$/cancel_request"

    /// The id of the request, in the numbering of the end that gives it up.
    public var requestID: RPCID
    /// `_meta` and members that have no property.
    public var extras = Extras()

    /// Makes the value.
    public init(requestID: RPCID) {
      self.requestID = requestID
    }

    /// Reads the value.
    public init(from reader: inout ObjectReader) throws(ACPError) {
      requestID = try reader.required("requestId")
      extras = reader.rest()
    }

    /// Writes the value.
    public func write(to writer: inout ObjectWriter) {
      writer.required("requestId", requestID)
      writer.rest(extras)
    }
  }
}
