// SPDX-License-Identifier: Apache-2.0
public import SAMRPC

extension ACP {
  /// The value of an option.
  public enum SessionConfigValue: ACPValue {
    /// The id of a choice.
    case choice(String)
    /// On or off.
    case boolean(Bool)
    /// A kind of value that this version does not know.
    case other(JSONValue)

    /// Reads the value.
    public init(json: JSONValue) throws(ACPError) {
      switch json {
      case .string(let id): self = .choice(id)
      case .bool(let value): self = .boolean(value)
      default: self = .other(json)
      }
    }

    /// The value as JSON.
    public var json: JSONValue {
      switch self {
      case .choice(let id): .string(id)
      case .boolean(let value): .bool(value)
      case .other(let value): value
      }
    }
  }
}
