// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// The largest of values that come one after the other.
final class Peak: Sendable {
  private let largest = Mutex(0.0)
  var value: Double { largest.withLock { $0 } }
  func note(_ value: Double) { largest.withLock { $0 = max($0, value) } }
}
