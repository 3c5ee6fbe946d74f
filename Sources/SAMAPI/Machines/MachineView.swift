// SPDX-License-Identifier: Apache-2.0
public import SAMCore

/// A machine on the wire.
public struct MachineView: Codable, Hashable, Sendable {
  /// Its id.
  public var id: MachineID
  /// What people call it.
  public var name: String
  /// requested, creating, booting, ready, idle, draining, lost, destroying, gone.
  public var state: String
  /// The provider that gave it.
  public var provider: String
  /// What kind was ordered, in the provider's words.
  public var kind: String?
  /// Where it can be reached, once it is known.
  public var address: String?
  /// How many sessions have their workspace on it, where SAM counts them.
  public var sessions: Int?
  /// Why it is to go, or did not come.
  public var reason: String?
  /// When its state changed last; nil for a machine that SAM does not make and remove.
  public var since: APITimestamp?

  /// - Parameter machine: the machine's state.
  public init(_ machine: Machine) {
    id = machine.id
    name = machine.name
    state = machine.state.rawValue
    provider = machine.provider
    kind = machine.ordered
    address = machine.address
    reason = machine.reason
    guard machine.isProvided else { return }
    sessions = machine.sessions.count
    since = APITimestamp(machine.since)
  }

  private enum CodingKeys: String, CodingKey {
    case id
    case name
    case state
    case provider
    case kind
    case address
    case sessions
    case reason
    case since
  }
}
