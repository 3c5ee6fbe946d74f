// SPDX-License-Identifier: Apache-2.0
internal import Foundation

/// Base 64 for URLs without padding (RFC 4648 §5).
enum Base64URL {
  static func encode(_ text: String) -> String {
    Data(text.utf8).base64EncodedString()
      .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
  }

  /// The text; nil when this is not the one way in which it is written.
  static func decode(_ text: String) -> String? {
    guard text.utf8.count <= 512 else { return nil }
    let standard = text.replacing("-", with: "+").replacing("_", with: "/")
    let padding = String(repeating: "=", count: (4 - standard.utf8.count % 4) % 4)
    guard let data = Data(base64Encoded: standard + padding), let decoded = String(data: data, encoding: .utf8),
      encode(decoded) == text
    else { return nil }
    return decoded
  }
}
