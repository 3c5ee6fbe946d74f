// SPDX-License-Identifier: Apache-2.0
import SAMCore
import Synchronization

/// What an agent program remembers of one session on its own disk, and what it was ever given: it survives its processes.
final class AgentMemory: Sendable {
  private struct State {
    var histories: [String: [String]] = [:]
    var handed: [TurnID: Int] = [:]
    var conversations = 0
    var approvals = 0
  }
  private let session: SessionID
  private let state = Mutex(State())

  init(session: SessionID) { self.session = session }

  /// How often each prompt reached it.
  var handed: [TurnID: Int] { state.withLock { $0.handed } }

  func take(_ turn: TurnID) { state.withLock { $0.handed[turn, default: 0] += 1 } }

  func remember(_ text: String, in conversation: String) {
    state.withLock { $0.histories[conversation, default: []].append(text) }
  }

  /// Loads a conversation, or begins one.
  func open(_ load: String?) -> (id: String, replayed: [String]?) {
    state.withLock { state in
      if let load, let history = state.histories[load] { return (load, history) }
      state.conversations += 1
      let id = "conversation-\(state.conversations)"
      state.histories[id] = []
      return (id, nil)
    }
  }

  func newApproval() -> ApprovalID {
    state.withLock { state in
      state.approvals += 1
      return ApprovalID(trusted: "approval_\(session.rawValue.suffix(6))\(state.approvals)")
    }
  }
}
