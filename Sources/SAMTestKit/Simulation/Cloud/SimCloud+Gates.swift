// SPDX-License-Identifier: Apache-2.0
internal import SAMCore

/// Whether a call gets in at all: the cloud may be out of order, busy, or not know the caller.
extension SimCloud {
  mutating func refusal(_ course: inout SimCourse) -> SimRefusal? {
    let now = course.now
    if now < windows.outage { return .outOfOrder }
    if strikes(.outage, &course) {
      windows.outage = now + course.chance.duration(in: behaviour.outage)
      return .outOfOrder
    }
    // The limit counts before anybody looks at the credential: Hetzner counts calls without one as well.
    guard bucket.take(behaviour.limit, now) else { return .rate(behaviour.limit) }
    if strikes(.rate, &course) { return .rate(behaviour.limit) }
    if now < windows.refusal { return .authentication }
    if strikes(.authentication, &course) {
      windows.refusal = now + course.chance.duration(in: behaviour.refusal)
      return .authentication
    }
    return strikes(.unavailable, &course) ? .outOfOrder : nil
  }
}

/// Until when something lasts that has befallen the cloud.
struct SimWindows: Sendable {
  var outage = Duration.zero
  var refusal = Duration.zero
  /// The kinds that are out of stock.
  var shortages: [(kind: String, until: Duration)] = []
}

/// How many calls are allowed at the moment (the generic cell rate algorithm: one time says it all).
struct SimBucket: Sendable {
  /// When it is full again.
  private var full = Duration.zero

  mutating func take(_ limit: SimCloud.RateLimit?, _ now: Duration) -> Bool {
    guard let limit else { return true }
    let start = max(full, now)
    guard start - now <= limit.refill * (limit.burst - 1) else { return false }
    full = start + limit.refill
    return true
  }
}
