// SPDX-License-Identifier: Apache-2.0
import SAMCore
import SAMTestKit

/// An account that is used at random: everything that SAM could ask, and what others do in between.
struct RandomUse {
  var account: Account
  var chance: SeededGenerator
  private var left = 60
  private var named = 0

  init(_ behaviour: SimCloud.Behaviour, seed: UInt64) {
    account = Account(behaviour, seed: seed)
    chance = SeededGenerator(seed: seed &* 31 &+ 7)
  }

  /// All that this installation ever made.
  var handles: [MachineHandle] {
    account.cloud.resources.filter { $0.kind == .server && $0.installation == Account.installation }.map(\.handle)
  }

  /// Does one thing.
  /// - Returns: whether there is more to do.
  mutating func step() -> Bool {
    guard left > 0 else { return false }
    left -= 1
    account.now += chance.duration(in: .milliseconds(10)...(.seconds(20)))
    let known = chance.pick(handles) ?? MachineHandle(version: 1, value: "sim-999")
    switch chance.integer(in: 0...9) {
    case 0...3:
      if !chance.oneIn(5) { named += 1 }
      // Now and then a name that was taken before, and a kind that does not exist nowhere.
      let kind = chance.pick(account.cloud.behaviour.kinds)?.name
      _ = account.perform(.create(Account.order("m\(named)", kind: chance.oneIn(2) ? kind : nil)))
    case 4: _ = account.find(known)
    case 5: _ = account.list()
    case 6...8: _ = account.destroy(known)
    default:
      if chance.oneIn(3) {
        account.cloud.plantForeign(
          installation: InstallationID(trusted: "sam_two"), machine: MachineID(trusted: "machine_m1"),
          name: "theirs\(left)", now: account.now)
      } else if chance.oneIn(3), account.cloud.behaviour != .calm {
        account.cloud.remove(known, now: account.now)
      }
    }
    return true
  }

  /// All that happened, as one number (FNV-1a, http://www.isthe.com/chongo/tech/comp/fnv/).
  var digest: UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for line in account.cloud.log.map(\.description) {
      for byte in line.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    }
    return hash
  }
}
