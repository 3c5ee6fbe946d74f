// SPDX-License-Identifier: Apache-2.0
internal import Synchronization

/// One at a time, in the order of arrival, per key.
final class AsyncLocks<Key: Hashable & Sendable>: Sendable {
  private let waiting = Mutex<[Key: [Promise<Bool>]]>([:])

  /// Runs `body` while nobody else holds the key.
  ///
  /// - Throws: What `body` throws; `CancellationError` when the task is cancelled while it waits.
  func with<Result: Sendable>(_ key: Key, _ body: () async throws -> Result) async throws -> Result {
    let turn = Promise<Bool>()
    let isFirst = waiting.withLock { waiting in
      waiting[key, default: []].append(turn)
      return waiting[key]?.count == 1
    }
    if isFirst { turn.keep(true) }
    defer { leave(key, turn) }
    _ = try await turn.value()
    return try await body()
  }

  /// Whoever leaves, from the front or from the middle, the new front has its turn.
  private func leave(_ key: Key, _ turn: Promise<Bool>) {
    let next = waiting.withLock { waiting -> Promise<Bool>? in
      waiting[key]?.removeAll { $0 === turn }
      let next = waiting[key]?.first
      if next == nil { waiting[key] = nil }
      return next
    }
    next?.keep(true)
  }
}
