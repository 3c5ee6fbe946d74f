// SPDX-License-Identifier: Apache-2.0
internal import SAMRPC
internal import Synchronization

/// Work that is cancelled by a key: the turn of a session, the permission requests of a session.
final class CancellableWork<Key: Hashable & Sendable>: Sendable {
  private struct State {
    var lastNumber = 0
    var running: [Key: [Int: OneShot<Void>]] = [:]
    var cancelled: Set<Int> = []
  }

  private let state = Mutex(State())

  init() {}

  /// Runs a body, whose task is cancelled by ``cancel(_:)`` with the same key. It counts as running from the call on.
  ///
  /// - Parameters:
  ///   - key: The key.
  ///   - ifCancelled: What to return when the body throws after it was cancelled by key; nil throws on.
  ///   - body: The work.
  func run<Value: Sendable>(
    _ key: Key, ifCancelled: Value? = nil, _ body: @escaping @Sendable () async throws -> Value
  ) async throws -> Value {
    let signal = OneShot<Void>()
    let number = state.withLock { state in
      state.lastNumber += 1
      state.running[key, default: [:]][state.lastNumber] = signal
      return state.lastNumber
    }
    let result = await withCancellation(by: signal) { () -> Result<Value, any Error> in
      do { return .success(try await body()) } catch { return .failure(error) }
    }
    let wasCancelled = state.withLock { state in
      state.running[key]?[number] = nil
      if state.running[key]?.isEmpty == true { state.running[key] = nil }
      return state.cancelled.remove(number) != nil
    }
    if case .failure(is CancellationError) = result, wasCancelled, let ifCancelled { return ifCancelled }
    return try result.get()
  }

  /// Cancels everything that runs under a key.
  func cancel(_ key: Key) {
    let signals = state.withLock { state in
      let running = state.running[key] ?? [:]
      state.cancelled.formUnion(running.keys)
      return Array(running.values)
    }
    for signal in signals { signal.set(.success(())) }
  }
}
