// SPDX-License-Identifier: Apache-2.0

/// Reads one number of the JSON grammar.
struct JSONNumberScanner {
  private let bytes: UnsafeBufferPointer<UInt8>
  private let start: Int
  private(set) var index: Int
  private var mantissa: UInt64 = 0
  private var mantissaOverflowed = false

  init(_ bytes: UnsafeBufferPointer<UInt8>, at index: Int) {
    self.bytes = bytes
    self.start = index
    self.index = index
  }

  /// Powers of ten that a `Double` holds exactly.
  private static let powers: [Double] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
    1e20, 1e21, 1e22,
  ]

  mutating func scan() throws(JSONError) -> JSONValue {
    let negative = bytes[index] == UInt8(ascii: "-")
    if negative { index += 1 }
    let leadingZero = index < bytes.count && bytes[index] == UInt8(ascii: "0")
    let whole = try digits()
    guard !leadingZero || whole == 1 else { throw JSONError(.invalidNumber, at: start) }

    var fraction = 0
    if index < bytes.count, bytes[index] == UInt8(ascii: ".") {
      index += 1
      fraction = try digits()
    }
    let exponent = try exponent()
    if fraction == 0, exponent == nil, !mantissaOverflowed, let value = wholeNumber(negative: negative) { return value }
    return .number(double(negative: negative, fraction: fraction, exponent: exponent ?? 0))
  }

  /// Takes at least one digit into the mantissa and returns how many there were.
  private mutating func digits() throws(JSONError) -> Int {
    let first = index
    while index < bytes.count, case let digit = bytes[index] &- UInt8(ascii: "0"), digit < 10 {
      let (product, overflow) = mantissa.multipliedReportingOverflow(by: 10)
      let (sum, carry) = product.addingReportingOverflow(UInt64(digit))
      if overflow || carry { mantissaOverflowed = true } else { mantissa = sum }
      index += 1
    }
    guard index > first else {
      throw index < bytes.count ? JSONError(.invalidNumber, at: start) : JSONError(.unexpectedEnd, at: index)
    }
    return index - first
  }

  private mutating func exponent() throws(JSONError) -> Int? {
    guard index < bytes.count, bytes[index] | 0x20 == UInt8(ascii: "e") else { return nil }
    index += 1
    var negative = false
    if index < bytes.count, bytes[index] == UInt8(ascii: "+") || bytes[index] == UInt8(ascii: "-") {
      negative = bytes[index] == UInt8(ascii: "-")
      index += 1
    }
    let first = index
    var value = 0
    while index < bytes.count, case let digit = bytes[index] &- UInt8(ascii: "0"), digit < 10 {
      value = min(value * 10 + Int(digit), 100_000)
      index += 1
    }
    guard index > first else {
      throw index < bytes.count ? JSONError(.invalidNumber, at: start) : JSONError(.unexpectedEnd, at: index)
    }
    return negative ? -value : value
  }

  /// The number as `.integer` or `.unsigned`; nil for minus zero, which only a `Double` can hold, and for what is too big.
  private func wholeNumber(negative: Bool) -> JSONValue? {
    guard negative else { return JSONValue(mantissa) }
    if mantissa == 0 { return nil }
    if mantissa == UInt64(Int64.max) + 1 { return .integer(.min) }
    return Int64(exactly: mantissa).map { .integer(-$0) }
  }

  private func double(negative: Bool, fraction: Int, exponent: Int) -> Double {
    let power = exponent - fraction
    // Both factors are exact, so one rounding gives the nearest value.
    if !mantissaOverflowed, mantissa <= 1 << 53, abs(power) <= 22 {
      let value = Double(mantissa)
      let scaled = power < 0 ? value / Self.powers[-power] : value * Self.powers[power]
      return negative ? -scaled : scaled
    }
    let text = String(decoding: bytes[start..<index], as: UTF8.self)
    let value = Double(text) ?? 0
    guard value.isInfinite else { return value }
    return negative ? -Double.greatestFiniteMagnitude : Double.greatestFiniteMagnitude
  }
}
