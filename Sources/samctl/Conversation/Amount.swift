// SPDX-License-Identifier: Apache-2.0

/// Numbers as people read them.
enum Amount {
  /// `12345` as `12,345`.
  static func grouped(_ number: Int64) -> String {
    let digits = String(number.magnitude)
    var grouped = ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index).isMultiple(of: 3) { grouped += "," }
      grouped.append(digit)
    }
    return number < 0 ? "-" + grouped : grouped
  }

  /// A number of bytes: `812 bytes`, `12.1 KiB`, `3.4 MiB`.
  static func bytes(_ count: Int) -> String {
    guard count >= 1024 else { return "\(count) bytes" }
    let (unit, name) = count < 1 << 20 ? (1 << 10, "KiB") : (1 << 20, "MiB")
    let tenths = (count * 10 + unit / 2) / unit
    return "\(tenths / 10).\(tenths % 10) \(name)"
  }

  /// An amount of money with two digits, or four below 10 cents.
  static func money(_ amount: Double) -> String {
    guard amount.isFinite, abs(amount) < 1e12 else { return "?" }
    let places = abs(amount) < 0.1 && amount != 0 ? 4 : 2
    let scale = places == 4 ? 10_000.0 : 100.0
    let units = Int64((abs(amount) * scale).rounded())
    let fraction = String(units % Int64(scale))
    let zeros = String(repeating: "0", count: places - fraction.count)
    return (amount < 0 ? "-" : "") + "\(units / Int64(scale)).\(zeros)\(fraction)"
  }
}
