// SPDX-License-Identifier: Apache-2.0

/// A person wants a provided machine to go: what works there ends first, and what is nowhere else is saved.
public struct DrainMachine: Command {
  /// The stable name.
  public static let name = "machine.drain"
  /// Which.
  public var machine: MachineID

  /// - Parameter machine: which.
  public init(machine: MachineID) { self.machine = machine }

  /// Begins it; asking twice is fine.
  public func decide(in decision: inout Decision) throws -> Machine {
    let known = try decision.get(Machine.self, machine)
    guard known.isProvided else {
      throw Rejection(.invalid, "machine '\(known.name)' is not SAM's to remove; stop samd on it to take it out of use")
    }
    switch known.state {
    case .ready, .idle: try Draining.begin(known, because: "a person gave it back", &decision)
    case .draining, .destroying, .gone: break
    case .requested, .creating, .booting, .lost:
      throw Rejection(
        .wrongState, "machine '\(known.name)' is \(known.state.rawValue); discard it, or wait until it is ready")
    }
    return try decision.get(Machine.self, machine)
  }
}

/// A person lets go of a provided machine with all that is on it: work that is nowhere else is lost.
public struct DiscardMachine: Command {
  /// The stable name.
  public static let name = "machine.discard"
  /// Which.
  public var machine: MachineID

  /// - Parameter machine: which.
  public init(machine: MachineID) { self.machine = machine }

  /// Records who wants it, and removes it when nothing works there; asking twice is fine.
  /// - Warning: What was not pushed and is not in a bundle is gone with the machine.
  public func decide(in decision: inout Decision) throws -> Machine {
    let known = try decision.get(Machine.self, machine)
    guard known.isProvided else {
      throw Rejection(.invalid, "machine '\(known.name)' is not SAM's to remove; stop samd on it to take it out of use")
    }
    guard decision.actor.kind == .user else {
      throw Rejection(.invalid, "only a person can let go of the work on machine '\(known.name)'")
    }
    guard !known.isDiscarded, known.state != .gone, known.state != .destroying else { return known }
    guard known.state != .requested else {
      throw Rejection(.wrongState, "machine '\(known.name)' is not made yet; cancel the task that wants it")
    }
    try MachineEnd.discard(known, &decision)
    return try decision.get(Machine.self, machine)
  }
}
