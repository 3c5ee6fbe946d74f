// SPDX-License-Identifier: Apache-2.0
public import SAMRPC

/// One decided fact, kept for ever.
///
/// The type is `kind.case`, e.g. `turn.started`; types are never renamed. A new shape is a new version.
public struct EventRecord: Codable, Hashable, Sendable {
  /// The place in the whole ledger, from 1; assigned by the store when the fact is committed, 0 before.
  public var position: Int64
  /// What it happened to.
  public var aggregate: AggregateKey
  /// The place in that aggregate's life, from 1.
  public var sequence: Int64
  /// `kind.case`.
  public var type: String
  /// The version of the payload's shape, from 1.
  public var version: Int
  /// When it was decided.
  public var at: Timestamp
  /// Who wanted it.
  public var actor: Actor
  /// The tenant; one installation has one until it is given more.
  public var tenant: String
  /// What caused it: a command's or effect's id.
  public var causation: String?
  /// Ties together all that one request led to: a W3C `traceparent`.
  public var correlation: String?
  /// What happened.
  public var payload: JSONValue

  /// The id: aggregate and place.
  public var id: String { "\(aggregate.id).\(sequence)" }

  /// - Parameters: as the properties of the same names.
  public init(
    position: Int64 = 0, aggregate: AggregateKey, sequence: Int64, type: String, version: Int = 1, at: Timestamp,
    actor: Actor, tenant: String = "default", causation: String? = nil, correlation: String? = nil,
    payload: JSONValue
  ) {
    self.position = position
    self.aggregate = aggregate
    self.sequence = sequence
    self.type = type
    self.version = version
    self.at = at
    self.actor = actor
    self.tenant = tenant
    self.causation = causation
    self.correlation = correlation
    self.payload = payload
  }
}
