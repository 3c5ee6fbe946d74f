// SPDX-License-Identifier: Apache-2.0
public import SAMRPC

extension JSONValue: ACPValue {
  /// Takes any value.
  public init(json: JSONValue) throws(ACPError) { self = json }
  /// The value.
  public var json: JSONValue { self }
}

extension String: ACPValue {
  /// Reads a string.
  public init(json: JSONValue) throws(ACPError) {
    guard case .string(let value) = json else { throw .mismatch("a string", json) }
    self = value
  }
  /// The string as JSON.
  public var json: JSONValue { .string(self) }
}

extension Bool: ACPValue {
  /// Reads a boolean.
  public init(json: JSONValue) throws(ACPError) {
    guard case .bool(let value) = json else { throw .mismatch("true or false", json) }
    self = value
  }
  /// The boolean as JSON.
  public var json: JSONValue { .bool(self) }
}

extension Int64: ACPValue {
  /// Reads a whole number.
  public init(json: JSONValue) throws(ACPError) {
    guard let value = json.int64Value else { throw .mismatch("a whole number", json) }
    self = value
  }
  /// The number as JSON.
  public var json: JSONValue { .integer(self) }
}

extension UInt64: ACPValue {
  /// Reads a whole number that is not negative.
  public init(json: JSONValue) throws(ACPError) {
    guard let value = json.uint64Value else { throw .mismatch("a whole number that is not negative", json) }
    self = value
  }
  /// The number as JSON.
  public var json: JSONValue { JSONValue(self) }
}

extension Double: ACPValue {
  /// Reads a number.
  public init(json: JSONValue) throws(ACPError) {
    guard let value = json.doubleValue else { throw .mismatch("a number", json) }
    self = value
  }
  /// The number as JSON.
  public var json: JSONValue { .number(self) }
}

extension Array: ACPValue where Element: ACPValue {
  /// Reads a list.
  public init(json: JSONValue) throws(ACPError) {
    guard case .array(let elements) = json else { throw .mismatch("a list", json) }
    self = []
    reserveCapacity(elements.count)
    for (index, element) in elements.enumerated() {
      do { append(try Element(json: element)) } catch { throw error.inside("\(index)") }
    }
  }
  /// The list as JSON.
  public var json: JSONValue { .array(map(\.json)) }
}

extension OrderedDictionary: ACPValue where Key == String, Value: ACPValue {
  /// Reads an object whose members are all alike.
  public init(json: JSONValue) throws(ACPError) {
    guard case .object(let members) = json else { throw .mismatch("an object", json) }
    self = [:]
    reserveCapacity(members.count)
    for (key, member) in members {
      do { self[key] = try Value(json: member) } catch { throw error.inside(key) }
    }
  }
  /// The members as an object.
  public var json: JSONValue { .object(mapValues(\.json)) }
}

extension RPCID: ACPValue {
  /// Reads the id of a request.
  public init(json: JSONValue) throws(ACPError) {
    guard let id = RPCID(json) else { throw .mismatch("the id of a request", json) }
    self = id
  }
}
