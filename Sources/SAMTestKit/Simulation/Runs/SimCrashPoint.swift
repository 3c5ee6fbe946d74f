// SPDX-License-Identifier: Apache-2.0
internal import SAMCore

/// Counts the places at which something can die, and lets it die at one of them.
struct SimCrashPoint {
  /// Where.
  enum Place: Hashable {
    /// The control plane has decided and not committed.
    case beforeCommit
    /// It has committed and told nobody.
    case afterCommit
    /// It is about to call the cloud.
    case beforeRequest
    /// The cloud has done it, and the answer is on its way.
    case afterRequest
    /// A frame is about to be sent.
    case beforeFrame
    /// A frame has arrived and was not taken in.
    case onFrame
    /// A machine's runtime has done an action.
    case afterAction
  }

  /// How many places were passed.
  private(set) var count = 0
  /// The one to die at; 0 = none.
  let at: Int
  /// Whether power fails with a machine's runtime.
  let power: Bool

  init(at: Int, power: Bool) {
    self.at = at
    self.power = power
  }

  /// Passes a place.
  /// - Returns: whether something died there.
  mutating func passes(_ place: Place, _ world: SimWorld, machine: MachineID? = nil) -> Bool {
    count += 1
    guard count == at else { return false }
    if place == .afterAction, let machine {
      world.crashMachine(machine, power: power)
    } else {
      world.crashControl("at a crash point, \(place)")
    }
    return true
  }
}
