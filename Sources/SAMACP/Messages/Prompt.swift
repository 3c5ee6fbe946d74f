// SPDX-License-Identifier: Apache-2.0

extension ACP {
  /// Starts a turn; the answer ends it.
  public struct PromptRequest: ACPRequest {
    /// The method on the wire.
    public static let method = "session/prompt"
    /// What answers it.
    public typealias Response = PromptResponse

    /// The session.
    public var sessionID: SessionID
    /// The person's message.
    public var prompt: [ContentBlock]
    /// `_meta` and members that have no property.
    public var extras = Extras()

    /// Makes the value.
    public init(sessionID: SessionID, prompt: [ContentBlock]) {
      self.sessionID = sessionID
      self.prompt = prompt
    }

    /// Reads the value.
    public init(from reader: inout ObjectReader) throws(ACPError) {
      sessionID = try reader.required("sessionId")
      prompt = try reader.required("prompt")
      extras = reader.rest()
    }

    /// Writes the value.
    public func write(to writer: inout ObjectWriter) {
      writer.required("sessionId", sessionID)
      writer.required("prompt", prompt)
      writer.rest(extras)
    }
  }

  /// The turn is over.
  public struct PromptResponse: ACPObject {
    /// Why it is over.
    public var stopReason: StopReason
    /// The tokens of the turn (unstable in ACP v1).
    public var usage: Usage?
    /// `_meta` and members that have no property.
    public var extras = Extras()

    /// Makes the value.
    public init(stopReason: StopReason, usage: Usage? = nil) {
      self.stopReason = stopReason
      self.usage = usage
    }

    /// Reads the value.
    public init(from reader: inout ObjectReader) throws(ACPError) {
      stopReason = try reader.required("stopReason")
      usage = reader.optional("usage")
      extras = reader.rest()
    }

    /// Writes the value.
    public func write(to writer: inout ObjectWriter) {
      writer.required("stopReason", stopReason)
      writer.optional("usage", usage)
      writer.rest(extras)
    }
  }
}
