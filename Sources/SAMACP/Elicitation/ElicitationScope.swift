// SPDX-License-Identifier: Apache-2.0
public import SAMRPC

extension ACP {
  /// What a question to the person belongs to. Source: ACP v1, Elicitation, "Scope".
  public enum ElicitationScope: Hashable, Sendable {
    /// A session, and perhaps one of its tool calls.
    case session(SessionID, toolCall: ToolCallID?)
    /// A request that the client made and that waits, such as `session/new` or `authenticate`.
    case request(RPCID)

    init(from reader: inout ObjectReader) throws(ACPError) {
      if let session: SessionID = reader.optional("sessionId") {
        self = .session(session, toolCall: reader.optional("toolCallId"))
      } else if reader.has("requestId") {
        self = .request(try reader.required("requestId"))
      } else {
        throw ACPError(.missing, "sessionId or requestId must be there").inside("sessionId")
      }
    }

    func write(to writer: inout ObjectWriter) {
      switch self {
      case .session(let session, let call):
        writer.required("sessionId", session)
        writer.optional("toolCallId", call)
      case .request(let id): writer.required("requestId", id)
      }
    }
  }
}
