// SPDX-License-Identifier: Apache-2.0
import SAMCore
import SAMTestKit
import Testing

/// Whoever knows only what the cloud answers, and asks again, gets rid of everything: no behaviour is hopeless.
@Suite("Simulated cloud, survived by its answers alone")
struct SurvivalTests {
  /// Makes machines and removes them, as carefully as SAM is meant to.
  struct Keeper {
    var account: Account
    /// What is to go, in the order in which it was heard of.
    private var toGo: [MachineHandle] = []
    private var orders = 0

    init(_ behaviour: SimCloud.Behaviour, seed: UInt64) { account = Account(behaviour, seed: seed) }

    /// Makes a machine now and then, looks, and asks for every removal again until nothing is left.
    mutating func tick(making: Bool) {
      account.now += .seconds(10)
      if making, account.chance.oneIn(6) {
        orders += 1
        // Whether it was answered or not: a list will show it.
        _ = account.perform(.create(Account.order("m\(orders)")))
      }
      if account.chance.oneIn(3), case .listed(let all) = account.list() {
        for machine in all where !toGo.contains(machine.handle) { toGo.append(machine.handle) }
      }
      guard let next = account.chance.pick(toGo), account.chance.oneIn(2) else { return }
      if account.destroy(next) == .destroyed(left: []) { toGo.removeAll { $0 == next } }
    }

    var billed: [SimCloud.Resource] {
      account.cloud.billed(now: account.now).filter { $0.installation == Account.installation }
    }
  }

  static let behaviours: [(name: String, behaviour: SimCloud.Behaviour)] = {
    var hetzner = SimCloud.Behaviour.hetznerLike
    hetzner.rates = SimCloud.Behaviour.hostile.rates
    return [("hostile", .hostile), ("hetznerLike with all faults", hetzner)]
  }()

  @Test("after the faults nothing is billed any more, and nothing of others was touched", arguments: UInt64(1)...60)
  func survives(seed: UInt64) {
    for (name, behaviour) in Self.behaviours {
      var keeper = Keeper(behaviour, seed: seed)
      let theirs = keeper.account.cloud.plantForeign(
        installation: InstallationID(trusted: "sam_two"), machine: MachineID(trusted: "machine_m1"), name: "theirs",
        now: .zero)
      for _ in 0..<600 { keeper.tick(making: true) }
      keeper.account.cloud.endFaults()
      for _ in 0..<1200 { keeper.tick(making: false) }
      #expect(keeper.billed.isEmpty, "\(name), seed \(seed)")
      let left = keeper.account.cloud.billed(now: keeper.account.now).filter { $0.kind == .server }
      #expect(left.map(\.handle) == [theirs], "\(name), seed \(seed)")
      #expect(keeper.account.cloud.resources.count > 5, "\(name), seed \(seed): hardly anything was made")
    }
  }
}
