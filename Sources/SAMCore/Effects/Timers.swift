// SPDX-License-Identifier: Apache-2.0

/// Timers are owed effects: they survive a restart, and they are withdrawn by the decision that makes them pointless.
enum Timers {
  /// Sets a timer.
  /// - Parameter subject: the aggregate that it concerns.
  static func set(_ timer: Timer, after delay: Duration, subject: String, _ decision: inout Decision) {
    // A lane of its own: nothing waits behind it.
    decision.owe(.timer(timer), lane: "\(subject)/\(decision.newID(EffectID.self))", subject: subject, after: delay)
  }

  /// Withdraws all timers of an aggregate.
  static func cancel(subject: String, _ decision: inout Decision) throws {
    for row in try decision.effects(for: subject) {
      if case .timer = row.effect { decision.settle(row.id) }
    }
  }
}

/// What follows when a timer has run out. Whatever it was set for may have changed meanwhile: it looks again.
enum TimerOutcome {
  static func apply(_ timer: Timer, _ decision: inout Decision) throws {
    switch timer {
    case .approval(let id):
      let approval = try decision.get(Approval.self, id)
      if approval.state == .asked { try Approvals.expire(approval, &decision) }
    case .quota(let id): try Quotas.rang(id, &decision)
    case .supply(let id, let kind):
      try decision.record(.eased(kind: kind), on: id, as: Cloud.self)
      try Supply.run(id, &decision)
    case .boot(let id), .lost(let id), .warm(let id):
      let machine = try decision.get(Machine.self, id)
      if let cloud = machine.cloud, try decision.get(Cloud.self, cloud).state == .held {
        Timers.set(timer, after: .seconds(60), subject: id.rawValue, &decision)
        return
      }
      switch (timer, machine.state) {
      case (.boot, .booting): try MachineEnd.neverCameUp(machine, &decision)
      case (.lost, .lost): try MachineEnd.giveUp(machine, &decision)
      case (.warm, .idle): try Draining.begin(machine, because: "nobody needed it", &decision)
      default: break
      }
    }
  }
}
