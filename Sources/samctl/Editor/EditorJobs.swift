// SPDX-License-Identifier: Apache-2.0

/// What goes on beside an editor's requests, owned by one scope: streams, questions, turns. A request that is cancelled can
/// make no more requests of its own; its turn has to be ended all the same.
struct EditorJobs: Sendable {
  /// A piece of work; it ends when its task is cancelled.
  typealias Job = @Sendable () async -> Void

  private let jobs: AsyncStream<Job>
  private let added: AsyncStream<Job>.Continuation

  init() {
    // A few for each session that the editor has open, and each is begun at once.
    (jobs, added) = AsyncStream.makeStream(of: Job.self)
  }

  /// Begins a job.
  /// - Returns: whether it was begun; it is not when the editor has gone.
  @discardableResult
  func begin(_ job: @escaping Job) -> Bool {
    if case .terminated = added.yield(job) { return false }
    return true
  }

  /// Takes no more jobs, and ends those that run.
  func end() { added.finish() }

  /// Runs jobs until ``end()``.
  func run() async {
    await withDiscardingTaskGroup { group in
      for await job in jobs { group.addTask { await job() } }
      group.cancelAll()
    }
  }
}
