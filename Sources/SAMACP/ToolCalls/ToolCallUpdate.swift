// SPDX-License-Identifier: Apache-2.0
public import SAMRPC

extension ACP {
  /// A change of a tool call. What is nil stays as it is; lists replace the old ones.
  public struct ToolCallUpdate: ACPObject {
    /// The id.
    public var toolCallID: ToolCallID
    /// What it does, for people.
    public var title: String?
    /// What kind of tool it is.
    public var kind: ToolKind?
    /// How far it is.
    public var status: ToolCallStatus?
    /// What it shows.
    public var content: [ToolCallContent]?
    /// Which places it works on.
    public var locations: [ToolCallLocation]?
    /// The input as the tool gets it.
    public var rawInput: JSONValue?
    /// The output as the tool gives it.
    public var rawOutput: JSONValue?
    /// `_meta` and members that have no property.
    public var extras = Extras()

    /// Makes the value.
    public init(
      toolCallID: ToolCallID, title: String? = nil, kind: ToolKind? = nil, status: ToolCallStatus? = nil,
      content: [ToolCallContent]? = nil, locations: [ToolCallLocation]? = nil, rawInput: JSONValue? = nil,
      rawOutput: JSONValue? = nil
    ) {
      self.toolCallID = toolCallID
      self.title = title
      self.kind = kind
      self.status = status
      self.content = content
      self.locations = locations
      self.rawInput = rawInput
      self.rawOutput = rawOutput
    }

    /// Reads the value.
    public init(from reader: inout ObjectReader) throws(ACPError) {
      toolCallID = try reader.required("toolCallId")
      title = reader.optional("title")
      kind = reader.optional("kind")
      status = reader.optional("status")
      content = reader.optional("content")
      locations = reader.optional("locations")
      rawInput = reader.optional("rawInput")
      rawOutput = reader.optional("rawOutput")
      extras = reader.rest()
    }

    /// Writes the value.
    public func write(to writer: inout ObjectWriter) {
      writer.required("toolCallId", toolCallID)
      writer.optional("title", title)
      writer.optional("kind", kind)
      writer.optional("status", status)
      writer.optional("content", content)
      writer.optional("locations", locations)
      writer.optional("rawInput", rawInput)
      writer.optional("rawOutput", rawOutput)
      writer.rest(extras)
    }
  }
}
