// SPDX-License-Identifier: Apache-2.0
internal import SAMCore

/// I4: nothing of another installation is ever touched, and nothing at all while a restore is not confirmed.
struct I04Foreign {
  private(set) var count = 0
  private var held: Set<String> = []
  /// What is to go because nobody answers for it, and as which machine.
  private var removing: [MachineHandle: String] = [:]
  /// How many of those one sweep may take.
  static let most = 5

  /// How long a machine that the ledger does not know must have been there, at least: several sweeps.
  static let floor = Duration.seconds(240)

  /// Handles get into the ledger: only ours, each with its own key, and what nobody knows only when it is old enough.
  mutating func committed(
    _ changes: Changes, _ installation: InstallationID, isHeld: Bool, now: Duration,
    _ resource: (MachineHandle) -> SimCloud.Resource?
  ) throws -> [String] {
    var wrong: [String] = []
    for event in changes.events where event.type == "cloud.held" {
      guard case .held(let generation) = try StateCoding.event(event, of: Cloud.self) else { continue }
      // What a person has confirmed is not asked again at the next start.
      if !held.insert("\(event.aggregate.id) \(generation)").inserted {
        wrong.append("\(event.aggregate.id) is held for restore \(generation) again")
      }
    }
    var taken = 0
    for event in changes.events where event.aggregate.kind == Machine.kind {
      let id = event.aggregate.id
      let (handle, isOrphan): (MachineHandle, Bool)
      switch try StateCoding.event(event, of: Machine.self) {
      case .created(let it, _), .located(let it): (handle, isOrphan) = (it, false)
      case .discovered(_, _, let it, _), .reappeared(let it): (handle, isOrphan) = (it, true)
      case .destroyed:
        removing = removing.filter { $0.value != id }
        continue
      default: continue
      }
      if isOrphan {
        taken += 1
        if let other = removing.updateValue(id, forKey: handle) {
          wrong.append("\(handle.value) is to go as \(id), and as \(other) already")
        }
      }
      guard let resource = resource(handle) else { continue }
      count += 1
      if resource.installation != installation || (!isOrphan && resource.machine?.rawValue != id) {
        wrong.append("\(id) takes over \(handle.value) of \(resource.machine?.rawValue ?? "nobody")")
      }
      if isOrphan, isHeld { wrong.append("\(handle.value) is to go after a restore that nobody has confirmed") }
      if isOrphan, now - resource.since < Self.floor {
        wrong.append("\(handle.value) is to go, and is there since \(now - resource.since)")
      }
    }
    if taken > Self.most { wrong.append("one sweep takes \(taken) machines") }
    return wrong
  }

  mutating func restored() { removing = [:] }

  mutating func destroys(
    _ handle: MachineHandle, _ resource: SimCloud.Resource?, _ installation: InstallationID, isHeld: Bool
  ) -> [String] {
    count += 1
    guard let resource else { return [] }
    if resource.installation != installation {
      return ["\(handle.value) of \(resource.installation?.rawValue ?? "nobody") was destroyed"]
    }
    return isHeld ? ["\(handle.value) was destroyed after a restore that nobody has confirmed"] : []
  }
}
