// SPDX-License-Identifier: Apache-2.0
public import SAMCore
internal import Synchronization

/// The time of a simulation: it moves only when nothing can run, and then straight to the next one who sleeps.
///
/// The time of day can be made to jump apart from the uptime, as a clock that is set does.
public final class VirtualClock: Sendable {
  private struct Sleeper {
    var deadline: Duration
    var continuation: CheckedContinuation<Void, any Error>
  }
  private struct State {
    var wall: Timestamp
    var uptime = Duration.zero
    var sleepers: [UInt64: Sleeper] = [:]
    var next: UInt64 = 0
    var most = 0
    var generator: ScheduleGenerator
  }

  private let state: Mutex<State>
  private let lateness: Duration

  /// - Parameters:
  ///   - start: the time of day at the beginning.
  ///   - lateness: by how much a sleep may be too long, in whole milliseconds: nobody is woken at the very moment.
  ///   - seed: what decides that.
  init(start: Timestamp, lateness: Duration, seed: UInt64) {
    self.lateness = lateness
    state = Mutex(State(wall: start, generator: ScheduleGenerator(seed: seed)))
  }

  /// What SAM is given as its clock.
  public var wallClock: WallClock {
    WallClock(
      now: { self.state.withLock { $0.wall } }, uptime: { self.uptime }, sleep: { try await self.sleep(for: $0) })
  }

  /// How long the simulation has run.
  public var uptime: Duration { state.withLock { $0.uptime } }

  /// How many sleep now.
  public var sleeping: Int { state.withLock { $0.sleepers.count } }

  /// How many slept at the same time at most.
  public var mostSleeping: Int { state.withLock { $0.most } }

  /// Sets the time of day forward or back; the uptime goes on as it was.
  public func jump(by duration: Duration) { state.withLock { $0.wall = $0.wall + duration } }

  /// Waits for a duration.
  /// - Throws: `CancellationError`.
  public func sleep(for duration: Duration) async throws {
    let id = state.withLock { state -> UInt64 in
      state.next += 1
      return state.next
    }
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
        let isCancelled = state.withLock { state -> Bool in
          guard !Task.isCancelled else { return true }
          let late = Int64.random(in: 0...max(0, lateness.wholeMilliseconds), using: &state.generator)
          state.sleepers[id] = Sleeper(
            deadline: state.uptime + max(.zero, duration) + .milliseconds(late), continuation: continuation)
          state.most = max(state.most, state.sleepers.count)
          return false
        }
        if isCancelled { continuation.resume(throwing: CancellationError()) }
      }
    } onCancel: {
      state.withLock { $0.sleepers.removeValue(forKey: id) }?.continuation.resume(throwing: CancellationError())
    }
  }

  /// When the first one who sleeps is to be woken; nil = nobody sleeps.
  var nextDeadline: Duration? { state.withLock { $0.sleepers.values.lazy.map(\.deadline).min() } }

  /// Moves on to an uptime and wakes who slept until then.
  func advance(to uptime: Duration) {
    let due = state.withLock { state -> [Sleeper] in
      let step = max(.zero, uptime - state.uptime)
      state.uptime += step
      state.wall = state.wall + step
      let due = state.sleepers.filter { $0.value.deadline <= uptime }.sorted { $0.key < $1.key }
      for (id, _) in due { state.sleepers[id] = nil }
      return due.map(\.value)
    }
    for sleeper in due { sleeper.continuation.resume() }
  }
}
