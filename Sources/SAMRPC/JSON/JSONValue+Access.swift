// SPDX-License-Identifier: Apache-2.0

extension JSONValue {
  /// Whether this is `null`.
  public var isNull: Bool { if case .null = self { true } else { false } }

  /// The boolean, or nil when this is something else.
  public var boolValue: Bool? { if case .bool(let value) = self { value } else { nil } }

  /// The string, or nil when this is something else.
  public var stringValue: String? { if case .string(let value) = self { value } else { nil } }

  /// The elements, or nil when this is no array.
  public var arrayValue: [JSONValue]? { if case .array(let value) = self { value } else { nil } }

  /// The members, or nil when this is no object.
  public var objectValue: JSONObject? { if case .object(let value) = self { value } else { nil } }

  /// The whole number, or nil when this is none or does not fit; `3.0` counts as 3.
  public var int64Value: Int64? {
    switch self {
    case .integer(let value): value
    case .number(let value): Int64(exactly: value)
    default: nil
    }
  }

  /// The whole number, or nil when this is none or does not fit; `3.0` counts as 3.
  public var intValue: Int? { int64Value.flatMap { Int(exactly: $0) } }

  /// The whole number that is not negative, or nil.
  public var uint64Value: UInt64? {
    switch self {
    case .integer(let value): UInt64(exactly: value)
    case .unsigned(let value): value
    case .number(let value): UInt64(exactly: value)
    default: nil
    }
  }

  /// The number as the nearest `Double`, or nil when this is no number.
  public var doubleValue: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .unsigned(let value): Double(value)
    case .number(let value): value
    default: nil
    }
  }

  /// The member named so.
  ///
  /// Reading gives nil when the member is absent or this is no object. Writing nil removes the member; writing a
  /// member into something that is no object makes it an object first.
  public subscript(key: String) -> JSONValue? {
    get { if case .object(let members) = self { members[key] } else { nil } }
    set {
      var members: JSONObject = [:]
      if case .object(let present) = self { members = present }
      self = .null  // gives up the second reference, so that the change is made in place
      members[key] = newValue
      self = .object(members)
    }
  }

  /// The element at an index, or nil when there is none or this is no array.
  public subscript(index: Int) -> JSONValue? {
    guard case .array(let elements) = self, elements.indices.contains(index) else { return nil }
    return elements[index]
  }
}
