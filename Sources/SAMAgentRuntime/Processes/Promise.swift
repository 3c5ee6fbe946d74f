// SPDX-License-Identifier: Apache-2.0
internal import Synchronization

/// A value that somebody will know once, and that any number of tasks wait for.
final class Promise<Value: Sendable>: Sendable {
  private typealias Waiter = @Sendable (Result<Value, any Error>) -> Void

  private enum State {
    case open([Int: Waiter], next: Int)
    case kept(Value)
  }

  private let state = Mutex<State>(.open([:], next: 0))

  /// The value, if it is known already.
  var current: Value? {
    state.withLock { if case .kept(let value) = $0 { value } else { nil } }
  }

  /// Makes the value known. Only the first call counts.
  func keep(_ value: Value) {
    let waiters = state.withLock { state -> [Waiter] in
      guard case .open(let waiters, _) = state else { return [] }
      state = .kept(value)
      return Array(waiters.values)
    }
    for waiter in waiters { waiter(.success(value)) }
  }

  /// Calls `body` with the value, now or when it is known, on whatever thread makes it known.
  func onKept(_ body: @escaping @Sendable (Value) -> Void) {
    // Nobody can withdraw this waiter, so it is only ever called with the value.
    enqueue { if case .success(let value) = $0 { body(value) } }
  }

  /// Waits for the value. Throws `CancellationError` as soon as the task is cancelled.
  func value() async throws -> Value {
    let ticket = Mutex<Ticket>(.none)
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        guard let number = enqueue({ continuation.resume(with: $0) }) else { return }
        let late = ticket.withLock { ticket in
          defer { ticket = .waiting(number) }
          return ticket == .cancelled
        }
        if late { withdraw(number) }
      }
    } onCancel: {
      let number = ticket.withLock { ticket -> Int? in
        defer { ticket = .cancelled }
        if case .waiting(let number) = ticket { return number }
        return nil
      }
      if let number { withdraw(number) }
    }
  }

  /// Waits for the value, also in a task that is cancelled: for what must be over before anything else may happen.
  @discardableResult
  func valueRegardless() async -> Value {
    await withCheckedContinuation { continuation in
      onKept { continuation.resume(returning: $0) }
    }
  }

  private enum Ticket: Equatable {
    case none
    case waiting(Int)
    case cancelled
  }

  /// Returns the waiter's number, or nil when it was served at once.
  @discardableResult
  private func enqueue(_ waiter: @escaping Waiter) -> Int? {
    let (known, number) = state.withLock { state -> (Value?, Int?) in
      switch state {
      case .kept(let value): return (value, nil)
      case .open(var waiters, let next):
        waiters[next] = waiter
        state = .open(waiters, next: next + 1)
        return (nil, next)
      }
    }
    if let known { waiter(.success(known)) }
    return number
  }

  private func withdraw(_ number: Int) {
    let waiter = state.withLock { state -> Waiter? in
      guard case .open(var waiters, let next) = state else { return nil }
      let waiter = waiters.removeValue(forKey: number)
      state = .open(waiters, next: next)
      return waiter
    }
    waiter?(.failure(CancellationError()))
  }
}
