// SPDX-License-Identifier: Apache-2.0

extension ACP {
  /// Asks the person whether a tool may run.
  public struct RequestPermissionRequest: ACPRequest {
    /// The method on the wire.
    public static let method = "session/request_permission"
    /// What answers it.
    public typealias Response = RequestPermissionResponse

    /// The session.
    public var sessionID: SessionID
    /// What is to run.
    public var toolCall: ToolCallUpdate
    /// The possible answers.
    public var options: [PermissionOption]
    /// `_meta` and members that have no property.
    public var extras = Extras()

    /// Makes the value.
    public init(sessionID: SessionID, toolCall: ToolCallUpdate, options: [PermissionOption]) {
      self.sessionID = sessionID
      self.toolCall = toolCall
      self.options = options
    }

    /// Reads the value.
    public init(from reader: inout ObjectReader) throws(ACPError) {
      sessionID = try reader.required("sessionId")
      toolCall = try reader.required("toolCall")
      options = try reader.required("options")
      extras = reader.rest()
    }

    /// Writes the value.
    public func write(to writer: inout ObjectWriter) {
      writer.required("sessionId", sessionID)
      writer.required("toolCall", toolCall)
      writer.required("options", options)
      writer.rest(extras)
    }
  }

  /// The person's answer.
  public struct RequestPermissionResponse: ACPObject {
    /// The answer.
    public var outcome: RequestPermissionOutcome
    /// `_meta` and members that have no property.
    public var extras = Extras()

    /// Makes the value.
    public init(outcome: RequestPermissionOutcome) {
      self.outcome = outcome
    }

    /// Reads the value.
    public init(from reader: inout ObjectReader) throws(ACPError) {
      outcome = try reader.required("outcome")
      extras = reader.rest()
    }

    /// Writes the value.
    public func write(to writer: inout ObjectWriter) {
      writer.required("outcome", outcome)
      writer.rest(extras)
    }
  }
}
