// SPDX-License-Identifier: Apache-2.0

/// How machines end, and what becomes of what was on them.
enum MachineEnd {
  /// The provider is to remove a machine.
  static func destroy(_ machine: Machine, because reason: String, _ decision: inout Decision) throws {
    try Timers.cancel(subject: machine.id.rawValue, &decision)
    try bury(machine, because: reason, &decision)
    try decision.record(.destroying(reason: reason), on: machine.id, as: Machine.self)
    // Without a handle the create call is still under way; when it is found, it is removed.
    if machine.handle != nil { owe(machine.id, &decision) }
    if let cloud = machine.cloud { try Supply.run(cloud, &decision) }
  }

  static func owe(_ id: MachineID, _ decision: inout Decision) {
    decision.owe(.destroyMachine(id), lane: id.rawValue, subject: id.rawValue)
  }

  /// It was made and never heard of: a kind that does not come up is not ordered again at once.
  static func neverCameUp(_ machine: Machine, _ decision: inout Decision) throws {
    if let cloud = machine.cloud {
      let error = ProviderError(
        .unavailable, "a machine did not come up within \(MachineTiming.boot.components.seconds / 60) minutes")
      try MachineOutcome.block(cloud, machine.ordered, error, &decision)
    }
    try destroy(machine, because: "it did not come up", &decision)
  }

  /// A machine was silent for too long: what worked there is over, and nothing that it may still say counts.
  static func giveUp(_ machine: Machine, _ decision: inout Decision) throws {
    try decision.record(.givenUp, on: machine.id, as: Machine.self)
    let sessions = try machine.sessions.map { try decision.get(Session.self, $0) }
    // Work that is only there is not SAM's to throw away: it waits for the machine, or for a person who lets go of it.
    let isKept =
      try !machine.isDiscarded
      && sessions.contains {
        try decision.get(Workspace.self, $0.workspace).isUnsaved
      }
    guard isKept else { return try destroy(machine, because: "it was not heard of any more", &decision) }
    for session in sessions where session.state != .closed {
      try Conversation.rebind(session.id, because: "machine '\(machine.name)' was not heard of any more", &decision)
    }
  }

  /// A person lets go of the work on a machine.
  static func discard(_ machine: Machine, _ decision: inout Decision) throws {
    let discarded = try decision.record(.discarded(by: decision.actor), on: machine.id, as: Machine.self)
    switch machine.state {
    case .draining: try Draining.advance(discarded, &decision)
    case .lost where machine.isGivenUp: try destroy(discarded, because: "a person let go of it", &decision)
    case .ready, .idle: try Draining.begin(discarded, because: "a person let go of it", &decision)
    case .booting, .creating: try destroy(discarded, because: "a person let go of it", &decision)
    default: break
    }
  }

  /// The provider has it no more, and SAM did not ask for that. What was billed with it may be there still.
  static func vanished(_ machine: Machine, _ decision: inout Decision) throws {
    try destroy(machine, because: "machine '\(machine.name)' is gone at its provider", &decision)
  }

  /// Ends what is bound to a machine that will not come back.
  private static func bury(_ machine: Machine, because reason: String, _ decision: inout Decision) throws {
    for id in machine.sessions {
      let session = try decision.get(Session.self, id)
      if session.state != .closed { try Conversation.bury(session, because: reason, &decision) }
      let workspace = try decision.get(Workspace.self, session.workspace)
      for row in try decision.effects(for: workspace.id.rawValue) { decision.settle(row.id) }
      if workspace.state != .destroyed { try decision.record(.destroyed, on: workspace.id, as: Workspace.self) }
      try decision.record(.released(id), on: machine.id, as: Machine.self)
    }
  }
}
