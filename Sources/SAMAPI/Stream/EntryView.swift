// SPDX-License-Identifier: Apache-2.0
public import SAMCore
public import SAMRPC

/// One line of a transcript on the wire: `type` and the payload's fields beside the entry's own.
public struct EntryView: Hashable, Sendable {
  /// The session.
  public var session: SessionID
  /// The place in the session, from 1 without gaps.
  public var seq: Int64
  /// The turn it belongs to.
  public var turn: TurnID?
  /// When it was said.
  public var at: APITimestamp
  /// The epoch in which it was said.
  public var epoch: Int64
  /// What was said. A type that this version does not know is `.other` with that name.
  public var body: EntryBody
  /// The agent's own message, when it was asked for.
  public var raw: JSONValue?

  /// - Parameters:
  ///   - entry: the stored entry.
  ///   - raw: whether the agent's own message is shown.
  public init(_ entry: Entry, raw: Bool = false) {
    session = entry.session
    seq = entry.seq
    turn = entry.turn
    at = APITimestamp(entry.at)
    epoch = entry.epoch
    body = entry.body
    self.raw = raw ? entry.raw : nil
  }

  /// The place behind this entry.
  public var cursor: Cursor { Cursor(session: session, seq: seq) }
}

extension EntryView: Codable {
  private enum CodingKeys: String, CodingKey {
    case session
    case seq
    case turn
    case at
    case epoch
    case type
    case raw
  }

  /// Reads an entry by its `type`.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    session = try container.decode(SessionID.self, forKey: .session)
    seq = try container.decode(Int64.self, forKey: .seq)
    turn = try container.decodeIfPresent(TurnID.self, forKey: .turn)
    at = try container.decode(APITimestamp.self, forKey: .at)
    epoch = try container.decode(Int64.self, forKey: .epoch)
    raw = try container.decodeIfPresent(JSONValue.self, forKey: .raw)
    switch try container.decode(String.self, forKey: .type) {
    case "tool": body = .tool(try ToolView(from: decoder).activity)
    case "usage": body = .usage(try UsageView(from: decoder).usage)
    default: body = try EntryBody(from: decoder)
    }
  }

  /// Writes the entry. Payloads whose names are one word each are written as they are stored.
  public func encode(to encoder: any Encoder) throws {
    switch body {
    case .tool(let activity): try ToolView(activity).encode(to: encoder)
    case .usage(let usage): try UsageView(usage).encode(to: encoder)
    default: try body.encode(to: encoder)
    }
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(body.type, forKey: .type)
    try container.encode(session, forKey: .session)
    try container.encode(seq, forKey: .seq)
    try container.encodeIfPresent(turn, forKey: .turn)
    try container.encode(at, forKey: .at)
    try container.encode(epoch, forKey: .epoch)
    try container.encodeIfPresent(raw, forKey: .raw)
  }
}
