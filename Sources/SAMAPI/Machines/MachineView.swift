// SPDX-License-Identifier: Apache-2.0
public import SAMCore

/// A machine on the wire.
public struct MachineView: Codable, Hashable, Sendable {
  /// Its id.
  public var id: MachineID
  /// What people call it.
  public var name: String
  /// ready, lost.
  public var state: String
  /// The provider that gave it.
  public var provider: String

  /// - Parameter machine: the machine's state.
  public init(_ machine: Machine) {
    id = machine.id
    name = machine.name
    state = machine.state.rawValue
    provider = machine.provider
  }

  private enum CodingKeys: String, CodingKey {
    case id
    case name
    case state
    case provider
  }
}
