// SPDX-License-Identifier: Apache-2.0
internal import GRDB
internal import Glibc
internal import SAMCore
internal import Synchronization

/// The decisions that wait for the one writer.
///
/// The first to arrive wakes the writer; all that have arrived by then, and while it decides, share its disk flush.
/// Callers whose decisions were just committed together tend to come again together, but not at the same instant: the
/// writer waits a moment for as many as came last time, since one flush for all is shorter than two. A caller who comes
/// alone never waits.
final class CommitQueue: Sendable {
  typealias Body = any CommitBody & Sendable

  private struct State: ~Copyable {
    var waiting: [Body] = []
    var isScheduled = false
    var isClosed = false
    /// How many came last time, and how long they took.
    var last = (count: 0, duration: Duration.zero)
  }

  /// The longest that the writer waits for more, whatever the disk's pace.
  private static let longestWait = Duration.milliseconds(2)

  /// How many bodies share one flush at most: it bounds how long the first of them waits for the last.
  static let maximumBatch = 256

  private let pool: DatabasePool
  private let fault: StorageFault
  private let state = Mutex(State())
  private let observers = Mutex<[@Sendable (Changes) -> Void]>([])

  init(pool: DatabasePool, fault: StorageFault) {
    self.pool = pool
    self.fault = fault
  }

  func observe(_ observer: @escaping @Sendable (Changes) -> Void) { observers.withLock { $0.append(observer) } }

  /// Queues a body; it hears how it ended.
  func add(_ body: Body) {
    let (refuse, wake) = state.withLock { state -> (Bool, Bool) in
      guard !state.isClosed else { return (true, false) }
      state.waiting.append(body)
      defer { state.isScheduled = true }
      return (false, !state.isScheduled)
    }
    if refuse { body.fail(Self.closed) }
    if wake { schedule() }
  }

  /// Commits one body on the caller's thread, after those that are being committed.
  func commitNow(_ body: any CommitBody) {
    guard !state.withLock({ $0.isClosed }) else { return body.fail(Self.closed) }
    pool.writeWithoutTransaction { database in
      var bodies = [body]
      commit(on: database) { _ in
        defer { bodies = [] }
        return bodies
      }
    }
  }

  /// Refuses new bodies and waits for those that are queued.
  func close() {
    state.withLock { $0.isClosed = true }
    pool.writeWithoutTransaction { database in
      while state.withLock({ !$0.waiting.isEmpty }) { commit(on: database, next: { self.take($0) }) }
    }
  }

  private func schedule() {
    pool.asyncWriteWithoutTransaction { [self] database in
      commitGroup(on: database)
      // One batch a visit: others that use the writer get their turn between two.
      let again = state.withLock { state in
        state.isScheduled = !state.waiting.isEmpty
        return state.isScheduled
      }
      if again { schedule() }
    }
  }

  /// Commits those that wait, and those that come in time.
  private func commitGroup(on database: Database) {
    let clock = ContinuousClock()
    let start = clock.now
    let last = state.withLock { $0.last }
    let patience = start + min(last.duration / 4, Self.longestWait)
    var count = 0
    commit(on: database) { soFar in
      var more = take(soFar)
      while more.isEmpty, soFar > 0, soFar < last.count, clock.now < patience {
        usleep(50)
        more = take(soFar)
      }
      count += more.count
      return more
    }
    let duration = clock.now - start
    state.withLock { $0.last = (count, duration) }
  }

  private func take(_ soFar: Int) -> [any CommitBody] {
    state.withLock { state in
      let count = min(state.waiting.count, max(0, Self.maximumBatch - soFar))
      guard count > 0 else { return [] }
      guard count < state.waiting.count else {
        defer { state.waiting = [] }
        return state.waiting
      }
      defer { state.waiting.removeFirst(count) }
      return Array(state.waiting.prefix(count))
    }
  }

  private func commit(on database: Database, next: (Int) -> [any CommitBody]) {
    var batch = CommitBatch(database: database, fault: fault)
    let observers = observers.withLock { $0 }
    batch.run(next: next) { changes in
      for observer in observers { observer(changes) }
    }
  }

  static let closed = StoreError(.failed, "the store is closed; open it again")
}
