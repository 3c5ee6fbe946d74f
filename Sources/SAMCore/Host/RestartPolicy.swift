// SPDX-License-Identifier: Apache-2.0

/// Whether an agent that ended unasked is started again, and when: at once, then with growing delays, and not for ever.
struct RestartPolicy: Hashable, Sendable {
  /// How often in a row it may end and is started again.
  static let most = 5
  /// The first delay; each further one is twice as long.
  static let delay = Duration.milliseconds(500)
  /// The longest delay.
  static let longest = Duration.seconds(30)
  /// How long it must have run for what was before to be forgotten.
  static let calm = Duration.seconds(60)

  /// How often it has ended in a row.
  private(set) var ends = 0
  /// When it is started again; nil = whenever there is something to do.
  private(set) var due: Duration?
  private var openSince: Duration?

  /// Whether it has ended too often.
  var isExhausted: Bool { ends > Self.most }

  /// Its conversation is open.
  mutating func opened(at uptime: Duration) { openSince = uptime }

  /// It has answered a prompt: it works.
  mutating func worked() { ends = 0 }

  /// It has ended unasked.
  /// - Returns: how long it is left alone.
  @discardableResult
  mutating func ended(at uptime: Duration) -> Duration {
    if let openSince, uptime - openSince >= Self.calm { ends = 0 }
    openSince = nil
    ends += 1
    let delay = ends == 1 ? .zero : min(Self.longest, Self.delay * (1 << min(ends - 2, 8)))
    due = delay == .zero ? nil : uptime + delay
    return delay
  }

  /// Time has passed.
  mutating func tick(_ uptime: Duration) {
    if let time = due, time <= uptime { due = nil }
  }
}
