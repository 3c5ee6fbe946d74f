// SPDX-License-Identifier: Apache-2.0
internal import SAMCore

/// I10: an agent that says nothing while its machine is heard is known to be silent within the bound.
struct I10Silence {
  /// The host's own limit, and what a report may take.
  static let bound = 600 + 120
  private(set) var count = 0
  private var silent: [SessionID: Int] = [:]

  mutating func check(_ hung: [SessionID], seconds: Int, _ reader: any StoreReader) throws -> [String] {
    var wrong: [String] = []
    silent = silent.filter { hung.contains($0.key) }
    for session in hung {
      silent[session, default: 0] += seconds
      guard silent[session] ?? 0 > Self.bound else { continue }
      count += 1
      let state = try reader.load(Session.self, session)
      let task = try reader.load(SAMTask.self, state.task)
      guard task.session == session, let active = state.active else { continue }
      // One that is being cancelled is killed after its grace.
      guard try reader.load(Turn.self, active).state == .started else { continue }
      if case .silent = task.waiting { continue }
      wrong.append("\(session) has been silent for \(silent[session] ?? 0) s and its task is \(task.state)")
    }
    return wrong
  }
}
