// SPDX-License-Identifier: Apache-2.0
import Foundation

/// The two clocks of a measurement, in milliseconds.
enum Clock {
  /// Runs evenly; for spans within this program.
  static var steady: Double { read(CLOCK_MONOTONIC) }
  /// The time of day, which samd's entries carry too.
  static var day: Double { read(CLOCK_REALTIME) }

  private static func read(_ clock: clockid_t) -> Double {
    var time = timespec()
    clock_gettime(clock, &time)
    return Double(time.tv_sec) * 1000 + Double(time.tv_nsec) / 1_000_000
  }
}
