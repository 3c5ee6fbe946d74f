// SPDX-License-Identifier: Apache-2.0
public import SAMRPC

/// JSON that is carried along as text, so that nothing between an agent's message and the transcript rewrites it.
public struct JSONText: Codable, Hashable, Sendable {
  /// The JSON text.
  public var text: String

  /// - Parameter text: JSON.
  public init(text: String) { self.text = text }

  /// - Parameter value: what the text says.
  public init(_ value: JSONValue) { text = String(decoding: value.serialized(), as: UTF8.self) }

  /// What the text says; nil when it is no JSON.
  public var value: JSONValue? { try? JSONValue(parsing: Array(text.utf8)) }

  /// Decodes the bare text.
  public init(from decoder: any Decoder) throws { text = try decoder.singleValueContainer().decode(String.self) }

  /// Encodes the bare text.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(text)
  }
}
