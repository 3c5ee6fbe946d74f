// SPDX-License-Identifier: Apache-2.0
public import SAMRPC

/// Takes the members of a JSON object one by one; what nobody took is kept.
public struct ObjectReader {
  private var members: JSONObject
  private var taken: Set<String> = []

  /// Starts to read an object.
  public init(_ members: JSONObject) { self.members = members }

  /// Whether a member is there, null or not.
  public func has(_ key: String) -> Bool { members[key] != nil }

  /// Takes a member that must be there.
  ///
  /// - Throws: ``ACPError`` with the path of what is missing or does not fit.
  public mutating func required<Value: ACPValue>(_ key: String) throws(ACPError) -> Value {
    guard let json = members[key] else { throw ACPError(.missing, "is missing").inside(key) }
    taken.insert(key)
    do { return try Value(json: json) } catch { throw error.inside(key) }
  }

  /// Takes a member that may be absent or null.
  ///
  /// What does not fit counts as absent and is kept as it came, for one odd detail must not cost the message
  /// (the schema asks for the same: `x-deserialize-default-on-error`).
  public mutating func optional<Value: ACPValue>(_ key: String) -> Value? {
    guard let json = members[key], !json.isNull, let value = lenient(Value.self, json) else { return nil }
    taken.insert(key)
    return value
  }

  /// Takes a member that has a default; a default that was written out is kept as it came.
  public mutating func optional<Value: ACPValue>(_ key: String, default standard: Value) -> Value {
    guard let json = members[key], let value = lenient(Value.self, json), value != standard else { return standard }
    taken.insert(key)
    return value
  }

  private func lenient<Value: ACPValue>(_ type: Value.Type, _ json: JSONValue) -> Value? {
    do { return try Value(json: json) } catch { return nil }
  }

  /// Everything that was not taken.
  public func rest() -> ACP.Extras {
    guard taken.count < members.count else { return ACP.Extras() }
    var extras = ACP.Extras()
    for (key, value) in members where !taken.contains(key) {
      if key == "_meta", case .object(let meta) = value { extras.meta = meta } else { extras.unknown[key] = value }
    }
    return extras
  }
}
