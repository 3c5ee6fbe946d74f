// SPDX-License-Identifier: Apache-2.0

/// A reading of both clocks: the time of day, which may jump, and how long this process has run, which may not.
///
/// What people and records see is `wall`. What SAM waits for is measured by `uptime`.
public struct Moment: Hashable, Sendable {
  /// The time of day.
  public var wall: Timestamp
  /// Since some fixed point of this process; never goes back.
  public var uptime: Duration

  /// - Parameters: as the properties of the same names.
  public init(wall: Timestamp, uptime: Duration) {
    self.wall = wall
    self.uptime = uptime
  }
}

/// What time it is and how to wait: the core reads no clock of its own.
public struct WallClock: Sendable {
  /// The time of day.
  public var now: @Sendable () -> Timestamp
  /// How long this process has run; it never jumps.
  public var uptime: @Sendable () -> Duration
  /// Waits for a duration.
  public var sleep: @Sendable (Duration) async throws -> Void

  /// - Parameters:
  ///   - now: the time of day.
  ///   - uptime: since some fixed point of this process; never goes back.
  ///   - sleep: waits for a duration; throws when it is cancelled.
  public init(
    now: @escaping @Sendable () -> Timestamp, uptime: @escaping @Sendable () -> Duration,
    sleep: @escaping @Sendable (Duration) async throws -> Void
  ) {
    self.now = now
    self.uptime = uptime
    self.sleep = sleep
  }

  /// Both clocks.
  public var moment: Moment { Moment(wall: now(), uptime: uptime()) }
}
