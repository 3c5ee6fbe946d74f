// SPDX-License-Identifier: Apache-2.0

/// A host that exists takes part: this machine.
public struct RegisterMachine: Command {
  /// The stable name.
  public static let name = "machine.register"
  /// What people call it.
  public var name: String
  /// The provider that gave it.
  public var provider: String

  /// - Parameters: as the properties of the same names.
  public init(name: String, provider: String) {
    self.name = name
    self.provider = provider
  }

  /// Registers it, or finds it again.
  public func decide(in decision: inout Decision) throws -> Machine {
    if let known = try decision.all(Machine.self, StateQuery(Machine.kind, name: name, limit: 1)).first {
      return known.state == .lost ? try decision.record(.found, on: known.id) : known
    }
    return try decision.record(
      .registered(name: name, provider: provider, owner: decision.actor.owner), on: decision.newID(MachineID.self),
      as: Machine.self)
  }
}
