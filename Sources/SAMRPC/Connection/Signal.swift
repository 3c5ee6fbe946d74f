// SPDX-License-Identifier: Apache-2.0
internal import Synchronization

/// Wakes one waiting task. Signals that come while nobody waits count as one, so the woken task looks at the state anew.
package final class Signal: Sendable {
  private enum State {
    case idle
    case raised
    case awaited(OneShot<Void>)
  }

  private let state = Mutex(State.idle)

  package init() {}

  /// Wakes the waiting task, or the next one that waits.
  package func raise() {
    let waiter = state.withLock { state -> OneShot<Void>? in
      if case .awaited(let waiter) = state {
        state = .idle
        return waiter
      }
      state = .raised
      return nil
    }
    // A waiter that was cancelled just now cannot take the signal: it is kept for the next one.
    if let waiter, !waiter.set(.success(())) { raise() }
  }

  /// Waits for a signal; for one task at a time.
  ///
  /// - Throws: `CancellationError`.
  package func wait() async throws {
    let waiter = state.withLock { state -> OneShot<Void>? in
      if case .raised = state {
        state = .idle
        return nil
      }
      let waiter = OneShot<Void>()
      state = .awaited(waiter)
      return waiter
    }
    try await waiter?.value()
  }
}
