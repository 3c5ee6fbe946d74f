// SPDX-License-Identifier: Apache-2.0
public import SAMRPC

/// Puts the members of a JSON object together.
public struct ObjectWriter {
  /// What was written so far.
  public private(set) var members: JSONObject = [:]

  /// Starts an object.
  public init() {}

  /// Writes a member.
  public mutating func required(_ key: String, _ value: some ACPValue) { members[key] = value.json }

  /// Writes a member unless it is nil.
  public mutating func optional(_ key: String, _ value: (some ACPValue)?) {
    if let value { members[key] = value.json }
  }

  /// Writes a member unless it is the default.
  public mutating func optional<Value: ACPValue>(_ key: String, _ value: Value, default standard: Value) {
    if value != standard { members[key] = value.json }
  }

  /// Writes what the object held besides; properties that were written win.
  public mutating func rest(_ extras: ACP.Extras) {
    for (key, value) in extras.unknown where members[key] == nil { members[key] = value }
    if let meta = extras.meta { members["_meta"] = .object(meta) }
  }
}
