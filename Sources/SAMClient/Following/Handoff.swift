// SPDX-License-Identifier: Apache-2.0
internal import Synchronization

/// Hands values from one task to another, one at a time: the giver waits until its value was taken.
final class Handoff<Value: Sendable>: Sendable {
  private typealias Giver = CheckedContinuation<Void, any Error>
  private typealias Taker = CheckedContinuation<Value?, any Error>
  private struct State: Sendable {
    var value: Value?
    var failure: (any Error)?
    var giver: Giver?
    var taker: Taker?
  }
  private enum Giving { case to(Taker), waits, cancelled }
  private enum Taking { case value(Value, Giver?), failed(any Error), busy, waits }

  private let state = Mutex(State())

  /// Gives a value and waits until it was taken.
  /// - Throws: `CancellationError`; the value was not taken then.
  func send(_ value: Value) async throws {
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { (giver: CheckedContinuation<Void, any Error>) in
        switch give(value, giver) {
        case .waits: break
        case .cancelled: giver.resume(throwing: CancellationError())
        case .to(let taker):
          taker.resume(returning: value)
          giver.resume()
        }
      }
    } onCancel: {
      let giver = state.withLock { state in
        state.value = nil
        return state.giver.take()
      }
      giver?.resume(throwing: CancellationError())
    }
  }

  /// Takes the next value; waits for it.
  /// - Returns: nil for a second taker at the same time.
  /// - Throws: what ``finish(_:)`` was told; `CancellationError`.
  func receive() async throws -> Value? {
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { (taker: CheckedContinuation<Value?, any Error>) in
        switch take(taker) {
        case .waits: break
        case .busy: taker.resume(returning: nil)
        case .failed(let error): taker.resume(throwing: error)
        case .value(let value, let giver):
          taker.resume(returning: value)
          giver?.resume()
        }
      }
    } onCancel: {
      state.withLock { $0.taker.take() }?.resume(throwing: CancellationError())
    }
  }

  /// Ends it: there is nothing more to take but the error.
  func finish(_ error: any Error) {
    let taker = state.withLock { state in
      state.failure = error
      return state.taker.take()
    }
    taker?.resume(throwing: error)
  }

  // The cancellation handlers take the lock too, and cancellation is visible before they run: whoever is cancelled
  // either sees it here or is found by its handler.

  private func give(_ value: Value, _ giver: Giver) -> Giving {
    state.withLock { state in
      if Task.isCancelled { return .cancelled }
      if let taker = state.taker.take() { return .to(taker) }
      state.value = value
      state.giver = giver
      return .waits
    }
  }

  private func take(_ taker: Taker) -> Taking {
    state.withLock { state in
      if let value = state.value.take() { return .value(value, state.giver.take()) }
      if let failure = state.failure { return .failed(failure) }
      if Task.isCancelled { return .failed(CancellationError()) }
      if state.taker != nil { return .busy }
      state.taker = taker
      return .waits
    }
  }
}
