// SPDX-License-Identifier: Apache-2.0
public import SAMRPC

/// A value that ACP messages are made of.
public protocol ACPValue: Hashable, Sendable {
  /// Reads the value.
  ///
  /// - Throws: ``ACPError`` when the JSON does not fit.
  init(json: JSONValue) throws(ACPError)

  /// The value as JSON.
  var json: JSONValue { get }
}

/// An object of the protocol.
public protocol ACPObject: ACPValue {
  /// `_meta` and members that have no property.
  var extras: ACP.Extras { get set }

  /// Reads the object; `reader.rest()` comes last.
  init(from reader: inout ObjectReader) throws(ACPError)

  /// Writes the object; `writer.rest(extras)` comes last.
  func write(to writer: inout ObjectWriter)
}

/// An object that is the `params` of a message.
public protocol ACPMessage: ACPObject {
  /// The method on the wire.
  static var method: String { get }
}

/// The `params` of a request.
public protocol ACPRequest: ACPMessage {
  /// The `result` of its answer.
  associatedtype Response: ACPObject
}

/// The `params` of a notification.
public protocol ACPNotification: ACPMessage {}

extension ACP {
  /// What an object holds besides its properties.
  public struct Extras: Hashable, Sendable {
    /// `_meta`, the place for extensions; nil when absent.
    public var meta: JSONObject?
    /// Members that have no property, and written-out defaults (`"title": null`) that a property cannot tell from absence.
    public var unknown: JSONObject

    /// Makes extras.
    public init(meta: JSONObject? = nil, unknown: JSONObject = [:]) {
      self.meta = meta
      self.unknown = unknown
    }
  }
}

extension ACPObject {
  /// `_meta`, the place for extensions; nil when absent.
  public var meta: JSONObject? {
    get { extras.meta }
    set { extras.meta = newValue }
  }

  /// Members that have no property.
  public var unknown: JSONObject {
    get { extras.unknown }
    set { extras.unknown = newValue }
  }

  /// Reads the object.
  public init(json: JSONValue) throws(ACPError) {
    guard case .object(let members) = json else { throw .mismatch("an object", json) }
    var reader = ObjectReader(members)
    try self.init(from: &reader)
  }

  /// The object as JSON.
  public var json: JSONValue {
    var writer = ObjectWriter()
    write(to: &writer)
    return .object(writer.members)
  }
}
