// SPDX-License-Identifier: Apache-2.0
internal import Synchronization

#if canImport(Musl)
  internal import Musl
#else
  internal import Glibc
#endif

/// Runs asynchronous code on the calling thread, one job at a time, in an order that a seed decides.
///
/// What the production drivers await (tasks, groups, actors, continuations) goes through its buffer; among the jobs in
/// there any may run next, as on a machine with many threads. So one seed is one interleaving, and it can be run again.
///
/// ```swift
/// let trace = try SimulationExecutor.run(seed: 7) { run in
///   let sam = Orchestrator(store: InMemoryStore(), clock: run.clock.wallClock)
///   …
/// }
/// ```
///
/// It explores where tasks are suspended, not what happens between two locks of one synchronous stretch: no second
/// thread exists. A bare `Task { }`, a dispatch queue or a timer of the system runs elsewhere; when such a thread
/// resumes something that belongs here, the run is no longer repeatable and ends ``ExecutorFailure/Code/incomplete``.
/// (Only one who resumes a task before it has lain down is not seen: nothing is enqueued then.)
public final class SimulationExecutor: TaskExecutor, SerialExecutor {
  private struct State {
    var jobs: [(number: Int, job: UnownedJob)] = []
    var enqueued = 0
    var foreign = 0
    var generator: ScheduleGenerator
    var digest = TraceDigest()
    /// How many times of ten the newest job runs. Uniform choice alone hardly ever lets one task run far ahead of another.
    let haste: Int

    init(seed: UInt64) {
      generator = ScheduleGenerator(seed: seed)
      haste = [0, 0, 5, 9][Int.random(in: 0..<4, using: &generator)]
    }

    mutating func pick() -> Int {
      if haste > 0, Int.random(in: 0..<10, using: &generator) < haste { return jobs.count - 1 }
      return Int.random(in: 0..<jobs.count, using: &generator)
    }
  }

  private let state: Mutex<State>
  private let thread = pthread_self()

  init(seed: UInt64) { state = Mutex(State(seed: seed)) }

  /// Takes a job into the buffer.
  public func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    // A thread is compared, never used.
    let isForeign = pthread_equal(thread, pthread_self()) == 0
    state.withLock { state in
      state.enqueued += 1
      if isForeign { state.foreign += 1 }
      state.jobs.append((state.enqueued, job))
    }
  }

  /// This executor, for an actor that names it as its own.
  public func asUnownedSerialExecutor() -> UnownedSerialExecutor { UnownedSerialExecutor(ordinary: self) }

  /// Whoever runs here runs alone.
  public func checkIsolated() {
    precondition(pthread_equal(thread, pthread_self()) != 0, "this does not run in the simulation")
  }

  /// Puts something that happened into the trace.
  func note(_ text: String) { state.withLock { $0.digest.add(text) } }

  /// How many jobs other threads handed in.
  var foreign: Int { state.withLock { $0.foreign } }

  /// What identifies all that happened so far.
  var hash: UInt64 { state.withLock { $0.digest.value } }

  /// How many jobs wait.
  var pending: Int { state.withLock { $0.jobs.count } }

  /// Runs one of the jobs that wait.
  /// - Returns: false when none does.
  func step() -> Bool {
    let picked = state.withLock { state -> UnownedJob? in
      guard !state.jobs.isEmpty else { return nil }
      let index = state.pick()
      state.digest.add(UInt64(state.jobs[index].number))
      state.digest.add(UInt64(state.jobs.count))
      return state.jobs.remove(at: index).job
    }
    guard let picked else { return false }
    picked.runSynchronously(on: asUnownedTaskExecutor())
    return true
  }
}

/// Folds what happened into one number (FNV-1a over 64 bits).
struct TraceDigest {
  private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325

  mutating func add(_ number: UInt64) {
    value ^= number
    value = value &* 0x0000_0100_0000_01b3
  }

  mutating func add(_ text: String) { for byte in text.utf8 { add(UInt64(byte)) } }
}
