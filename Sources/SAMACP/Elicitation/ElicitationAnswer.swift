// SPDX-License-Identifier: Apache-2.0
public import SAMRPC

extension ACP {
  /// What the person did with a question. Source: ACP v1, Elicitation, "Response Actions".
  public enum ElicitationAnswer: Hashable, Sendable {
    /// Said yes, and filled the form in when there was one.
    case accept(OrderedDictionary<String, ElicitationContent>?)
    /// Said no.
    case decline
    /// Said nothing.
    case cancel
    /// Something that this version does not know. It is never a consent.
    case other(action: String)

    init(from reader: inout ObjectReader) throws(ACPError) {
      switch try reader.required("action") as String {
      case "accept": self = .accept(reader.optional("content"))
      case "decline": self = .decline
      case "cancel": self = .cancel
      case let action: self = .other(action: action)
      }
    }

    func write(to writer: inout ObjectWriter) {
      switch self {
      case .accept(let content):
        writer.required("action", "accept")
        writer.optional("content", content)
      case .decline: writer.required("action", "decline")
      case .cancel: writer.required("action", "cancel")
      case .other(let action): writer.required("action", action)
      }
    }
  }

  /// What a field was filled with.
  public enum ElicitationContent: ACPValue {
    /// Text, or a choice.
    case text(String)
    /// A whole number.
    case integer(Int64)
    /// A number.
    case number(Double)
    /// Yes or no.
    case boolean(Bool)
    /// Choices.
    case choices([String])
    /// A kind of value that this version does not know.
    case other(JSONValue)

    /// Reads the value.
    public init(json: JSONValue) throws(ACPError) {
      switch json {
      case .string(let text): self = .text(text)
      case .integer(let number): self = .integer(number)
      case .number(let number): self = .number(number)
      case .bool(let value): self = .boolean(value)
      case .array(let elements):
        let texts = elements.compactMap(\.stringValue)
        self = texts.count == elements.count ? .choices(texts) : .other(json)
      default: self = .other(json)
      }
    }

    /// The value as JSON.
    public var json: JSONValue {
      switch self {
      case .text(let text): .string(text)
      case .integer(let number): .integer(number)
      case .number(let number): .number(number)
      case .boolean(let value): .bool(value)
      case .choices(let texts): .array(texts.map { .string($0) })
      case .other(let value): value
      }
    }
  }
}
