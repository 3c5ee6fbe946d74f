// SPDX-License-Identifier: Apache-2.0
public import SAMCore

/// A point in time on the wire: RFC 3339 in UTC with milliseconds, `2026-02-03T04:05:06.789Z`.
///
/// The whole range of four-digit years is written and read; what is outside is cut to its ends.
public struct APITimestamp: Codable, Hashable, Sendable, Comparable, CustomStringConvertible {
  /// The time itself.
  public var timestamp: Timestamp

  /// - Parameter timestamp: the time itself.
  public init(_ timestamp: Timestamp) {
    self.timestamp = Timestamp(
      milliseconds: min(max(timestamp.milliseconds, Self.first), Self.last))
  }

  /// Reads RFC 3339: `T` or `t` or a space between date and time, any number of digits of a second, `Z` or an offset.
  /// A leap second counts as the second before it.
  public init?(_ text: String) {
    guard let timestamp = Self.parse(Array(text.utf8)) else { return nil }
    self.init(timestamp)
  }

  /// The text on the wire.
  public var description: String {
    let total = timestamp.milliseconds
    let day = Timestamp.floorDivide(total, 86_400_000)
    let rest = total - day * 86_400_000
    let (year, month, date) = Timestamp.civil(day)
    func pad(_ value: Int64, _ width: Int) -> String {
      let digits = String(value)
      return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
    return "\(pad(year, 4))-\(pad(month, 2))-\(pad(date, 2))T\(pad(rest / 3_600_000, 2)):"
      + "\(pad(rest / 60000 % 60, 2)):\(pad(rest / 1000 % 60, 2)).\(pad(rest % 1000, 3))Z"
  }

  /// Reads the text.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let time = APITimestamp(text) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "'\(text)' is no RFC 3339 time; write it as 2026-01-31T12:00:00.000Z")
    }
    self = time
  }

  /// Writes the text.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }

  /// Earlier is less.
  public static func < (left: APITimestamp, right: APITimestamp) -> Bool { left.timestamp < right.timestamp }

  private static let first: Int64 = -62_167_219_200_000
  private static let last: Int64 = 253_402_300_799_999
}

extension APITimestamp {
  private static func parse(_ text: [UInt8]) -> Timestamp? {
    func number(_ range: Range<Int>) -> Int64? {
      guard range.upperBound <= text.count else { return nil }
      var value: Int64 = 0
      for byte in text[range] {
        guard (48...57).contains(byte) else { return nil }
        value = value * 10 + Int64(byte - 48)
      }
      return value
    }
    func byte(_ index: Int, _ allowed: String) -> Bool {
      index < text.count && allowed.utf8.contains(text[index])
    }
    guard let year = number(0..<4), byte(4, "-"), let month = number(5..<7), byte(7, "-"),
      let date = number(8..<10), byte(10, "Tt "), let hour = number(11..<13), byte(13, ":"),
      let minute = number(14..<16), byte(16, ":"), let second = number(17..<19),
      (1...12).contains(month), hour < 24, minute < 60, second <= 60,
      (1...daysIn(month, of: year)).contains(date)
    else { return nil }
    var index = 19
    var milliseconds: Int64 = 0
    if byte(index, ".") {
      index += 1
      let start = index
      while byte(index, "0123456789") {
        let scale: Int64 = [100, 10, 1].indices.contains(index - start) ? [100, 10, 1][index - start] : 0
        milliseconds += Int64(text[index] - 48) * scale
        index += 1
      }
      guard index > start else { return nil }
    }
    guard let offset = offset(text, from: index, number) else { return nil }
    let seconds =
      day(year, month, date) * 86400 + hour * 3600 + minute * 60 + min(second, 59) - offset
    return Timestamp(milliseconds: seconds * 1000 + (second == 60 ? 999 : milliseconds))
  }

  /// The offset from UTC in seconds; nil when the text does not end with one.
  private static func offset(_ text: [UInt8], from index: Int, _ number: (Range<Int>) -> Int64?) -> Int64? {
    guard index < text.count else { return nil }
    if text[index] == UInt8(ascii: "Z") || text[index] == UInt8(ascii: "z") {
      return text.count == index + 1 ? 0 : nil
    }
    guard text.count == index + 6, text[index + 3] == UInt8(ascii: ":"),
      let hours = number(index + 1..<index + 3), let minutes = number(index + 4..<index + 6), hours < 24, minutes < 60
    else { return nil }
    switch text[index] {
    case UInt8(ascii: "+"): return hours * 3600 + minutes * 60
    case UInt8(ascii: "-"): return -(hours * 3600 + minutes * 60)
    default: return nil
    }
  }

  private static func isLeap(_ year: Int64) -> Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }

  private static func daysIn(_ month: Int64, of year: Int64) -> Int64 {
    switch month {
    case 2: isLeap(year) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  /// Days since 1970-01-01 in the proleptic Gregorian calendar
  /// (http://howardhinnant.github.io/date_algorithms.html#days_from_civil).
  private static func day(_ year: Int64, _ month: Int64, _ date: Int64) -> Int64 {
    let shifted = month <= 2 ? year - 1 : year
    let era = Timestamp.floorDivide(shifted, 400)
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + date - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }
}
