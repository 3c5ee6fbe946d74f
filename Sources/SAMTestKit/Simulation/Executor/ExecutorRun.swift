// SPDX-License-Identifier: Apache-2.0
internal import SAMCore
internal import Synchronization

/// One run on a ``SimulationExecutor``, as the code that is run sees it.
public final class ExecutorRun: Sendable {
  private struct State {
    var generator: ScheduleGenerator
    var waits: [Int: String] = [:]
    var nextWait = 0
    var recent: [String] = []
  }
  /// How many of the last notes are kept for a failure.
  private static let kept = 80

  /// What decides the run.
  public let seed: UInt64
  /// Its time.
  public let clock: VirtualClock
  private let executor: SimulationExecutor
  private let state: Mutex<State>

  init(seed: UInt64, clock: VirtualClock, executor: SimulationExecutor) {
    self.seed = seed
    self.clock = clock
    self.executor = executor
    state = Mutex(State(generator: ScheduleGenerator(seed: seed &+ 0x5EED)))
  }

  /// For an actor that names the simulation as its own executor.
  public var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  /// Draws a number below a bound; 0 when the bound is not positive.
  public func draw(_ bound: Int) -> Int {
    state.withLock { state in bound > 0 ? Int.random(in: 0..<bound, using: &state.generator) : 0 }
  }

  /// True once in so many times.
  public func oneIn(_ times: Int) -> Bool { draw(times) == 0 }

  /// Sleeps for some whole milliseconds below a bound.
  /// - Throws: `CancellationError`.
  public func pause(upTo milliseconds: Int) async throws {
    try await clock.sleep(for: .milliseconds(draw(milliseconds)))
  }

  /// Says what happened: it becomes part of the trace, and the last notes are shown when the run fails.
  public func note(_ text: String) {
    executor.note(text)
    let time = clock.uptime.wholeMilliseconds
    state.withLock { state in
      state.recent.append("\(time) ms  \(text)")
      if state.recent.count > Self.kept * 2 { state.recent.removeFirst(Self.kept) }
    }
  }

  /// Says what a wait is for: when the run gets stuck, those that are not over are listed.
  public func waiting<Result>(for what: String, _ body: () async throws -> Result) async rethrows -> Result {
    let id = state.withLock { state -> Int in
      state.nextWait += 1
      state.waits[state.nextWait] = what
      return state.nextWait
    }
    defer { state.withLock { $0.waits[id] = nil } }
    return try await body()
  }

  /// What is being waited for, in the order in which it began.
  var waits: [String] { state.withLock { $0.waits.sorted { $0.key < $1.key }.map(\.value) } }

  /// The last notes.
  var recent: [String] { state.withLock { Array($0.recent.suffix(Self.kept)) } }
}
