// SPDX-License-Identifier: Apache-2.0
internal import Crypto
internal import Foundation

/// What is kept of an access token. The token itself is shown once and never stored.
///
/// A token is 32 random bytes, so one SHA-256 is enough: there is nothing to guess that a slow hash would protect.
public struct TokenHash: Sendable {
  /// The SHA-256 of the token's text.
  public let bytes: [UInt8]

  /// The hash of a token's text.
  public init(of token: String) { bytes = Array(SHA256.hash(data: Array(token.utf8))) }

  /// A hash that was stored.
  public init(stored bytes: [UInt8]) { self.bytes = bytes }

  /// Whether two hashes are the same; takes as long whether or not they are.
  public func matches(_ other: TokenHash) -> Bool {
    guard bytes.count == other.bytes.count else { return false }
    var difference: UInt8 = 0
    for index in bytes.indices { difference |= bytes[index] ^ other.bytes[index] }
    return difference == 0
  }

  /// A new token: `sam_` and 32 random bytes in URL-safe base 64.
  public static func makeToken() -> String {
    let random = SymmetricKey(size: .bits256).withUnsafeBytes { Data($0) }
    let text = random.base64EncodedString()
      .replacingOccurrences(of: "+", with: "-").replacingOccurrences(of: "/", with: "_")
      .replacingOccurrences(of: "=", with: "")
    return "sam_\(text)"
  }
}
