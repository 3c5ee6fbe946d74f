// SPDX-License-Identifier: Apache-2.0
import SAMCore
import SAMTestKit
import Synchronization

/// When each entry of a transcript was committed, so that a viewer who is woken late is found, and not only one who never is.
final class CommitTimes: Sendable {
  private struct Place: Hashable {
    var session: SessionID
    var seq: Int64
  }
  private let run: ExecutorRun
  private let times = Mutex<[Place: Duration]>([:])

  init(_ run: ExecutorRun) { self.run = run }

  func note(_ entries: [Entry]) {
    let now = run.clock.uptime
    times.withLock { times in for entry in entries { times[Place(session: entry.session, seq: entry.seq)] = now } }
  }

  subscript(entry: Entry) -> Duration? { times.withLock { $0[Place(session: entry.session, seq: entry.seq)] } }
}
