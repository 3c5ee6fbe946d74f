// SPDX-License-Identifier: Apache-2.0

/// How a machine is emptied before it goes: no new work, what works there ends, and what is nowhere else is saved.
enum Draining {
  static func begin(_ machine: Machine, because reason: String, _ decision: inout Decision) throws {
    try Timers.cancel(subject: machine.id.rawValue, &decision)
    let draining = try decision.record(.draining(reason: reason), on: machine.id, as: Machine.self)
    try advance(draining, &decision)
  }

  /// Does what can be done now; the rest when a session ends or a workspace is saved.
  static func advance(_ machine: Machine, _ decision: inout Decision) throws {
    for id in machine.sessions where !machine.busy.contains(id) {
      let session = try decision.get(Session.self, id)
      if session.state != .closed {
        for turn in session.queue.reversed() {
          _ = try Conversation.end(decision.get(Turn.self, turn), with: .cancelled, &decision)
        }
        try decision.record(.closed(reason: "its machine is given back"), on: id, as: Session.self)
      }
      let workspace = try decision.get(Workspace.self, session.workspace)
      guard workspace.isUnsaved, !machine.isDiscarded else {
        try leave(session, workspace, machine, &decision)
        continue
      }
      let owed = try decision.effects(for: workspace.id.rawValue).contains { $0.effect == .saveWork(workspace.id) }
      if !owed, !workspace.isUnsavable {
        decision.owe(.saveWork(workspace.id), lane: id.rawValue, subject: workspace.id.rawValue)
      }
    }
    let left = try decision.get(Machine.self, machine.id)
    if left.sessions.isEmpty { try MachineEnd.destroy(left, because: left.reason ?? "it is given back", &decision) }
  }

  private static func leave(
    _ session: Session, _ workspace: Workspace, _ machine: Machine, _ decision: inout Decision
  ) throws {
    for row in try decision.effects(for: workspace.id.rawValue) { decision.settle(row.id) }
    if workspace.state != .destroyed { try decision.record(.destroyed, on: workspace.id, as: Workspace.self) }
    try decision.record(.released(session.id), on: machine.id, as: Machine.self)
  }

  /// A workspace was saved, or cannot be.
  static func saved(_ outcome: EffectOutcome, _ id: WorkspaceID, _ decision: inout Decision) throws {
    let workspace = try decision.get(Workspace.self, id)
    guard workspace.state != .destroyed else { return }
    let session = try decision.get(Session.self, workspace.session)
    switch outcome {
    case .published(let work) where work.isSafe:
      try decision.record(
        .saved(through: workspace.unsaved.last ?? 0, bundle: work.bundle), on: id, as: Workspace.self)
      if let bundle = work.bundle {
        try decision.say(
          .notice(Notice(.info, "the machine is given back; work that was not pushed is kept as bundle \(bundle)")),
          in: session.id)
      }
    case .published(let work): try unsavable(workspace, work.problem ?? "it was not kept", &decision)
    case .refused(let reason): try unsavable(workspace, reason, &decision)
    default: try unsavable(workspace, "the machine gave no answer to it", &decision)
    }
    let machine = try decision.get(Machine.self, workspace.machine)
    if machine.state == .draining { try advance(machine, &decision) }
  }

  private static func unsavable(_ workspace: Workspace, _ reason: String, _ decision: inout Decision) throws {
    try decision.record(.unsavable(reason: reason), on: workspace.id, as: Workspace.self)
    try decision.say(
      .notice(
        Notice(
          .error,
          "the work could not be brought off machine '\(workspace.machine)' (\(reason)); the machine is kept until "
            + "you fetch it, or discard it")), in: workspace.session)
  }
}
