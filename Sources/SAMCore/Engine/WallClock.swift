// SPDX-License-Identifier: Apache-2.0

/// What time it is and how to wait: the core reads no clock of its own.
public struct WallClock: Sendable {
  /// The time of day.
  public var now: @Sendable () -> Timestamp
  /// Waits for a duration.
  public var sleep: @Sendable (Duration) async throws -> Void

  /// - Parameters:
  ///   - now: the time of day.
  ///   - sleep: waits for a duration; throws when it is cancelled.
  public init(
    now: @escaping @Sendable () -> Timestamp, sleep: @escaping @Sendable (Duration) async throws -> Void
  ) {
    self.now = now
    self.sleep = sleep
  }
}
