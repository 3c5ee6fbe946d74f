// SPDX-License-Identifier: Apache-2.0

/// The W3C trace context (https://www.w3.org/TR/trace-context/#traceparent-header).
enum TraceContext {
  /// The header, when it is well formed and of a version that we read.
  static func accepted(_ header: String?) -> String? {
    guard let header, header.utf8.count == 55 else { return nil }
    let parts = header.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 4, parts[0] == "00", parts[1].utf8.count == 32, parts[2].utf8.count == 16,
      parts[3].utf8.count == 2, parts.allSatisfy({ $0.utf8.allSatisfy(isHex) }),
      parts[1].contains(where: { $0 != "0" }), parts[2].contains(where: { $0 != "0" })
    else { return nil }
    return header
  }

  /// The beginning of a new trace.
  static func make() -> String {
    "00-\(hex(UInt64.random(in: 1...UInt64.max)))\(hex(UInt64.random(in: .min ... .max)))-"
      + "\(hex(UInt64.random(in: 1...UInt64.max)))-01"
  }

  private static func hex(_ value: UInt64) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  private static func isHex(_ byte: UInt8) -> Bool { (48...57).contains(byte) || (97...102).contains(byte) }
}
