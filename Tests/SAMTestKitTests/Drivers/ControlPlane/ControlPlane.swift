// SPDX-License-Identifier: Apache-2.0
import SAMCore
import SAMTestKit
import Synchronization

/// The control plane as those outside see it: it dies and comes back, and what was on its disk is what it knows.
///
/// An answer that a life gives after its end reaches nobody, as with a process that was killed.
final class ControlPlane: MachineUplink {
  /// One life of the process.
  struct Life: Sendable {
    var number: Int
    var sam: Orchestrator
    var store: InMemoryStore
    var lanes = LaneWatch()
  }
  private struct State {
    var life: Life
    var ends: [Int: CheckedContinuation<Void, Never>] = [:]
    var nextEnd = 0
    var answers: [String: String] = [:]
    var past: [WeakOrchestrator] = []
  }
  private struct WeakOrchestrator: Sendable { weak let sam: Orchestrator? }

  let faults: Faults
  private let run: ExecutorRun
  private let state: Mutex<State>
  private let commits: CommitTimes
  private let flaw: Flaw?

  init(run: ExecutorRun, faults: Faults, flaw: Flaw? = nil) {
    self.flaw = flaw
    self.run = run
    self.faults = faults
    let commits = CommitTimes(run)
    self.commits = commits
    state = Mutex(State(life: Self.life(0, on: InMemoryStore(), run, commits)))
  }

  private static func life(_ number: Int, on store: InMemoryStore, _ run: ExecutorRun, _ commits: CommitTimes) -> Life {
    store.observeCommits { commits.note($0.entries) }
    let ids = IDSource(generator: ScheduleGenerator(seed: run.seed &+ UInt64(number) &* 1_000_003))
    let slow = SlowStore(inner: store, run: run)
    let sam = Orchestrator(store: slow, clock: run.clock.wallClock, ids: ids) { run.note("report: \($0)") }
    return Life(number: number, sam: sam, store: store)
  }

  /// The present life.
  var life: Life { state.withLock { $0.life } }

  /// How many earlier lives are still in memory.
  var remains: Int { state.withLock { $0.past.count { $0.sam != nil } } }

  /// When an entry was committed.
  func committed(_ entry: Entry) -> Duration? { commits[entry] }

  // MARK: Lives

  /// Runs effects until the task is cancelled, and dies on the way.
  /// - Parameters:
  ///   - deaths: how often.
  ///   - isUp: called at the beginning of each life but the first.
  func serve(deaths: Int, isUp: @escaping @Sendable () async -> Void) async throws {
    for death in 0...deaths {
      var cancelledAt: Duration?
      try await withThrowingTaskGroup(of: Void.self) { group in
        let sam = life.sam
        group.addTask { [faults] in
          try await sam.run()
          if !Task.isCancelled { faults.violate("run() returned without being cancelled") }
        }
        if death > 0 { group.addTask { await isUp() } }
        try await run.clock.sleep(for: death < deaths ? .milliseconds(run.draw(4000)) : .seconds(86_400))
        die()
        group.cancelAll()
        cancelledAt = run.clock.uptime
      }
      if let cancelledAt, run.clock.uptime - cancelledAt > .milliseconds(100) {
        faults.violate("run() took \(run.clock.uptime - cancelledAt) to end")
      }
    }
  }

  private func die() {
    let waiters = state.withLock { state in
      let old = state.life
      state.past.append(WeakOrchestrator(sam: old.sam))
      state.life = Self.life(old.number + 1, on: old.store.durableCopy(), run, commits)
      defer { state.ends = [:] }
      return state.ends.sorted { $0.key < $1.key }.map(\.value)
    }
    run.note("the control plane dies")
    for waiter in waiters { waiter.resume() }
  }

  /// Returns when a life is over, or the task is cancelled.
  private func end(of number: Int) async {
    let id = state.withLock { state in
      state.nextEnd += 1
      return state.nextEnd
    }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isOver = state.withLock { state in
          if Task.isCancelled || state.life.number != number { return true }
          state.ends[id] = continuation
          return false
        }
        if isOver { continuation.resume() }
      }
    } onCancel: {
      state.withLock { $0.ends.removeValue(forKey: id) }?.resume()
    }
  }

  /// Does something that ends with the present life.
  /// - Returns: nil when it was over first.
  func withLife<Result: Sendable>(
    _ body: @escaping @Sendable (Life) async throws -> Result
  ) async throws -> Result? {
    let life = life
    return try await withThrowingTaskGroup(of: Result?.self) { group in
      group.addTask { try await body(life) }
      group.addTask {
        await self.end(of: life.number)
        return nil
      }
      defer { group.cancelAll() }
      return try await group.next() ?? nil
    }
  }

  // MARK: Doors

  /// Performs a command until its answer has arrived, repeating it with its id.
  /// - Throws: ``Rejection``, `CancellationError`.
  func perform<C: Command>(_ command: C, id: String, by actor: Actor = .owner) async throws -> C.Answer {
    while true {
      let life = life
      do {
        try await run.pause(upTo: 10)
        let answer = try await life.sam.perform(command, id: id, by: actor)
        if life.number == self.life.number {
          remember("\(answer)", for: id)
          if !faults.strike(6) { return answer }
          run.note("the answer to \(id) is lost")
        }
      } catch let error as StoreError {
        run.note("the store refuses \(id): \(error.code.rawValue)")
        try await run.pause(upTo: 300)
      } catch let error as Rejection {
        if life.number == self.life.number { throw error }
      }
    }
  }

  /// The same id has the same answer for ever.
  private func remember(_ answer: String, for id: String) {
    let known = state.withLock { state in
      defer { state.answers[id] = answer }
      return state.answers[id]
    }
    if let known, known != answer { faults.violate("\(id) was answered \(known), then \(answer)") }
  }

  /// Takes in what the machine reports.
  func deliver(_ batch: OutboxBatch) async throws -> Int64 {
    for item in batch.items {
      // No agent of the scene is silent for so long: its host has overslept.
      if case .silent = item.content { faults.violate("\(batch.session) was not heard of for a minute") }
    }
    // What is on its way arrives where the connection leads, dead or not.
    let life = life
    try await run.pause(upTo: faults.strike(4) ? 500 : 20)
    if faults.strike(8) { throw LinkError("the report was lost") }
    let through = try await life.sam.deliver(batch)
    try await run.pause(upTo: 20)
    let isGhost = life.number != self.life.number && flaw != .ghostAcknowledgement
    if isGhost || faults.strike(8) { throw LinkError("the acknowledgement was lost") }
    return through
  }

  /// Compares a login file.
  func compare(_ login: LoginOffer) async throws -> LoginAnswer { try await life.sam.compare(login) }
}
