// SPDX-License-Identifier: Apache-2.0

/// Records that an at-most-once effect begins: after a crash it is not begun again.
public struct LeaseEffect: Command {
  /// The stable name.
  public static let name = "effect.lease"
  /// Which.
  public var effect: EffectID
  /// Which attempt.
  public var attempt: Int

  /// - Parameters: as the properties of the same names.
  public init(effect: EffectID, attempt: Int) {
    self.effect = effect
    self.attempt = attempt
  }

  /// - Returns: whether it may begin; false when it was withdrawn meanwhile.
  public func decide(in decision: inout Decision) throws -> Bool {
    guard var row = try decision.effect(effect), row.attempt == attempt, row.status == .runnable else { return false }
    row.status = .leased
    decision.update(row)
    if case .createMachine(let machine) = row.effect,
      try decision.get(Machine.self, machine).state == .requested
    {
      try decision.record(.creating, on: machine, as: Machine.self)
    }
    return true
  }
}
