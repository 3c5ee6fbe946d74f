// SPDX-License-Identifier: Apache-2.0
import SAMCore
import SAMTestKit
import Testing

/// A simulated cloud with the clock and the chance that it needs, and an installation that uses it.
struct Account {
  static let installation = InstallationID(trusted: "sam_one")

  var cloud: SimCloud
  var chance: SeededGenerator
  var now = Duration.seconds(1000)

  init(_ behaviour: SimCloud.Behaviour, seed: UInt64 = 1) {
    cloud = SimCloud(behaviour: behaviour)
    chance = SeededGenerator(seed: seed)
  }

  static func order(_ name: String, kind: String? = nil) -> MachineOrder {
    MachineOrder(
      name: name, installation: installation, machine: MachineID(trusted: "machine_\(name)"), kind: kind)
  }

  mutating func perform(_ call: SimCloud.Call) -> SimCloud.Answer {
    cloud.perform(call, now: now, chance: &chance).answer
  }

  mutating func create(_ name: String, kind: String? = nil) throws -> ProvidedMachine {
    let answer = perform(.create(Self.order(name, kind: kind)))
    guard case .created(let made) = answer else { throw Unexpected(answer: answer) }
    return made
  }

  mutating func refusedCreate(_ name: String, kind: String? = nil) -> ProviderError.Code? {
    code(perform(.create(Self.order(name, kind: kind))))
  }

  mutating func find(_ handle: MachineHandle) -> SimCloud.Answer { perform(.find(handle)) }
  mutating func list() -> SimCloud.Answer { perform(.list(Self.installation)) }
  mutating func destroy(_ handle: MachineHandle) -> SimCloud.Answer { perform(.destroy(handle)) }

  func code(_ answer: SimCloud.Answer) -> ProviderError.Code? {
    if case .failed(let error) = answer { error.code } else { nil }
  }

  /// The names in a list, or nil when there was none.
  mutating func listedNames() -> [String]? {
    if case .listed(let all) = list() { all.map(\.name) } else { nil }
  }

  var settling: Duration { cloud.behaviour.traits.settling }

  struct Unexpected: Error { var answer: SimCloud.Answer? }
}
