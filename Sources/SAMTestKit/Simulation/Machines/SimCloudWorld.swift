// SPDX-License-Identifier: Apache-2.0
internal import SAMCore

/// The cloud in the simulated world: calls that reach it, machines that boot there and go.
extension SimWorld {
  /// A call reaches the cloud: it happens, also when the one who made it has died meanwhile.
  func callCloud(_ life: Int, _ row: EffectRow, _ call: SimCloud.Call) {
    let (answer, delay): (SimCloud.Answer, Duration)
    if cloudDownUntil > now {
      (answer, delay) = (.failed(ProviderError(.unavailable, "the cloud is out of order")), .milliseconds(50))
    } else {
      checkDestroy(call, of: life)
      (answer, delay) = cloud.perform(call, now: cloudTime, chance: &cloudChance)
    }
    note(40, "cloud \(String(describing: call).prefix(60)) → \(String(describing: answer).prefix(90))")
    _ = passes(.afterCall(call.kind))
    let outcome: EffectOutcome
    switch answer {
    case .created(let machine): outcome = .created(machine)
    case .found(let machine): outcome = .found(machine)
    case .listed(let all): outcome = .listed(all)
    case .destroyed(let left):
      outcome = left.isEmpty ? .done : .retry(reason: "still there: \(left.joined(separator: ", "))")
    case .failed(let error):
      outcome = error.code == .unknownOutcome ? .unknown : .provider(error)
      if outcome == .unknown { coverage.lostReply(row) }
      // Somebody else's machine of the same name is not the one that is looked for.
      if case .create(let order) = call, outcome == .unknown, chance.oneIn(faults.areOn ? 3 : 0) {
        cloud.plantForeign(installation: Self.stranger, machine: order.machine, name: order.name, now: cloudTime)
      }
    }
    let isLate = chance.oneIn(faults.settleLate)
    if isLate { coverage.waits(row) }
    queue.add(.settle(life, row, outcome), at: now + delay.microseconds + (isLate ? 3_000_000 : 0))
  }

  /// Another installation in the same account.
  static let stranger = InstallationID(trusted: "sam_other")

  /// What has booted starts its runtime; what the cloud has removed is gone.
  func bootMachines() {
    // Where nothing is made, nothing boots or goes.
    queue.add(.boot, at: now + (cloud.resources.allSatisfy { $0.until != nil } ? 15_000_000 : 5_000_000))
    let running = cloud.booted(now: cloudTime)
    var handles: Set<MachineHandle> = []
    for booted in running {
      handles.insert(booted.handle)
      guard let id = booted.machine, booted.installation == installation, machines[id] == nil else { continue }
      machines[id] = SimMachine(id: id, isLocal: false, handle: booted.handle)
      startMachine(id, 0)
    }
    for id in machines.keys.sorted() {
      if let handle = machines[id]?.handle, !handles.contains(handle) { removeMachine(id) }
    }
    checkTime()
  }
}

extension SimCloud.Behaviour {
  /// One of the ready-made ones, or one that everything goes wrong with.
  static func drawn(_ chance: inout SeededGenerator) -> Self {
    var behaviour: Self =
      switch chance.below(6) {
      case 0: .calm
      case 1: .hetznerLike
      case 2: .scalewayLike
      default: .hostile
      }
    behaviour.listsOthers = chance.oneIn(2)
    behaviour.traits.settling = .seconds(10 + chance.below(110))
    return behaviour
  }
}
