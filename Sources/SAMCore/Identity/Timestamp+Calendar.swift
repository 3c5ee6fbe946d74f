// SPDX-License-Identifier: Apache-2.0

extension Timestamp {
  /// For people, to the minute that is not over yet: `2026-02-03 04:06 UTC`.
  var words: String {
    let minutes = Self.floorDivide(milliseconds + 59_999, 60_000)
    let day = Self.floorDivide(minutes, 1_440)
    let (year, month, date) = Self.civil(day)
    let rest = minutes - day * 1_440
    func two(_ value: Int64) -> String { value < 10 ? "0\(value)" : "\(value)" }
    return "\(year)-\(two(month))-\(two(date)) \(two(rest / 60)):\(two(rest % 60)) UTC"
  }

  /// Year, month and day of a day that is counted from 1970-01-01, in the proleptic Gregorian calendar
  /// (http://howardhinnant.github.io/date_algorithms.html#civil_from_days).
  package static func civil(_ day: Int64) -> (year: Int64, month: Int64, date: Int64) {
    let shifted = day + 719_468
    let era = floorDivide(shifted, 146_097)
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
  }

  /// Division that rounds down, also below zero.
  package static func floorDivide(_ value: Int64, _ by: Int64) -> Int64 {
    value >= 0 ? value / by : -((by - 1 - value) / by)
  }
}
