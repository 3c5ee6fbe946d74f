// SPDX-License-Identifier: Apache-2.0
import SAMTestKit
import Synchronization

/// What goes wrong in a run, until a time from which on nothing does; and what should not have happened.
final class Faults: Sendable {
  private let run: ExecutorRun
  private let end: Duration
  private let found = Mutex<[String]>([])

  init(_ run: ExecutorRun, until end: Duration) {
    self.run = run
    self.end = end
  }

  /// Whether faults are over.
  var areOver: Bool { run.clock.uptime >= end }

  /// True once in so many times, while there are faults.
  func strike(_ times: Int) -> Bool { !areOver && run.oneIn(times) }

  /// A promise was broken.
  func violate(_ what: String) {
    run.note("VIOLATION \(what)")
    found.withLock { $0.append(what) }
  }

  /// The promises that were broken.
  var violations: [String] { found.withLock { $0 } }
}
