// SPDX-License-Identifier: Apache-2.0
public import SAMRPC

extension ACP {
  /// A field of a form. Source: ACP v1, Elicitation, "Form Mode"; schema, `ElicitationPropertySchema`.
  public enum ElicitationProperty: ACPUnion {
    /// Text, or one of some choices.
    case text(TextProperty)
    /// A number.
    case number(NumberProperty)
    /// A whole number.
    case integer(IntegerProperty)
    /// Yes or no.
    case boolean(BooleanProperty)
    /// Some of several choices.
    case multiSelect(MultiSelectProperty)
    /// A kind that this version does not know, or a known kind whose members do not fit: kept as it came.
    case other(JSONValue)

    /// The member that tells the kinds apart.
    public static let tag = "type"

    /// Reads the value of a kind, or gives nil for an unknown kind.
    public init?(tag: String?, from reader: inout ObjectReader) throws(ACPError) {
      switch tag {
      case "string": self = .text(try TextProperty(from: &reader))
      case "number": self = .number(try NumberProperty(from: &reader))
      case "integer": self = .integer(try IntegerProperty(from: &reader))
      case "boolean": self = .boolean(try BooleanProperty(from: &reader))
      case "array": self = .multiSelect(try MultiSelectProperty(from: &reader))
      default: return nil
      }
    }

    /// The kind and what to write, or the raw value of an unknown kind.
    public var parts: UnionParts {
      switch self {
      case .text(let value): .known("string", value)
      case .number(let value): .known("number", value)
      case .integer(let value): .known("integer", value)
      case .boolean(let value): .known("boolean", value)
      case .multiSelect(let value): .known("array", value)
      case .other(let value): .other(value)
      }
    }
  }

  /// What kind of text a field wants.
  public struct ElicitationFormat: ACPString {
    /// The string on the wire.
    public let rawValue: String
    /// Wraps any string.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// An address for mail.
    public static let email = ElicitationFormat(rawValue: "email")
    /// A URI.
    public static let uri = ElicitationFormat(rawValue: "uri")
    /// A day.
    public static let date = ElicitationFormat(rawValue: "date")
    /// A moment.
    public static let dateTime = ElicitationFormat(rawValue: "date-time")
  }
}
