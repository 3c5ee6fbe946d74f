// SPDX-License-Identifier: Apache-2.0
internal import SAMCore
internal import Synchronization

/// One decision that waits for the writer: it is asked once, and hears once how it ended.
protocol CommitBody: AnyObject {
  /// Decides over the writer's picture and keeps its result for later.
  func decide(_ reader: any StoreReader) throws -> Changes
  /// The changes are on disk.
  func succeed()
  /// There is no trace of the changes.
  func fail(_ error: any Error)
}

/// A decision whose caller is suspended.
final class SuspendedBody<Result: Sendable>: CommitBody, Sendable {
  private let body: @Sendable (any StoreReader) throws -> (Changes, Result)
  private let continuation: CheckedContinuation<Result, any Error>
  private let result = Mutex<Result?>(nil)

  init(
    _ body: @escaping @Sendable (any StoreReader) throws -> (Changes, Result),
    continuation: CheckedContinuation<Result, any Error>
  ) {
    self.body = body
    self.continuation = continuation
  }

  func decide(_ reader: any StoreReader) throws -> Changes {
    let (changes, result) = try body(reader)
    self.result.withLock { $0 = result }
    return changes
  }

  func succeed() {
    if let result = result.withLock({ $0 }) {
      continuation.resume(returning: result)
    } else {
      fail(StoreError(.failed, "a decision was committed before it was made; report this"))
    }
  }

  func fail(_ error: any Error) { continuation.resume(throwing: error) }
}

/// A decision whose caller waits on its own thread.
final class BlockingBody<Result>: CommitBody {
  private let body: (any StoreReader) throws -> (Changes, Result)
  private var result: Result?
  /// How it ended; nil before.
  private(set) var outcome: Swift.Result<Result, any Error>?

  init(_ body: @escaping (any StoreReader) throws -> (Changes, Result)) { self.body = body }

  func decide(_ reader: any StoreReader) throws -> Changes {
    let (changes, result) = try body(reader)
    self.result = result
    return changes
  }

  func succeed() {
    if let result { outcome = .success(result) }
  }

  func fail(_ error: any Error) { outcome = .failure(error) }
}
