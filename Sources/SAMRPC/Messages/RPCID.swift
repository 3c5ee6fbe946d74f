// SPDX-License-Identifier: Apache-2.0

/// The id by which a JSON-RPC answer finds its request.
///
/// The two ends of a connection number their requests independently, so an id means something only together with the
/// direction of the request; every table of ids belongs to one direction.
public enum RPCID: Hashable, Sendable, CustomStringConvertible {
  /// A whole number.
  case number(Int64)
  /// A string.
  case string(String)
  /// `null`, which JSON-RPC discourages and ACP allows.
  case null

  /// Reads an id, or gives nil for a value that cannot be one.
  public init?(_ value: JSONValue) {
    switch value {
    case .null: self = .null
    case .string(let text): self = .string(text)
    default:
      guard let number = value.int64Value else { return nil }
      self = .number(number)
    }
  }

  /// The id as JSON.
  public var json: JSONValue {
    switch self {
    case .number(let value): .integer(value)
    case .string(let value): .string(value)
    case .null: .null
    }
  }

  /// The id as it is written on the wire.
  public var description: String { json.serializedString() }
}
