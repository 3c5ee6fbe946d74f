// SPDX-License-Identifier: Apache-2.0
public import SAMRPC

/// A value that is one of several kinds of objects, told apart by a member. Unknown kinds survive as they came.
public protocol ACPUnion: ACPValue {
  /// The member that tells the kinds apart.
  static var tag: String { get }

  /// Reads the value of a kind, or gives nil for an unknown kind.
  init?(tag: String?, from reader: inout ObjectReader) throws(ACPError)

  /// The kind and what to write, or the raw value of an unknown kind.
  var parts: UnionParts { get }

  /// Wraps the raw value of an unknown kind.
  static func other(_ value: JSONValue) -> Self
}

/// What a union is made of.
public enum UnionParts {
  /// A kind (nil when it is written without tag) and its object.
  case known(String?, any ACPObject)
  /// The raw value of an unknown kind.
  case other(JSONValue)
}

extension ACPUnion {
  /// Reads the value. An object that does not fit its kind is kept raw, for one odd block must not cost the message.
  public init(json: JSONValue) throws(ACPError) {
    guard case .object(var members) = json else { throw .mismatch("an object", json) }
    let kind = members.removeValue(forKey: Self.tag)
    var reader = ObjectReader(members)
    do {
      guard kind == nil || kind?.stringValue != nil, let value = try Self(tag: kind?.stringValue, from: &reader) else {
        self = .other(json)
        return
      }
      self = value
    } catch {
      self = .other(json)
    }
  }

  /// The value as JSON.
  public var json: JSONValue {
    switch parts {
    case .other(let value): return value
    case .known(let kind, let object):
      var writer = ObjectWriter()
      if let kind { writer.required(Self.tag, kind) }
      object.write(to: &writer)
      return .object(writer.members)
    }
  }
}
