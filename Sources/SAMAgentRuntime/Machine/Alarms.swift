// SPDX-License-Identifier: Apache-2.0
internal import Synchronization

/// Waits for times; a wait that is cancelled leaves nothing behind.
///
/// `Task.sleep` does leave something: the Swift runtime keeps the timer of a cancelled sleep, some 800 bytes, until it
/// would have been due. A time limit is cancelled nearly always, and a daemon that runs one command after the other with
/// a limit of minutes each would grow by them. Here all who wait share a few sleeps that are never cancelled.
final class Alarms: Sendable {
  typealias Instant = ContinuousClock.Instant

  /// Those of this process.
  static let shared = Alarms()

  fileprivate struct Waiter {
    let due: Instant
    let number: UInt64
    let continuation: CheckedContinuation<Void, any Error>
  }
  fileprivate struct State {
    /// Who waits; whoever is due first comes last.
    var waiters: [Waiter] = []
    var count: UInt64 = 0
    /// When the sleeps that are under way end. One is only begun for an earlier time than all others: there are few.
    var alarms: [Instant] = []
  }
  private let state = Mutex(State())

  /// How many wait, and how many sleeps they share.
  var counts: (waiters: Int, alarms: Int) { state.withLock { ($0.waiters.count, $0.alarms.count) } }

  /// Waits for a duration.
  /// - Throws: `CancellationError` as soon as the task is cancelled.
  func sleep(for duration: Duration) async throws {
    let due = Instant.now + duration
    let number = state.withLock { state in
      state.count += 1
      return state.count
    }
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let (isCancelled, alarm) = state.withLock { state -> (Bool, Instant?) in
          // Looked at under the lock: whoever cancels later finds the waiter.
          if Task.isCancelled { return (true, nil) }
          state.insert(Waiter(due: due, number: number, continuation: continuation))
          return (false, state.missingAlarm())
        }
        if isCancelled { continuation.resume(throwing: CancellationError()) }
        if let alarm { set(alarm) }
      }
    } onCancel: {
      state.withLock { $0.remove(due, number) }?.continuation.resume(throwing: CancellationError())
    }
  }

  private func set(_ time: Instant) {
    // Detached: it would keep the task-local values of whoever happens to be first.
    Task.detached { [self] in
      // Nobody has this task to cancel it; if it ended early all the same, who is not due would go on waiting.
      do { try await ContinuousClock().sleep(until: time) } catch {}
      ring(time)
    }
  }

  private func ring(_ time: Instant) {
    let (due, alarm) = state.withLock { state -> ([Waiter], Instant?) in
      state.alarms.removeAll { $0 == time }
      let due = state.takeDue(by: max(time, .now))
      return (due, state.missingAlarm())
    }
    if let alarm { set(alarm) }
    for waiter in due { waiter.continuation.resume() }
  }
}

extension Alarms.State {
  fileprivate mutating func insert(_ waiter: Alarms.Waiter) {
    waiters.insert(waiter, at: place(of: waiter.due, waiter.number))
  }

  fileprivate mutating func remove(_ due: Alarms.Instant, _ number: UInt64) -> Alarms.Waiter? {
    let place = place(of: due, number)
    guard place < waiters.count, waiters[place].number == number else { return nil }
    return waiters.remove(at: place)
  }

  /// Takes out those whose time has come, in the order of their times.
  fileprivate mutating func takeDue(by now: Alarms.Instant) -> [Alarms.Waiter] {
    let first = place(of: now, .max)
    defer { waiters.removeSubrange(first...) }
    return waiters[first...].reversed()
  }

  /// The time of the sleep that has to be begun for whoever is due first; nil = one under way will do.
  fileprivate mutating func missingAlarm() -> Alarms.Instant? {
    guard let due = waiters.last?.due, !alarms.contains(where: { $0 <= due }) else { return nil }
    alarms.append(due)
    return due
  }

  /// Where a waiter is, or belongs: behind all that are due later.
  private func place(of due: Alarms.Instant, _ number: UInt64) -> Int {
    var (low, high) = (0, waiters.count)
    while low < high {
      let middle = (low + high) / 2
      if (waiters[middle].due, waiters[middle].number) > (due, number) { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
