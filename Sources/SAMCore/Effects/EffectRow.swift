// SPDX-License-Identifier: Apache-2.0

/// Something owed to the world, written in the same transaction as the decision that owes it.
public struct EffectRow: Codable, Hashable, Sendable {
  /// Where an effect stands. What is done has no row any more.
  public enum Status: String, Codable, Sendable, CaseIterable {
    /// It runs when it is due and first in its lane.
    case runnable
    /// It has begun; only at-most-once effects record this, before they begin.
    case leased
  }

  /// What a second execution would do, and so what may happen after a crash.
  public enum Class: String, Codable, Sendable, CaseIterable {
    /// A second execution changes nothing.
    case idempotent
    /// Look first whether it was done, by its key, then do it.
    case adoptable
    /// Never a second time: when the lease ran out the outcome is unknown, and that is reported.
    case atMostOnce
  }

  /// Its id, also the idempotency key that is given to the world.
  public var id: EffectID
  /// What is owed.
  public var effect: Effect
  /// One after the other within a lane, lanes side by side.
  public var lane: String
  /// What a second execution would do.
  public var `class`: Class
  /// The aggregate that it concerns.
  public var subject: String
  /// Not before this time.
  public var dueAt: Timestamp
  /// Which attempt this is, from 1; an outcome of an earlier attempt is stale.
  public var attempt: Int
  /// Where it stands.
  public var status: Status
  /// Why the last attempt failed.
  public var lastError: String?
  /// When it was owed first.
  public var createdAt: Timestamp
  /// Ties it to the request that led to it: a W3C `traceparent`.
  public var correlation: String?

  /// - Parameters: as the properties of the same names.
  public init(
    id: EffectID, effect: Effect, lane: String, class: Class, subject: String, dueAt: Timestamp, attempt: Int = 1,
    status: Status = .runnable, lastError: String? = nil, createdAt: Timestamp, correlation: String? = nil
  ) {
    self.id = id
    self.effect = effect
    self.lane = lane
    self.class = `class`
    self.subject = subject
    self.dueAt = dueAt
    self.attempt = attempt
    self.status = status
    self.lastError = lastError
    self.createdAt = createdAt
    self.correlation = correlation
  }
}
