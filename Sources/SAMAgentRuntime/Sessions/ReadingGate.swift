// SPDX-License-Identifier: Apache-2.0
internal import Synchronization

/// Stops those who pass while it is closed: how a full outbox makes an agent wait.
final class ReadingGate: Sendable {
  private struct State {
    var open = true
    var waiting: [CheckedContinuation<Void, Never>] = []
  }
  private let state = Mutex(State())

  /// From now on those who pass wait.
  func close() { state.withLock { $0.open = false } }

  /// Lets everybody pass.
  func open() {
    let waiting = state.withLock { state in
      state.open = true
      defer { state.waiting = [] }
      return state.waiting
    }
    for continuation in waiting { continuation.resume() }
  }

  /// Returns when the gate is open.
  func pass() async {
    await withCheckedContinuation { continuation in
      let now = state.withLock { state -> Bool in
        if state.open { return true }
        state.waiting.append(continuation)
        return false
      }
      if now { continuation.resume() }
    }
  }
}
