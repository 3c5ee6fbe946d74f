// SPDX-License-Identifier: Apache-2.0
public import SAMRPC

/// A string of the protocol with a meaning: an id, or one of an open set of words. Unknown words survive.
public protocol ACPString: ACPValue, RawRepresentable, ExpressibleByStringLiteral, CustomStringConvertible
where RawValue == String {
  /// Wraps any string.
  init(rawValue: String)
}

extension ACPString {
  /// Wraps any string.
  public init(_ rawValue: String) { self.init(rawValue: rawValue) }

  /// Wraps any string.
  public init(stringLiteral value: String) { self.init(rawValue: value) }

  /// Reads the string.
  public init(json: JSONValue) throws(ACPError) { self.init(rawValue: try String(json: json)) }

  /// The string as JSON.
  public var json: JSONValue { .string(rawValue) }

  /// The string.
  public var description: String { rawValue }
}
