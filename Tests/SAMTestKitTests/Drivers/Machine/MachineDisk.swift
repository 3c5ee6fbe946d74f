// SPDX-License-Identifier: Apache-2.0
import SAMCore
import SAMTestKit
import Synchronization

/// The disk of a machine: journals, of which a loss of power leaves what was synced and some of the rest.
final class MachineDisk: Sendable {
  /// The machine has been started again since: who wrote is dead.
  struct Dead: Error {}
  private struct Journal {
    var records: [JournalRecord] = []
    var synced = 0
  }
  private struct State {
    var boot = 0
    var journals: [SessionID: Journal] = [:]
    var memories: [SessionID: AgentMemory] = [:]
  }
  private let state = Mutex(State())
  private let isHasty: Bool

  init(isHasty: Bool) { self.isHasty = isHasty }

  /// Which start of the machine this is.
  var boot: Int { state.withLock { $0.boot } }

  func records(_ session: SessionID) -> [JournalRecord] { state.withLock { $0.journals[session]?.records ?? [] } }

  func memory(_ session: SessionID) -> AgentMemory {
    state.withLock { state in
      if let known = state.memories[session] { return known }
      let new = AgentMemory(session: session)
      state.memories[session] = new
      return new
    }
  }

  /// How often each prompt reached an agent.
  var handed: [TurnID: Int] {
    state.withLock { $0.memories.values.reduce(into: [:]) { $0.merge($1.handed, uniquingKeysWith: +) } }
  }

  func append(_ record: JournalRecord, _ session: SessionID, boot: Int) throws {
    try state.withLock { state in
      guard boot == state.boot else { throw Dead() }
      state.journals[session, default: Journal()].records.append(record)
    }
  }

  /// What was appended until now is on disk when this returns.
  func sync(_ session: SessionID, boot: Int, _ run: ExecutorRun) async throws {
    if isHasty { return }
    let count = records(session).count
    try await run.pause(upTo: run.oneIn(6) ? 60 : 5)
    try state.withLock { state in
      guard boot == state.boot else { throw Dead() }
      state.journals[session, default: Journal()].synced = count
    }
  }

  /// The power is cut.
  func lose(_ run: ExecutorRun) {
    state.withLock { state in
      state.boot += 1
      for session in state.journals.keys.sorted() {
        guard let journal = state.journals[session] else { continue }
        let left = journal.synced + run.draw(journal.records.count - journal.synced + 1)
        state.journals[session] = Journal(records: Array(journal.records.prefix(left)), synced: left)
      }
    }
  }
}
