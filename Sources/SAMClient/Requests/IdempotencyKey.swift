// SPDX-License-Identifier: Apache-2.0

/// The name of one wish: samd does what comes under it once, and answers a repetition like the first time.
public struct IdempotencyKey: Sendable, Hashable, CustomStringConvertible {
  /// The text in the `Idempotency-Key` header.
  public let description: String

  /// A new key that nobody else has: 128 random bits.
  public init() {
    func hex(_ number: UInt64) -> String {
      let digits = String(number, radix: 16)
      return String(repeating: "0", count: 16 - digits.count) + digits
    }
    description = "client-" + hex(.random(in: .min ... .max)) + hex(.random(in: .min ... .max))
  }

  /// A key that the caller keeps, for wishes that outlive this process.
  /// - Parameter text: 1 to 128 visible ASCII characters; anything else is no key.
  public init?(_ text: String) {
    guard (1...128).contains(text.utf8.count), text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else { return nil }
    description = text
  }
}
