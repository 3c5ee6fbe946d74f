// SPDX-License-Identifier: Apache-2.0
internal import Synchronization

/// Names one connection of a machine, so that the end of an earlier one does not cut a later one.
public struct MachineConnection: Hashable, Sendable {
  /// Which machine.
  public let machine: MachineID
  let number: Int
}

/// The machines that are connected now.
final class MachineLinks: Sendable {
  private struct State {
    var links: [MachineID: (link: any MachineLink, number: Int, replaced: @Sendable () -> Void)] = [:]
    var count = 0
  }
  private let state = Mutex(State())

  /// A machine is reached over this link from now on.
  func connect(
    _ machine: MachineID, _ link: any MachineLink, replaced: @escaping @Sendable () -> Void
  ) -> MachineConnection {
    let (connection, earlier) = state.withLock { state in
      state.count += 1
      let earlier = state.links.updateValue((link, state.count, replaced), forKey: machine)
      return (MachineConnection(machine: machine, number: state.count), earlier)
    }
    earlier?.replaced()
    return connection
  }

  /// A machine is not reached over this connection any more.
  /// - Returns: whether it was the one that is used.
  func disconnect(_ connection: MachineConnection) -> Bool {
    state.withLock { state in
      guard state.links[connection.machine]?.number == connection.number else { return false }
      state.links[connection.machine] = nil
      return true
    }
  }

  /// The way to a machine; nil id = to any.
  subscript(machine: MachineID?) -> (any MachineLink)? {
    state.withLock { state in
      guard let machine else { return state.links.min { $0.key < $1.key }?.value.link }
      return state.links[machine]?.link
    }
  }
}
