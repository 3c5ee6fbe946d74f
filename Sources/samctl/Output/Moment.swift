// SPDX-License-Identifier: Apache-2.0
internal import SAMAPI
internal import SAMCore

/// Points in time as people say them.
enum Moment {
  /// "just now", "5 min ago", "3 h ago", "2 days ago", and a date (UTC) beyond 30 days.
  static func relative(_ time: Timestamp, now: Timestamp) -> String {
    let seconds = (now.milliseconds - time.milliseconds) / 1000
    switch seconds {
    case ..<(-60): return date(time)
    case ..<10: return "just now"
    case ..<60: return "\(seconds) s ago"
    case ..<3600: return "\(seconds / 60) min ago"
    case ..<86_400: return "\(seconds / 3600) h ago"
    case ..<172_800: return "1 day ago"
    case ..<(30 * 86_400): return "\(seconds / 86_400) days ago"
    default: return date(time)
    }
  }

  /// The date in UTC, `YYYY-MM-DD`.
  static func date(_ time: Timestamp) -> String { String(APITimestamp(time).description.prefix(10)) }
}
