// SPDX-License-Identifier: Apache-2.0
import SAMCore
import SAMTestKit
import Synchronization
import Testing

@Suite("Simulated cloud as a provider")
struct SimCloudProviderTests {
  /// A clock that goes on only while somebody sleeps.
  final class SleepingClock: Sendable {
    private let time = Mutex(Duration.zero)
    var wall: WallClock {
      WallClock(
        now: { Timestamp(milliseconds: self.time.withLock { $0 }.wholeMilliseconds) },
        uptime: { self.time.withLock { $0 } },
        sleep: { span in
          try Task.checkCancellation()
          self.time.withLock { $0 += span }
        })
    }
  }

  @Test("it makes, finds, lists and removes, and takes its time by the clock that it is given")
  func wholeLife() async throws {
    let clock = SleepingClock().wall
    let provider = SimCloudProvider(SimCloud(name: "test"), clock: clock, seed: 1)
    let made = try await provider.create(Account.order("a"))
    #expect(clock.uptime() >= .milliseconds(100))
    #expect(try await provider.find(made.handle) == made)
    #expect(try await provider.list(of: Account.installation) == [made])
    try await clock.sleep(.seconds(60))
    #expect(provider.withCloud { $0.booted(now: $1) }.map(\.handle) == [made.handle])
    #expect(try await provider.destroy(made.handle) == [])
    #expect(try await provider.find(made.handle) == nil)
    #expect(provider.name == "test")
    #expect(provider.traits == SimCloud.Behaviour.calm.traits)
  }

  @Test("what the cloud refuses is thrown, after the time that the answer took")
  func refusals() async {
    let clock = SleepingClock().wall
    let provider = SimCloudProvider(SimCloud(), clock: clock, seed: 1)
    provider.withCloud { cloud, _ in cloud.order(.lostAnswer) }
    let error = await #expect(throws: ProviderError.self) { try await provider.create(Account.order("a")) }
    #expect(error?.code == .unknownOutcome)
    #expect(clock.uptime() == .seconds(30))
    #expect(provider.withCloud { $0.billed(now: $1) }.count == 1)
  }

  @Test("a call that is given up while its answer is on its way has happened all the same")
  func cancelled() async {
    let provider = SimCloudProvider(SimCloud(), clock: SleepingClock().wall, seed: 1)
    let call = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      return try await provider.create(Account.order("a"))
    }
    let error = await #expect(throws: ProviderError.self) { try await call.value }
    #expect(error?.code == .unknownOutcome)
    #expect(provider.withCloud { $0.billed(now: $1) }.count == 1)
  }
}
