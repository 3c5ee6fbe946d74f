// SPDX-License-Identifier: Apache-2.0
internal import Foundation
public import SAMCore

extension WallClock {
  private static let start = ContinuousClock.now

  /// The machine's own clock. Its uptime goes on while the machine sleeps.
  public static let system = WallClock(
    now: { Timestamp(milliseconds: Int64((Date.now.timeIntervalSince1970 * 1000).rounded(.down))) },
    uptime: { ContinuousClock.now - start },
    sleep: { try await Alarms.shared.sleep(for: $0) })
}
