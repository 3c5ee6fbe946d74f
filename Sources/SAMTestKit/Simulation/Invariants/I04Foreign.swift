// SPDX-License-Identifier: Apache-2.0
internal import SAMCore

/// I4: nothing of another installation is ever touched, and nothing at all while a restore is not confirmed.
struct I04Foreign {
  private(set) var count = 0

  mutating func destroys(
    _ handle: MachineHandle, _ resource: SimCloud.Resource?, _ installation: InstallationID, isHeld: Bool
  ) -> [String] {
    count += 1
    guard let resource else { return [] }
    if resource.installation != installation {
      return ["\(handle.value) of \(resource.installation?.rawValue ?? "nobody") was destroyed"]
    }
    // A call that was on its way when the store was replaced is not the new ledger's.
    return isHeld ? ["\(handle.value) was destroyed after a restore that nobody has confirmed"] : []
  }
}
