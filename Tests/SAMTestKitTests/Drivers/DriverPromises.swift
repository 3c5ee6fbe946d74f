// SPDX-License-Identifier: Apache-2.0
import SAMCore
import SAMTestKit

/// What must hold when a scene is over.
struct DriverPromises: Sendable {
  let plane: ControlPlane
  let machine: DriverMachine
  let sessions: [SessionID]
  let viewers: [Viewer]

  func check() async throws {
    let life = plane.life
    let turns = try await life.store.list(Turn.self, StateQuery(Turn.kind, limit: 10_000))
    let handed = machine.disk.handed
    for session in sessions {
      let entries = try await life.store.read { try $0.entries(session, after: 0, limit: 100_000) }
      if entries.map(\.seq) != (0..<entries.count).map({ Int64($0 + 1) }) {
        plane.faults.violate("the transcript of \(session) has gaps")
      }
      for turn in turns where turn.session == session {
        let ends = entries.count { $0.turn == turn.id && $0.body.isEndOfTurn }
        if ends != 1 { plane.faults.violate("\(turn.id) (\(turn.state.rawValue)) ended \(ends) times") }
        let count = handed[turn.id, default: 0]
        if count > 1 { plane.faults.violate("\(turn.id) reached the agent \(count) times") }
        if turn.state == .finished, turn.reason == "end_turn", count != 1 {
          plane.faults.violate("\(turn.id) was answered and reached the agent \(count) times")
        }
      }
    }
    for (session, viewer) in zip(sessions, viewers) {
      let seen = viewer.seen
      let kept = try await life.store.read { try $0.entries(session, after: 0, limit: 100_000) }
      if seen != kept {
        plane.faults.violate("a viewer of \(session) saw \(seen.count) entries, or others, and it has \(kept.count)")
      }
    }
    if plane.remains > 0 { plane.faults.violate("\(plane.remains) lives are over and still in memory") }
  }
}
