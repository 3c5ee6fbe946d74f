// SPDX-License-Identifier: Apache-2.0

/// What was given up is tried again: its machine is back, or a person wants it.
public struct ReviveEffect: Command {
  /// The stable name.
  public static let name = "effect.revive"
  /// Which.
  public var effect: EffectID

  /// - Parameter effect: which.
  public init(effect: EffectID) { self.effect = effect }

  /// - Returns: whether it was stuck.
  public func decide(in decision: inout Decision) throws -> Bool {
    guard var row = try decision.effect(effect), row.status == .stuck else { return false }
    row.status = .runnable
    row.attempt += 1
    row.dueAt = decision.now
    decision.update(row)
    return true
  }
}
