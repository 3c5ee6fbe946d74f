// SPDX-License-Identifier: Apache-2.0
public import SAMRPC

extension ACP {
  /// A change of something: absent keeps it, null clears it, a value sets it.
  public enum Patch<Value: ACPValue>: ACPValue {
    /// Stays as it is.
    case keep
    /// Is no more.
    case clear
    /// Becomes this.
    case set(Value)

    /// Reads what was written.
    public init(json: JSONValue) throws(ACPError) {
      self = json.isNull ? .clear : .set(try Value(json: json))
    }

    /// The change as JSON; to keep something, leave the member out.
    public var json: JSONValue { if case .set(let value) = self { value.json } else { .null } }
  }
}
