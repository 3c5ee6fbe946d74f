// SPDX-License-Identifier: Apache-2.0
import SAMCore
import SAMTestKit

/// A store that takes its time, as one on a disk does: others get on with theirs before and after each commit, and what
/// was read may be old when it arrives.
struct SlowStore: Store {
  let inner: InMemoryStore
  let run: ExecutorRun

  func transact<Result: Sendable>(
    _ body: @escaping @Sendable (any StoreReader) throws -> (Changes, Result)
  ) async throws -> Result {
    await linger()
    let result = try await inner.transact(body)
    await linger()
    return result
  }

  func read<Result: Sendable>(_ body: @escaping @Sendable (any StoreReader) throws -> Result) async throws -> Result {
    await linger()
    let result = try await inner.read(body)
    await linger()
    return result
  }

  func observeCommits(_ observer: @escaping @Sendable (Changes) -> Void) { inner.observeCommits(observer) }

  func metadata() async throws -> StoreMetadata {
    await linger()
    return try await inner.metadata()
  }

  /// Mostly a moment in which others may run, sometimes some milliseconds. A disk does not know that it is cancelled.
  private func linger() async {
    await Task.yield()
    guard run.oneIn(4) else { return }
    do { try await run.pause(upTo: 8) } catch { return }
  }
}
