// SPDX-License-Identifier: Apache-2.0
import SAMCore
import SAMTestKit
import Synchronization
import Testing

/// The mailbox under hundreds of schedules.
@Suite(.timeLimit(.minutes(1))) struct MailboxScheduleTests {
  /// Posts from several tasks to one reader, and hands back what the reader got.
  private func received(
    _ seed: UInt64, from mailbox: @escaping @Sendable () -> HostMailbox<[Int]>
  ) throws -> [[Int]] {
    let all = Mutex<[[Int]]>([])
    try SimulationExecutor.run(seed: seed) { run in
      let mailbox = mailbox()
      try await withThrowingDiscardingTaskGroup { group in
        for poster in 0..<3 {
          group.addTask {
            for number in 0..<8 {
              if run.oneIn(2) { try await run.pause(upTo: 3) }
              mailbox.post([poster, number])
              if run.oneIn(3) { await Task.yield() }
            }
          }
        }
        var count = 0
        while count < 24 {
          let batch = await run.waiting(for: "element \(count)") { await mailbox.next() }
          count += batch.count
          all.withLock { $0 += batch }
          if run.oneIn(4) { try await run.pause(upTo: 3) }
        }
      }
    }
    return all.withLock { $0 }
  }

  @Test("What each poster posts comes out in its order, once, and the reader is never left asleep")
  func order() throws {
    for seed: UInt64 in 0..<300 {
      let received = try received(seed) { .sound(Mailbox()) }
      for poster in 0..<3 { #expect(received.filter { $0[0] == poster }.map { $0[1] } == Array(0..<8), "seed \(seed)") }
    }
  }

  @Test("A mailbox that drops a wake-up is found at once, and what waits is named")
  func forgetful() throws {
    let failure = #expect(throws: ExecutorFailure.self) {
      for seed: UInt64 in 0..<20 { _ = try received(seed) { .forgetful(ForgetfulMailbox()) } }
    }
    #expect(failure?.code == .stuck)
    #expect(failure?.waiting.count == 1)
  }

  @Test("Cancelling and closing end the reader at whatever moment, and nothing that was taken is lost")
  func ending() throws {
    for seed: UInt64 in 0..<300 {
      try SimulationExecutor.run(seed: seed) { run in
        let mailbox = Mailbox<Int>()
        let taken = Mutex(0)
        let got = await withTaskGroup(of: Int.self) { group in
          group.addTask {
            var got = 0
            while true {
              let batch = await mailbox.next()
              if batch.isEmpty { return got }
              got += batch.count
            }
          }
          for _ in 0..<run.draw(12) {
            if run.oneIn(2) { await Task.yield() }
            if mailbox.post(1) { taken.withLock { $0 += 1 } }
          }
          if run.oneIn(2) { mailbox.close() } else { group.cancelAll() }
          if mailbox.post(1) { taken.withLock { $0 += 1 } }
          return await group.next()
        }
        #expect(got == taken.withLock { $0 }, "seed \(seed)")
      }
    }
  }
}
