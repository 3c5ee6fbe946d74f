// SPDX-License-Identifier: Apache-2.0
public import SAMCore
internal import Synchronization

/// A simulated cloud as a provider: the orchestrator runs against it as it would against a real one.
///
/// Time comes from the clock that is handed in, so a test that turns its own clock forward waits for nothing.
public final class SimCloudProvider: CloudProvider {
  private struct State: Sendable {
    var cloud: SimCloud
    var chance: SeededGenerator
  }

  /// The provider's name, as people configure it.
  public let name: String
  /// What is special about it: as its cloud was when it was handed over.
  public let traits: ProviderTraits
  private let clock: WallClock
  private let state: Mutex<State>

  /// - Parameters:
  ///   - cloud: what it gives machines of; its name is the provider's.
  ///   - clock: what time it is, and how the answers wait.
  ///   - seed: the same seed and the same calls at the same times give the same answers.
  public init(_ cloud: SimCloud, clock: WallClock, seed: UInt64) {
    name = cloud.name
    traits = cloud.behaviour.traits
    self.clock = clock
    state = Mutex(State(cloud: cloud, chance: SeededGenerator(seed: seed)))
  }

  /// Looks into the cloud, or changes it: other people's hands, faults, what is billed.
  /// - Parameter body: is given the cloud and the time.
  public func withCloud<Result: Sendable>(_ body: (inout SimCloud, Duration) throws -> Result) rethrows -> Result {
    let now = clock.uptime()
    return try state.withLock { try body(&$0.cloud, now) }
  }

  /// Makes a machine; see ``SimCloud/Behaviour`` for all that may come of it.
  public func create(_ order: MachineOrder) async throws(ProviderError) -> ProvidedMachine {
    guard case .created(let made) = try await answer(.create(order)) else { throw Self.confused }
    return made
  }

  /// Looks for one machine.
  public func find(_ handle: MachineHandle) async throws(ProviderError) -> ProvidedMachine? {
    guard case .found(let found) = try await answer(.find(handle)) else { throw Self.confused }
    return found
  }

  /// Lists an installation's machines.
  public func list(of installation: InstallationID) async throws(ProviderError) -> [ProvidedMachine] {
    guard case .listed(let all) = try await answer(.list(installation)) else { throw Self.confused }
    return all
  }

  /// Removes a machine, as far as one attempt goes.
  public func destroy(_ handle: MachineHandle) async throws(ProviderError) -> [String] {
    guard case .destroyed(let left) = try await answer(.destroy(handle)) else { throw Self.confused }
    return left
  }

  private func answer(_ call: SimCloud.Call) async throws(ProviderError) -> SimCloud.Answer {
    let now = clock.uptime()
    let (answer, after) = state.withLock { $0.cloud.perform(call, now: now, chance: &$0.chance) }
    do {
      try await clock.sleep(after)
    } catch {
      throw ProviderError(.unknownOutcome, "the call was given up before its answer came")
    }
    if case .failed(let error) = answer { throw error }
    return answer
  }

  private static let confused = ProviderError(.unknownOutcome, "the simulated cloud answered another call")
}
