// SPDX-License-Identifier: Apache-2.0

/// Which sessions need a provided machine: what nobody needs goes away.
enum Occupancy {
  /// A session that is to have a new prompt needs its machine.
  /// - Throws: ``Rejection`` with `wrong_state` when the machine is on its way out.
  static func admit(_ session: Session, _ decision: inout Decision) throws {
    guard let machine = try machine(of: session, &decision) else { return }
    guard ![.draining, .destroying, .gone].contains(machine.state), !machine.isToGo else {
      throw Rejection(
        .wrongState, "machine '\(machine.name)' of session '\(session.id)' is given back; retry its task on another one"
      )
    }
  }

  /// A session works.
  static func resume(_ session: Session, _ decision: inout Decision) throws {
    guard let machine = try machine(of: session, &decision), !machine.busy.contains(session.id) else { return }
    try decision.record(.resumed(session.id), on: machine.id, as: Machine.self)
    try wake(machine.id, &decision)
  }

  /// A session has nothing to do at the moment.
  static func rest(_ session: Session, _ decision: inout Decision) throws {
    guard let machine = try machine(of: session, &decision), machine.busy.contains(session.id) else { return }
    try decision.record(.rested(session.id), on: machine.id, as: Machine.self)
    try settle(machine.id, &decision)
  }

  /// A session has nothing to do with its machine any more.
  static func release(_ session: Session, _ decision: inout Decision) throws {
    guard let machine = try machine(of: session, &decision), machine.sessions.contains(session.id) else { return }
    // What is in its workspace and nowhere else is to be saved before the machine goes: it stays on the list.
    if try machine.state == .draining || decision.get(Workspace.self, session.workspace).isUnsaved {
      try rest(session, &decision)
      return
    }
    try decision.record(.released(session.id), on: machine.id, as: Machine.self)
    try settle(machine.id, &decision)
  }

  /// Lets a machine follow those who need it.
  static func settle(_ id: MachineID, _ decision: inout Decision) throws {
    var machine = try decision.get(Machine.self, id)
    if machine.hasRoom, let cloud = machine.cloud {
      try Supply.run(cloud, &decision)
      machine = try decision.get(Machine.self, id)
    }
    switch machine.state {
    case .ready where machine.busy.isEmpty && machine.isProvided:
      try decision.record(.idled, on: id, as: Machine.self)
      Timers.set(.warm(id), after: .seconds(machine.wish?.warmSeconds ?? 0), subject: id.rawValue, &decision)
    case .draining: try Draining.advance(machine, &decision)
    default: break
    }
  }

  /// A machine that was idle is needed.
  static func wake(_ id: MachineID, _ decision: inout Decision) throws {
    guard try decision.get(Machine.self, id).state == .idle else { return }
    try Timers.cancel(subject: id.rawValue, &decision)
    try decision.record(.woken, on: id, as: Machine.self)
  }

  private static func machine(of session: Session, _ decision: inout Decision) throws -> Machine? {
    let machine = try decision.get(Machine.self, session.machine)
    return machine.isProvided ? machine : nil
  }
}
