// SPDX-License-Identifier: Apache-2.0

/// Waits that double, up to a limit, each shortened by chance so that many clients do not come back together.
public struct Backoff: Sendable, Hashable {
  /// The first wait, at most.
  public var first: Duration
  /// Every wait, at most.
  public var limit: Duration

  /// - Parameters: as the properties of the same names.
  public init(first: Duration = .milliseconds(200), limit: Duration = .seconds(5)) {
    self.first = first
    self.limit = limit
  }

  /// The longest wait before a repetition.
  /// - Parameter repetition: from 1.
  func bound(before repetition: Int) -> Duration {
    var wait = first
    for _ in 1..<max(2, min(repetition, 32)) where repetition > 1 && wait < limit { wait *= 2 }
    return min(wait, limit)
  }

  /// The wait before a repetition: between half of the bound and the bound.
  func wait(before repetition: Int) -> Duration {
    bound(before: repetition) * Double.random(in: 0.5...1)
  }
}
