// SPDX-License-Identifier: Apache-2.0
internal import Synchronization

/// The machines that are connected now.
final class MachineLinks: Sendable {
  private let links = Mutex<[MachineID: any MachineLink]>([:])

  /// A machine is reached over this link from now on.
  func connect(_ machine: MachineID, _ link: any MachineLink) { links.withLock { $0[machine] = link } }

  /// A machine is not reached any more.
  func disconnect(_ machine: MachineID) { links.withLock { $0[machine] = nil } }

  /// The way to a machine; nil id = to any.
  subscript(machine: MachineID?) -> (any MachineLink)? {
    links.withLock { links in
      guard let machine else { return links.min { $0.key < $1.key }?.value }
      return links[machine]
    }
  }
}
