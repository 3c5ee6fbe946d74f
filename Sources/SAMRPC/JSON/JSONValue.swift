// SPDX-License-Identifier: Apache-2.0
// Exported, because `JSONObject` is an alias: who holds a JSON value uses its members without a second import.
@_exported public import OrderedCollections

/// A JSON object: members in the order in which they were written.
///
/// A ``JSONValue`` compares objects by value, whatever the order of members; a bare `JSONObject` compares with the order.
public typealias JSONObject = OrderedDictionary<String, JSONValue>

/// Any JSON value (RFC 8259), kept exactly enough to be written again with the same meaning.
///
/// Numbers are one kind in JSON, so `1`, `1.0` and `1e0` are equal and hash alike; how a number was written decides
/// only which case holds it. A literal without fraction and exponent is `.integer` when it fits in `Int64`,
/// `.unsigned` when it fits only in `UInt64`, and otherwise `.number` with the nearest `Double`.
public enum JSONValue: Sendable {
  /// `null`.
  case null
  /// `true` or `false`.
  case bool(Bool)
  /// A whole number that fits in 64 bits with sign.
  case integer(Int64)
  /// A whole number above `Int64.max`; use ``init(_:)-(UInt64)`` so that smaller ones become `.integer`.
  case unsigned(UInt64)
  /// A number with fraction or exponent, or a whole number beyond 64 bits. NaN and infinities are written as `null`.
  case number(Double)
  /// A string.
  case string(String)
  /// An array.
  case array([JSONValue])
  /// An object.
  case object(JSONObject)

  /// Holds an unsigned whole number in the case that its size calls for.
  ///
  /// - Parameter value: The number.
  public init(_ value: UInt64) {
    if let signed = Int64(exactly: value) { self = .integer(signed) } else { self = .unsigned(value) }
  }
}

extension JSONValue: Hashable {
  /// Compares by value: objects whatever the order of members, numbers by their mathematical value.
  public static func == (left: JSONValue, right: JSONValue) -> Bool {
    switch (left, right) {
    case (.null, .null): true
    case (.bool(let a), .bool(let b)): a == b
    case (.integer(let a), .integer(let b)): a == b
    case (.unsigned(let a), .unsigned(let b)): a == b
    case (.number(let a), .number(let b)): a == b || (a.isNaN && b.isNaN)
    case (.integer(let a), .number(let b)), (.number(let b), .integer(let a)): Int64(exactly: b) == a
    case (.unsigned(let a), .number(let b)), (.number(let b), .unsigned(let a)): UInt64(exactly: b) == a
    case (.integer(let a), .unsigned(let b)), (.unsigned(let b), .integer(let a)): UInt64(exactly: a) == b
    case (.string(let a), .string(let b)): a.utf8.elementsEqual(b.utf8)
    case (.array(let a), .array(let b)): a == b
    case (.object(let a), .object(let b)): a.count == b.count && a.allSatisfy { b[$0.key] == $0.value }
    default: false
    }
  }

  /// Hashes so that equal values hash alike.
  public func hash(into hasher: inout Hasher) {
    switch self {
    case .null: hasher.combine(0)
    case .bool(let value): hasher.combine(value)
    case .integer(let value): hasher.combine(value)
    case .unsigned(let value): Self.hash(value, into: &hasher)
    case .number(let value):
      if let whole = Int64(exactly: value) {
        hasher.combine(whole)
      } else if let whole = UInt64(exactly: value) {
        Self.hash(whole, into: &hasher)
      } else {
        hasher.combine(value.isNaN ? Double.nan.bitPattern : value.bitPattern)
      }
    case .string(let value): hasher.combine(value)
    case .array(let value): hasher.combine(value)
    case .object(let value):
      // The sum of the members' hashes does not depend on their order.
      var sum = 0
      for (key, member) in value {
        var one = hasher
        one.combine(key)
        one.combine(member)
        sum &+= one.finalize()
      }
      hasher.combine(sum)
    }
  }

  private static func hash(_ value: UInt64, into hasher: inout Hasher) {
    if let signed = Int64(exactly: value) { hasher.combine(signed) } else { hasher.combine(value) }
  }
}

extension JSONValue: ExpressibleByNilLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByFloatLiteral, ExpressibleByStringLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  /// Makes `null`.
  public init(nilLiteral: ()) { self = .null }
  /// Makes a boolean.
  public init(booleanLiteral value: Bool) { self = .bool(value) }
  /// Makes a whole number.
  public init(integerLiteral value: Int64) { self = .integer(value) }
  /// Makes a number.
  public init(floatLiteral value: Double) { self = .number(value) }
  /// Makes a string.
  public init(stringLiteral value: String) { self = .string(value) }
  /// Makes an array.
  public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
  /// Makes an object; of a repeated key the last value counts.
  public init(dictionaryLiteral elements: (String, JSONValue)...) {
    self = .object(JSONObject(elements, uniquingKeysWith: { _, last in last }))
  }
}

extension JSONValue: CustomStringConvertible {
  /// The value as compact JSON text.
  public var description: String { serializedString() }
}
