// SPDX-License-Identifier: Apache-2.0
internal import Foundation

/// Bytes in the form in which they cross every wire of SAM, ACP's too: Base64 with padding (RFC 4648 §4).
///
/// They are kept as that text: between a person's file and an agent's prompt nobody needs to look into them.
public struct Base64: Hashable, Sendable {
  /// The Base64.
  public let text: String

  /// - Parameter bytes: what is encoded.
  public init(_ bytes: some Collection<UInt8>) { text = Data(bytes).base64EncodedString() }

  /// Takes over what is encoded already; nil when it is no Base64, or has line breaks in it.
  public init?(encoded text: String) {
    guard Data(base64Encoded: text) != nil else { return nil }
    self.text = text
  }

  /// How many bytes there are.
  public var count: Int { text.utf8.count / 4 * 3 - text.utf8.suffix(2).count { $0 == UInt8(ascii: "=") } }

  /// The bytes.
  public var bytes: [UInt8] { Data(base64Encoded: text).map(Array.init) ?? [] }
}

extension Base64: Codable {
  /// Reads a string.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    guard let value = Base64(encoded: try container.decode(String.self)) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "this is no Base64 with padding")
    }
    self = value
  }

  /// Writes a string.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(text)
  }
}
