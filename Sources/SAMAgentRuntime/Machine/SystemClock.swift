// SPDX-License-Identifier: Apache-2.0
internal import Foundation
public import SAMCore

extension WallClock {
  /// The machine's own clock.
  public static let system = WallClock(
    now: { Timestamp(milliseconds: Int64((Date.now.timeIntervalSince1970 * 1000).rounded(.down))) },
    sleep: { try await ContinuousClock().sleep(for: $0) })
}
