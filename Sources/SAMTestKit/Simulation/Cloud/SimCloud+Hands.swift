// SPDX-License-Identifier: Apache-2.0
public import SAMCore

/// What happens in an account without SAM: other people's hands, and other installations.
extension SimCloud {
  /// Somebody removes a machine behind SAM's back. What outlives it stays, as with any removal.
  /// - Returns: whether it was there.
  @discardableResult
  public mutating func remove(_ handle: MachineHandle, now: Duration) -> Bool {
    guard let index = servers.firstIndex(where: { $0.handle == handle && $0.exists(now) }) else { return false }
    var course = SimCourse(call: .destroy(handle), now: now, chance: SeededGenerator(seed: 0))
    end(index, at: now, &course)
    return true
  }

  /// The whole cloud is out of order until a time.
  public mutating func breakDown(until time: Duration) { windows.outage = max(windows.outage, time) }

  /// The credential is refused until a time.
  public mutating func refuseCredential(until time: Duration) { windows.refusal = max(windows.refusal, time) }

  /// A kind is out of stock until a time.
  public mutating func sellOut(_ kind: String, until time: Duration) { windows.shortages.append((kind, time)) }

  /// Another installation of SAM has a machine in the same account, with all that belongs to it. It is running.
  /// - Parameters:
  ///   - installation: whose it is.
  ///   - machine: the key that its label names; it may be one that this installation has as well.
  ///   - name: its name; it may be one that this installation has as well, unless names are unique.
  ///   - now: the time.
  /// - Returns: how the provider finds it.
  @discardableResult
  public mutating func plantForeign(
    installation: InstallationID, machine: MachineID, name: String, now: Duration
  ) -> MachineHandle {
    plant(name, installation, machine, now)
  }

  /// Somebody has a machine in the same account that carries no label at all. It is running.
  /// - Returns: how the provider finds it.
  @discardableResult
  public mutating func plantUnlabelled(name: String, now: Duration) -> MachineHandle { plant(name, nil, nil, now) }

  private mutating func plant(
    _ name: String, _ installation: InstallationID?, _ machine: MachineID?, _ now: Duration
  ) -> MachineHandle {
    let call = Call.find(MachineHandle(version: 1, value: ""))
    var course = SimCourse(call: call, now: now, chance: SeededGenerator(seed: 0))
    let kind = behaviour.kinds.first?.name ?? ""
    let index = make(name, installation: installation, machine: machine, kind: kind, &course)
    servers[index].addressed = now
    servers[index].boots = now
    servers[index].up = now
    return servers[index].handle
  }
}
