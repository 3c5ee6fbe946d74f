// SPDX-License-Identifier: Apache-2.0
public import SAMRPC

/// One numbered, immutable line of a session's transcript.
public struct Entry: Codable, Hashable, Sendable {
  /// The session.
  public var session: SessionID
  /// The place in the session, from 1 without gaps.
  public var seq: Int64
  /// The epoch in which it was said.
  public var epoch: Int64
  /// The turn it belongs to.
  public var turn: TurnID?
  /// When it was said.
  public var at: Timestamp
  /// What was said.
  public var body: EntryBody
  /// The agent's own message, as it came.
  public var raw: JSONValue?

  /// - Parameters: as the properties of the same names.
  public init(
    session: SessionID, seq: Int64, epoch: Int64, turn: TurnID?, at: Timestamp, body: EntryBody,
    raw: JSONValue? = nil
  ) {
    self.session = session
    self.seq = seq
    self.epoch = epoch
    self.turn = turn
    self.at = at
    self.body = body
    self.raw = raw
  }
}
