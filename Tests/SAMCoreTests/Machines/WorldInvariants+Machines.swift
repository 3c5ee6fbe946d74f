// SPDX-License-Identifier: Apache-2.0
@testable import SAMCore

/// What holds of machines and their providers after every command.
extension WorldInvariants {
  func machines(_ world: World) throws -> [String] {
    let rows = try world.effects()
    let all = try world.all(Machine.self)
    return try all.flatMap { try waits($0, rows, world) } + clouds(world, rows) + queue(world, all, rows)
      + approvalTimers(world, rows) + unsavedWork(world)
  }

  /// I9: whatever state a machine is in, something that is owed, a timer, or a person's wish moves it on.
  private func waits(_ machine: Machine, _ rows: [EffectRow], _ world: World) throws -> [String] {
    let owed = rows.filter { $0.subject == machine.id.rawValue }.map(\.effect)
    let workspaces = try machine.sessions.map { try world.get(Workspace.self, world.get(Session.self, $0).workspace) }
    let holds =
      switch machine.state {
      case .requested: owed.contains(.createMachine(machine.id))
      case .creating: owed.contains(.createMachine(machine.id)) || owed.contains(where: isLook)
      case .booting: owed.contains(.timer(.boot(machine.id)))
      case .ready: !machine.isProvided || !machine.busy.isEmpty
      case .idle: owed.contains(.timer(.warm(machine.id))) && machine.busy.isEmpty
      case .draining:
        !machine.busy.isEmpty
          || workspaces.contains { space in
            space.isUnsavable || rows.contains { $0.effect == .saveWork(space.id) }
          }
      case .lost:
        !machine.isProvided || owed.contains(.timer(.lost(machine.id)))
          || (machine.isGivenUp && workspaces.contains(where: \.isUnsaved))
      case .destroying:
        machine.handle == nil
          ? owed.contains(.createMachine(machine.id)) || owed.contains(where: isLook)
          : owed.contains(.destroyMachine(machine.id))
      case .gone: owed.isEmpty && machine.sessions.isEmpty
      }
    var wrong = holds ? [] : ["I9: \(machine.state) \(machine.id) owes \(owed), busy \(machine.busy)"]
    if Set(owed).count != owed.count { wrong.append("\(machine.id) owes something twice: \(owed)") }
    if !Set(machine.busy).isSubset(of: machine.sessions) { wrong.append("\(machine.id) is busy with strangers") }
    let timers = owed.filter { if case .timer = $0 { true } else { false } }
    if timers.count > 1 { wrong.append("\(machine.id) has \(timers)") }
    return wrong
  }

  private func isLook(_ effect: Effect) -> Bool { if case .findMachine = effect { true } else { false } }

  /// A provider is always about to be swept, and what is blocked is eased some time.
  private func clouds(_ world: World, _ rows: [EffectRow]) throws -> [String] {
    try world.all(Cloud.self).flatMap { cloud -> [String] in
      let owed = rows.filter { $0.subject == cloud.id.rawValue }.map(\.effect)
      var wrong: [String] = []
      if owed.count(where: { $0 == .sweep(cloud.id) }) != 1 { wrong.append("I12: \(cloud.id) owes \(owed)") }
      for block in cloud.blocks where block.isActive && !owed.contains(.timer(.supply(cloud.id, kind: block.kind))) {
        wrong.append("I9: nobody eases \(block)")
      }
      return wrong
    }
  }

  /// I9: a queued task says what it waits for, and that can come.
  private func queue(_ world: World, _ machines: [Machine], _ rows: [EffectRow]) throws -> [String] {
    try world.all(SAMTask.self).flatMap { task -> [String] in
      guard task.state == .queued else { return [] }
      guard let wish = task.wish else { return ["\(task.id) waits for this machine"] }
      var wrong: [String] = []
      if case .capacity = task.waiting {} else { wrong.append("I9: \(task.id) does not say what it waits for") }
      let mine = machines.filter { $0.cloud == CloudID(provider: wish.provider) }
      if let free = mine.first(where: { $0.hasRoom && $0.wish?.kinds == wish.kinds }) {
        wrong.append("\(task.id) waits and \(free.id) has room")
      }
      let comes = mine.contains { [.requested, .creating, .booting].contains($0.state) }
      let isFull = mine.count { $0.state != .gone } >= wish.limit
      let isBlocked = try world.get(Cloud.self, CloudID(provider: wish.provider)).blocks.contains(where: \.isActive)
      if !comes, !isFull, !isBlocked { wrong.append("I9: \(task.id) waits for what nobody brings") }
      return wrong
    }
  }

  /// I9: a question to a person runs out some time.
  private func approvalTimers(_ world: World, _ rows: [EffectRow]) throws -> [String] {
    try world.all(Approval.self).compactMap { approval in
      let isSet = rows.contains { $0.effect == .timer(.approval(approval.id)) }
      return isSet == (approval.state == .asked) ? nil : "I9: \(approval.id) is \(approval.state), timer \(isSet)"
    }
  }

  /// I8: a provider is asked to remove a machine only when nothing on it is nowhere else, or a person let go of it.
  private func unsavedWork(_ world: World) throws -> [String] {
    let begun = changes.events.filter { $0.type == "machine.destroying" }.map(\.aggregate.id)
    return try begun.flatMap { id -> [String] in
      let machine = try world.get(Machine.self, MachineID(trusted: id))
      // What is gone at its provider cannot be kept.
      guard !machine.isDiscarded, machine.reason?.hasSuffix("is gone at its provider") != true else { return [] }
      return try world.all(Workspace.self).filter { $0.machine == machine.id && !$0.unsaved.isEmpty }
        .map { "I8: \(id) goes with the only copy of \($0.id)" }
    }
  }
}
