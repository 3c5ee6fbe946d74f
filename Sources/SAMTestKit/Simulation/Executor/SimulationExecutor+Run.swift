// SPDX-License-Identifier: Apache-2.0
public import SAMCore
internal import Synchronization

#if canImport(Musl)
  internal import Musl
#else
  internal import Glibc
#endif

extension SimulationExecutor {
  /// The bounds of a run.
  public struct Limits: Hashable, Sendable {
    /// By when the body must have ended, by its own clock.
    public var uptime: Duration
    /// How many jobs may run.
    public var jobs: Int
    /// By how much a sleep may be too long, in whole milliseconds.
    public var lateness: Duration
    /// - Parameters: as the properties of the same names.
    public init(uptime: Duration = .seconds(7200), jobs: Int = 200_000, lateness: Duration = .milliseconds(3)) {
      self.uptime = uptime
      self.jobs = jobs
      self.lateness = lateness
    }
  }

  /// Runs a body to its end, on this thread.
  /// - Parameters:
  ///   - seed: decides the order of all that happens.
  ///   - start: the time of day at the beginning.
  ///   - limits: the bounds.
  ///   - body: what is run; it ends only when all of it has ended.
  /// - Returns: what identifies the run.
  /// - Throws: ``ExecutorFailure``; what the body throws.
  @discardableResult
  public static func run(
    seed: UInt64, start: Timestamp = Timestamp(milliseconds: 1_700_000_000_000), limits: Limits = Limits(),
    _ body: @escaping @Sendable (ExecutorRun) async throws -> Void
  ) throws -> ExecutorTrace {
    let executor = SimulationExecutor(seed: seed)
    let clock = VirtualClock(start: start, lateness: limits.lateness, seed: seed)
    let run = ExecutorRun(seed: seed, clock: clock, executor: executor)
    let ending = Ending()
    let task = Task(executorPreference: executor) {
      do {
        try await body(run)
        ending.set(.success(()))
      } catch {
        ending.set(.failure(error))
      }
    }
    var jobs = 0
    var wrong = executor.drain(run, ending, limits, &jobs)
    if executor.foreign > 0 { wrong = .incomplete }
    guard let wrong else {
      try ending.value?.get()
      return ExecutorTrace(
        seed: seed, hash: executor.hash, jobs: jobs, uptime: clock.uptime, mostSleeping: clock.mostSleeping)
    }
    let failure = ExecutorFailure(code: wrong, seed: seed, waiting: run.waits, recent: run.recent)
    // Whatever can still end ends, so that a failing run takes nothing with it into the next one.
    task.cancel()
    var rest = 0
    while rest < limits.jobs, executor.step() { rest += 1 }
    // What cannot end may still be resumed by another thread one day, and then finds its executor alive.
    _ = Unmanaged.passRetained(executor)
    throw failure
  }

  /// Runs jobs, and moves time when there are none, until the body has ended.
  /// - Returns: what is wrong; nil = the body has ended with all of it.
  private func drain(
    _ run: ExecutorRun, _ ending: Ending, _ limits: Limits, _ jobs: inout Int
  ) -> ExecutorFailure.Code? {
    while true {
      while step() {
        jobs += 1
        if jobs > limits.jobs { return .runaway }
      }
      if ending.value != nil { return run.clock.sleeping == 0 ? nil : .leaked }
      guard let next = run.clock.nextDeadline else {
        guard waitForOthers() else { return .stuck }
        continue
      }
      if next > limits.uptime { return .overdue }
      note("advance \(next)")
      run.clock.advance(to: next)
    }
  }

  /// Nothing is left to run here: perhaps because something was taken to another thread, and comes back.
  private func waitForOthers() -> Bool {
    for _ in 0..<500 {
      if pending > 0 { return true }
      usleep(2000)
    }
    return pending > 0
  }
}

/// How the body ended, once it has.
private final class Ending: Sendable {
  private let result = Mutex<Result<Void, any Error>?>(nil)
  var value: Result<Void, any Error>? { result.withLock { $0 } }
  func set(_ value: Result<Void, any Error>) { result.withLock { $0 = value } }
}
