// SPDX-License-Identifier: Apache-2.0
import Foundation
import SAMCore
import SAMTestKit
import Synchronization
import Testing

/// What the executor promises to those who use it: one seed is one run, and a run that proves nothing says so.
@Suite(.timeLimit(.minutes(1))) struct SimulationExecutorTests {
  private actor Counter {
    private(set) var value = 0
    func add(_ number: Int) async {
      let before = value
      await Task.yield()
      value = before + number
    }
  }

  /// An actor that runs on nothing but the simulation.
  private actor Own {
    nonisolated let unownedExecutor: UnownedSerialExecutor
    private var value = 0
    init(_ executor: UnownedSerialExecutor) { unownedExecutor = executor }
    func add() async -> Int {
      preconditionIsolated()
      await Task.yield()
      value += 1
      preconditionIsolated()
      return value
    }
  }

  /// Tasks, groups, an actor, a stream and sleeps.
  private func everything(_ run: ExecutorRun) async throws {
    let counter = Counter()
    let mailbox = Mailbox<Int>()
    try await withThrowingDiscardingTaskGroup { group in
      for worker in 0..<4 {
        group.addTask {
          for round in 0..<3 {
            try await run.pause(upTo: 20)
            await counter.add(1 << worker)
            run.note("\(worker).\(round) \(await counter.value)")
            mailbox.post(worker)
          }
        }
      }
      var seen = 0
      while seen < 12 {
        let batch = await mailbox.next()
        seen += batch.count
        run.note("got \(batch)")
      }
    }
  }

  @Test("The same seed is the same run; other seeds are other runs")
  func deterministic() throws {
    var hashes: Set<UInt64> = []
    for seed: UInt64 in 0..<200 {
      let first = try SimulationExecutor.run(seed: seed) { try await everything($0) }
      let second = try SimulationExecutor.run(seed: seed) { try await everything($0) }
      #expect(first == second)
      hashes.insert(first.hash)
    }
    #expect(hashes.count > 190, "\(hashes.count) schedules of 200 seeds")
  }

  @Test("A bare race has both outcomes")
  func race() throws {
    var values: Set<Int> = []
    for seed: UInt64 in 0..<50 {
      let total = Mutex(0)
      try SimulationExecutor.run(seed: seed) { run in
        let counter = Counter()
        await withDiscardingTaskGroup { group in for _ in 0..<2 { group.addTask { await counter.add(1) } } }
        let value = await counter.value
        total.withLock { $0 = value }
      }
      values.insert(total.withLock { $0 })
    }
    #expect(values == [1, 2])
  }

  @Test("A year passes at once, and the time of day jumps without the uptime")
  func time() throws {
    let trace = try SimulationExecutor.run(seed: 1, limits: .init(uptime: .seconds(40_000_000), lateness: .zero)) {
      run in
      let clock = run.clock.wallClock
      let start = clock.moment
      try await clock.sleep(.seconds(31_536_000))
      run.clock.jump(by: .seconds(-3600))
      #expect(clock.uptime() - start.uptime == .seconds(31_536_000))
      #expect(clock.now() - start.wall == .seconds(31_536_000 - 3600))
    }
    #expect(trace.uptime == .seconds(31_536_000))
  }

  @Test("Who sleeps and is cancelled stops sleeping at once")
  func cancelledSleep() throws {
    let trace = try SimulationExecutor.run(seed: 1) { run in
      await withTaskGroup(of: Bool.self) { group in
        group.addTask {
          do { try await run.clock.sleep(for: .seconds(100)) } catch { return true }
          return false
        }
        await Task.yield()
        group.cancelAll()
        #expect(await group.next() == true)
      }
    }
    #expect(trace.uptime == .zero)
  }

  /// The failure that a body leads to.
  private func failure(
    limits: SimulationExecutor.Limits = .init(), _ body: @escaping @Sendable (ExecutorRun) async throws -> Void
  ) -> ExecutorFailure? {
    do { try SimulationExecutor.run(seed: 3, limits: limits, body) } catch { return error as? ExecutorFailure }
    return nil
  }

  @Test("A wake-up that never comes is found, and what waits for it is named")
  func stuck() {
    let wrong = failure { run in
      run.note("before")
      let mailbox = Mailbox<Int>()
      _ = await run.waiting(for: "a letter") { await mailbox.next() }
    }
    #expect(wrong?.code == .stuck)
    #expect(wrong?.waiting == ["a letter"])
    #expect(wrong?.description.contains("before") == true)
  }

  @Test("What takes too long, or goes in circles, is found")
  func overdue() {
    #expect(failure { try await $0.clock.sleep(for: .seconds(100_000)) }?.code == .overdue)
    let circle = failure(limits: .init(jobs: 1000)) { _ in while !Task.isCancelled { await Task.yield() } }
    #expect(circle?.code == .runaway)
  }

  @Test("What another thread resumes makes the run incomplete, whether it is waited for or not")
  func escape() {
    let waits = failure { _ in
      await withCheckedContinuation { continuation in
        Thread.detachNewThread {
          Thread.sleep(forTimeInterval: 0.05)
          continuation.resume()
        }
      }
    }
    #expect(waits?.code == .incomplete)
    let bare = failure { _ in
      let counter = Counter()
      // A bare task does not inherit the executor.
      await Task { await counter.add(1) }.value
    }
    // When no other thread has time for it within a second, all that can be said is that it does not come back.
    #expect(bare?.code == .incomplete || bare?.code == .stuck)
  }

  @Test("What the body throws comes out")
  func throwing() {
    #expect(throws: StoreError.self) {
      try SimulationExecutor.run(seed: 1) { _ in throw StoreError(.full, "the disk is full") }
    }
  }

  @Test("An actor can name it as its own executor")
  func ownExecutor() throws {
    try SimulationExecutor.run(seed: 5) { run in
      let own = Own(run.unownedExecutor)
      await withDiscardingTaskGroup { group in for _ in 0..<3 { group.addTask { _ = await own.add() } } }
      #expect(await own.add() == 4)
    }
  }
}
