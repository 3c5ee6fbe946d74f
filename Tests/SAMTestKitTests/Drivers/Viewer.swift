// SPDX-License-Identifier: Apache-2.0
import SAMCore
import SAMTestKit
import Synchronization

/// Somebody who looks at a conversation, comes and goes, and goes on where they were, also in the next life of the
/// control plane.
final class Viewer: Sendable {
  private let session: SessionID
  private let plane: ControlPlane
  private let run: ExecutorRun
  private let entries = Mutex<[Entry]>([])
  private let flaw: Flaw?

  init(session: SessionID, plane: ControlPlane, run: ExecutorRun, flaw: Flaw? = nil) {
    self.flaw = flaw
    self.session = session
    self.plane = plane
    self.run = run
  }

  /// All that was seen.
  var seen: [Entry] { entries.withLock { $0 } }

  /// Watches on until an entry comes.
  func watch(until isLast: @escaping @Sendable (Entry) -> Bool) async throws {
    while true {
      let found = try await plane.withLife { [self] life in
        let skipped: Int64 = flaw == .skippingViewer && run.oneIn(10) ? 1 : 0
        let reader = life.sam.follow(session, after: Int64(seen.count) + skipped)
        for _ in 0...run.draw(6) {
          let asked = run.clock.uptime
          let batch = try await reader.next(limit: 1 + run.draw(4))
          if let first = batch.first { judge(first, asked: asked) }
          // What a dead process says reaches nobody.
          guard life.number == plane.life.number else { return false }
          for entry in batch where take(entry) && isLast(entry) { return true }
          if run.oneIn(6) { try await run.pause(upTo: 400) }
        }
        return false
      }
      try Task.checkCancellation()
      if found == true { return }
    }
  }

  /// The store takes some milliseconds; one whose wake-up was lost waits until something else is said.
  private func judge(_ entry: Entry, asked: Duration) {
    guard let committed = plane.committed(entry) else { return }
    let late = run.clock.uptime - max(asked, committed)
    if late > .milliseconds(100) { plane.faults.violate("a viewer of \(session) got \(entry.seq) \(late) late") }
  }

  /// - Returns: whether it is the next one.
  private func take(_ entry: Entry) -> Bool {
    let count = entries.withLock { entries -> Int in
      if entry.seq == entries.count + 1 { entries.append(entry) }
      return entries.count
    }
    if entry.seq != count { plane.faults.violate("a viewer of \(session) who has \(count) was shown \(entry.seq)") }
    return entry.seq == count
  }
}
