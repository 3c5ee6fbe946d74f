// SPDX-License-Identifier: Apache-2.0
internal import SAMCore

/// I10: an agent that says nothing while its machine is heard is known to be silent within the bound.
struct I10Silence {
  /// The host's own limit, and what a report may take.
  static let bound: Int64 = 600 + 120
  private(set) var count = 0
  private var silentSince: [TurnID: Int64] = [:]

  /// - Parameters:
  ///   - hung: the sessions whose agent says nothing any more and could be heard, and the turn that it works on: an agent
  ///     that is started between two looks is silent anew.
  ///   - now: microseconds.
  mutating func check(
    _ hung: [(session: SessionID, turn: TurnID)], now: Int64, _ reader: SimReader
  ) throws -> [String] {
    var wrong: [String] = []
    if !silentSince.isEmpty { silentSince = silentSince.filter { known in hung.contains { $0.turn == known.key } } }
    for (session, turn) in hung {
      let since = silentSince[turn] ?? now
      silentSince[turn] = since
      let seconds = (now - since) / 1_000_000
      guard seconds > Self.bound else { continue }
      count += 1
      let state = try reader.load(Session.self, session)
      let task = try reader.load(SAMTask.self, state.task)
      guard task.session == session, let active = state.active else { continue }
      // One that is being cancelled is killed after its grace.
      guard try reader.load(Turn.self, active).state == .started else { continue }
      if case .silent = task.waiting { continue }
      wrong.append("\(session) has been silent for \(seconds) s and its task is \(task.state)")
    }
    return wrong
  }
}
