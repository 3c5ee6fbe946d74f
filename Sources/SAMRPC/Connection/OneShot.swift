// SPDX-License-Identifier: Apache-2.0
internal import Synchronization

/// A value that is set once and awaited once, from any thread.
package final class OneShot<Value: Sendable>: Sendable {
  private enum State {
    case empty
    case awaited(CheckedContinuation<Value, any Error>)
    case set(Result<Value, any Error>)
  }

  private let state = Mutex(State.empty)

  package init() {}

  /// Sets the value; the first call counts.
  ///
  /// - Returns: Whether this call was the first.
  @discardableResult
  package func set(_ result: Result<Value, any Error>) -> Bool {
    let (continuation, won) = state.withLock { state -> (CheckedContinuation<Value, any Error>?, Bool) in
      defer { if case .set = state {} else { state = .set(result) } }
      switch state {
      case .set: return (nil, false)
      case .empty: return (nil, true)
      case .awaited(let continuation): return (continuation, true)
      }
    }
    continuation?.resume(with: result)
    return won
  }

  /// Waits for the value. Cancelling the task sets a `CancellationError`.
  package func value() async throws -> Value {
    try await withTaskCancellationHandler {
      try await uncancelledValue()
    } onCancel: {
      set(.failure(CancellationError()))
    }
  }

  /// Waits for the value, even in a task that was cancelled.
  package func uncancelledValue() async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
      let early = state.withLock { state -> Result<Value, any Error>? in
        if case .set(let result) = state { return result }
        state = .awaited(continuation)
        return nil
      }
      if let early { continuation.resume(with: early) }
    }
  }
}
