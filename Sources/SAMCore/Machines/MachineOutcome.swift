// SPDX-License-Identifier: Apache-2.0

/// What follows from what a provider answered about one machine.
enum MachineOutcome {
  /// A create call ended.
  static func created(_ outcome: EffectOutcome, _ id: MachineID, _ decision: inout Decision) throws {
    let machine = try decision.get(Machine.self, id)
    guard machine.state == .creating || machine.state == .destroying, machine.handle == nil else { return }
    switch outcome {
    case .created(let made) where try isOurs(made, machine, &decision): try exists(machine, made, &decision)
    case .provider(let error): try neverMade(machine, error, &decision)
    case .refused(let reason): try neverMade(machine, ProviderError(.invalid, reason), &decision)
    default:
      // It may have been made all the same. It is looked for; the call is not made again.
      look(for: id, after: MachineTiming.look, isLast: false, &decision)
    }
  }

  static func look(for id: MachineID, after delay: Duration, isLast: Bool, _ decision: inout Decision) {
    decision.owe(.findMachine(id, isLast: isLast), lane: id.rawValue, subject: id.rawValue, after: delay)
  }

  /// Somebody looked for a machine.
  static func found(_ outcome: EffectOutcome, _ id: MachineID, isLast: Bool, _ decision: inout Decision) throws {
    let machine = try decision.get(Machine.self, id)
    guard let cloud = machine.cloud else { return }
    switch (outcome, machine.state) {
    case (_, .creating), (_, .destroying):
      guard machine.handle == nil else { return }
      guard case .listed(let all) = outcome else {
        // Nothing was seen: that is no look.
        look(for: id, after: MachineTiming.look, isLast: isLast, &decision)
        return
      }
      if let match = try all.first(where: { try isOurs($0, machine, &decision) }) {
        try exists(machine, match, &decision)
        return
      }
      guard isLast else { break }
      try neverMade(machine, ProviderError(.unavailable, "the create call got no answer and made nothing"), &decision)
      return
    case (.found(nil), .booting), (.found(nil), .lost):
      guard isLast else { break }
      try MachineEnd.vanished(machine, &decision)
      return
    default: return
    }
    // It is not there, or not listed yet: the next look is one that can tell.
    look(for: id, after: try decision.get(Cloud.self, cloud).settling, isLast: true, &decision)
  }

  /// A destroy call ended: the provider has nothing of it any more.
  static func destroyed(_ id: MachineID, _ decision: inout Decision) throws {
    let machine = try decision.get(Machine.self, id)
    guard machine.state == .destroying else { return }
    let gone = try decision.record(.destroyed, on: id, as: Machine.self)
    if let cloud = gone.cloud { try Supply.run(cloud, &decision) }
  }

  /// Whether a machine that a provider shows is the one that was ordered: by its labels, never by its name alone.
  static func isOurs(_ shown: ProvidedMachine, _ machine: Machine, _ decision: inout Decision) throws -> Bool {
    guard let cloud = machine.cloud else { return false }
    return try shown.machine == machine.id && shown.installation == decision.get(Cloud.self, cloud).installation
  }

  static func exists(_ machine: Machine, _ made: ProvidedMachine, _ decision: inout Decision) throws {
    let id = machine.id
    guard machine.state == .creating else {
      try decision.record(.located(handle: made.handle), on: id, as: Machine.self)
      MachineEnd.owe(id, &decision)
      return
    }
    try decision.record(.created(handle: made.handle, address: made.address), on: id, as: Machine.self)
    if machine.hasCalled {
      try MachineConnected.enroll(id, &decision)
    } else {
      Timers.set(.boot(id), after: MachineTiming.boot, subject: id.rawValue, &decision)
    }
  }

  private static func neverMade(_ machine: Machine, _ error: ProviderError, _ decision: inout Decision) throws {
    let id = machine.id
    if machine.state == .destroying {
      try decision.record(.destroyed, on: id, as: Machine.self)
    } else {
      try decision.record(.refused(reason: error.message), on: id, as: Machine.self)
    }
    guard let cloud = machine.cloud else { return }
    if machine.state != .destroying { try block(cloud, kind(machine, error), error, &decision) }
    try Supply.run(cloud, &decision)
  }

  /// A provider that is out of stock may have another kind; what else it refuses, it refuses for all.
  private static func kind(_ machine: Machine, _ error: ProviderError) -> String? {
    error.code == .capacity || error.code == .invalid ? machine.ordered : nil
  }

  static func block(
    _ cloud: CloudID, _ kind: String?, _ error: ProviderError, _ decision: inout Decision
  ) throws {
    try withdrawTimer(cloud, kind, &decision)
    let blocked = try decision.record(.blocked(kind: kind, error: error), on: cloud, as: Cloud.self)
    let delay = blocked.blocks.first { $0.kind == kind }?.delay ?? .seconds(60)
    Timers.set(.supply(cloud, kind: kind), after: delay, subject: cloud.rawValue, &decision)
  }

  /// A machine came up: its kind, and its provider, are good again.
  static func unblock(_ machine: Machine, _ decision: inout Decision) throws {
    guard let cloud = machine.cloud else { return }
    for block in try decision.get(Cloud.self, cloud).blocks where block.kind == nil || block.kind == machine.ordered {
      try withdrawTimer(cloud, block.kind, &decision)
      try decision.record(.unblocked(kind: block.kind), on: cloud, as: Cloud.self)
    }
  }

  private static func withdrawTimer(_ cloud: CloudID, _ kind: String?, _ decision: inout Decision) throws {
    for row in try decision.effects(for: cloud.rawValue) where row.effect == .timer(.supply(cloud, kind: kind)) {
      decision.settle(row.id)
    }
  }
}
