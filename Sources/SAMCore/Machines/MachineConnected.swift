// SPDX-License-Identifier: Apache-2.0

/// A machine is there: for the first time, or again. What was under way on it is taken up.
public struct MachineConnected: Command {
  /// The stable name.
  public static let name = "machine.connected"
  /// Which.
  public var machine: MachineID

  /// - Parameter machine: which.
  public init(machine: MachineID) { self.machine = machine }

  /// Lets it take work and attaches the sessions that it may have to do with.
  public func decide(in decision: inout Decision) throws -> Done {
    let known = try decision.get(Machine.self, machine)
    switch known.state {
    case .creating: if !known.hasCalled { try decision.record(.called, on: machine, as: Machine.self) }
    case .booting: try Self.enroll(machine, &decision)
    case .lost: try find(known, &decision)
    case .requested, .destroying, .gone:
      throw Rejection(.wrongState, "machine '\(known.name)' is \(known.state.rawValue); it has no work and may end")
    case .ready, .idle, .draining: break
    }
    let sessions = try sessions(of: known, &decision)
    try hurry(Set(sessions), &decision)
    for session in sessions {
      decision.owe(.attachSession(session), lane: session.rawValue, subject: session.rawValue)
    }
    return Done()
  }

  /// What waits for another try because the machine was not there need not wait longer; sessions are attached once.
  private func hurry(_ attached: Set<SessionID>, _ decision: inout Decision) throws {
    for var row in try decision.allEffects() {
      guard let id = SessionID(rawValue: String(row.lane.prefix { $0 != "/" })),
        try decision.find(Session.self, id)?.machine == machine
      else { continue }
      if row.effect == .attachSession(id), attached.contains(id) {
        decision.settle(row.id)
      } else if row.status == .runnable, row.lastError != nil, row.dueAt > decision.now {
        row.dueAt = decision.now
        decision.update(row)
      }
    }
  }

  /// It is heard of for the first time.
  static func enroll(_ id: MachineID, _ decision: inout Decision) throws {
    try Timers.cancel(subject: id.rawValue, &decision)
    let machine = try decision.record(.enrolled, on: id, as: Machine.self)
    try MachineOutcome.unblock(machine, &decision)
    try Occupancy.settle(id, &decision)
  }

  private func find(_ lost: Machine, _ decision: inout Decision) throws {
    try Timers.cancel(subject: machine.rawValue, &decision)
    let found = try decision.record(.found, on: machine, as: Machine.self)
    if lost.isToGo {
      try Draining.begin(found, because: lost.reason ?? "it is given back", &decision)
    } else {
      try Occupancy.settle(machine, &decision)
    }
  }

  private func sessions(of known: Machine, _ decision: inout Decision) throws -> [SessionID] {
    if known.isProvided {
      return try known.sessions.filter { try decision.get(Session.self, $0).state != .closed }
    }
    let active = Turn.active.map(\.rawValue).sorted()
    let turns = try decision.all(Turn.self, StateQuery(Turn.kind, statuses: active, limit: 100_000))
    return try turns.map(\.session).filter { try decision.get(Session.self, $0).machine == known.id }
  }
}

/// A process begins: no provided machine is connected yet, whatever it was when the last one ended.
public struct ForgetConnections: Command {
  /// The stable name.
  public static let name = "machines.forget"

  /// For all machines.
  public init() {}

  /// Sets for each the time by which it must be heard of again.
  public func decide(in decision: inout Decision) throws -> Done {
    let connected = [MachineState.creating, .ready, .idle, .draining].map(\.rawValue)
    for machine in try decision.all(Machine.self, StateQuery(Machine.kind, statuses: connected, limit: 100_000)) {
      _ = try MachineDisconnected(machine: machine.id).decide(in: &decision)
    }
    return Done()
  }
}

/// The way to a machine is cut, or it is silent.
public struct MachineDisconnected: Command {
  /// The stable name.
  public static let name = "machine.disconnected"
  /// Which.
  public var machine: MachineID

  /// - Parameter machine: which.
  public init(machine: MachineID) { self.machine = machine }

  /// Notes it, and sets the time by which it must be back. What runs on it goes on.
  public func decide(in decision: inout Decision) throws -> Done {
    let known = try decision.get(Machine.self, machine)
    if known.state == .creating, known.hasCalled { try decision.record(.hungUp, on: machine, as: Machine.self) }
    guard known.isProvided, [.ready, .idle, .draining].contains(known.state) else { return Done() }
    try Timers.cancel(subject: machine.rawValue, &decision)
    try decision.record(.lost, on: machine, as: Machine.self)
    Timers.set(.lost(machine), after: MachineTiming.lost, subject: machine.rawValue, &decision)
    return Done()
  }
}
