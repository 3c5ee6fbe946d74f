// SPDX-License-Identifier: Apache-2.0
internal import Foundation
internal import SAMCore

/// What an agent says when its limit of use is reached: that it is, and until when.
struct UsageLimit: Equatable, Sendable {
  /// When it ends; nil = the agent does not say.
  var until: Timestamp?

  /// Reads an error's text.
  /// - Parameters:
  ///   - text: what the agent answered.
  ///   - launch: how it is started: which words it has for a limit.
  ///   - now: the machine's time.
  ///   - zone: what a time without a zone is in: that of the machine, where the agent runs.
  /// - Returns: nil when it says no such thing.
  init?(_ text: String, of launch: AgentLaunch, now: Timestamp, zone: TimeZone = .current) {
    guard AgentCatalog.saysUsageLimit(text, startedBy: launch) else { return nil }
    until = Self.end(text, now, zone)
  }

  private static func end(_ text: String, _ now: Timestamp, _ zone: TimeZone) -> Timestamp? {
    // Claude Code, older: `Claude AI usage limit reached|1795498954`.
    if let match = text.firstMatch(of: /\|(\d{10})\b/), let seconds = Int64(match.1) {
      return Timestamp(milliseconds: seconds * 1000)
    }
    if let span = span(text) { return now + span }
    return clock(text, now, zone)
  }

  /// `try again in 2 days 3 hours 5 minutes`, `try again in 6m0s`, `retry after 20 seconds`.
  private static func span(_ text: String) -> Duration? {
    let start = /(?i)(?:again|retry|retrying|resets|reset)\s+(?:in|after)\s+/
    guard let match = text.firstMatch(of: start) else { return nil }
    var rest = text[match.range.upperBound...]
    var total: Double?
    let part =
      /(?i)^[\s,]*(?:and\s+)?(\d+(?:\.\d+)?)\s*(milliseconds?|ms|days?|d|hours?|hrs?|h|minutes?|mins?|m|seconds?|secs?|s)(?![a-z])/
    while let match = rest.firstMatch(of: part) ?? rest.firstMatch(of: compact), let number = Double(match.1) {
      let unit = match.2.lowercased()
      let seconds: Double =
        switch unit.first {
        case "d": 86_400
        case "h": 3_600
        case "m": unit.hasPrefix("ms") || unit.hasPrefix("milli") ? 0.001 : 60
        default: 1
        }
      total = (total ?? 0) + number * seconds
      rest = rest[match.range.upperBound...]
    }
    return total.map { .milliseconds(Int64($0 * 1000)) }
  }

  /// The same without anything between the parts: `1h30m0s`.
  private static var compact: Regex<(Substring, Substring, Substring)> { /(?i)^(\d+(?:\.\d+)?)(ms|d|h|m|s)(?=\d)/ }

  /// `resets 3am (Europe/Paris)`, `resets Oct 9, 3:30pm (UTC)`, `try again at 15:05`, `at Oct 9th, 2026 3:05 PM`.
  private static func clock(_ text: String, _ now: Timestamp, _ zone: TimeZone) -> Timestamp? {
    let form =
      /(?i)(?:resets?|again)\s+(?:at\s+|on\s+)?(?:([a-z]{3})[a-z]*\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(?:(\d{4}),?\s+)?(?:at\s+)?)?(\d{1,2})(?::(\d{2}))?\s*(am|pm)?(?:\s*\(([A-Za-z0-9_+\-\/]+)\)|\s+(UTC|GMT))?/
    guard let match = text.firstMatch(of: form), var hour = Int(match.4) else { return nil }
    let minute = match.5.flatMap { Int($0) }
    let half = match.6?.lowercased()
    // A bare number is no time of day.
    guard minute != nil || half != nil else { return nil }
    if let half {
      guard (1...12).contains(hour) else { return nil }
      hour = hour % 12 + (half == "pm" ? 12 : 0)
    }
    var calendar = Calendar(identifier: .gregorian)
    let named = (match.7 ?? match.8).map(String.init)
    calendar.timeZone = named.flatMap { TimeZone(identifier: $0) ?? TimeZone(abbreviation: $0) } ?? zone
    let start = Date(timeIntervalSince1970: Double(now.milliseconds) / 1000)
    var parts = DateComponents(hour: hour, minute: minute ?? 0, second: 0)
    if let name = match.1?.lowercased() {
      guard let month = months.firstIndex(of: String(name)) else { return nil }
      (parts.month, parts.day) = (month + 1, match.2.flatMap { Int($0) })
      if let year = match.3.flatMap({ Int($0) }) {
        parts.year = year
        return calendar.date(from: parts).map(Timestamp.init)
      }
    }
    // An agent that leaves out the seconds names a minute that may be running already: its end is meant, not tomorrow.
    let time = calendar.nextDate(after: start.addingTimeInterval(-60), matching: parts, matchingPolicy: .nextTime)
    return time.map { Timestamp($0 > start ? $0 : $0.addingTimeInterval(60)) }
  }

  private static let months = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
  ]
}

extension Timestamp {
  fileprivate init(_ date: Date) { self.init(milliseconds: Int64((date.timeIntervalSince1970 * 1000).rounded())) }
}
