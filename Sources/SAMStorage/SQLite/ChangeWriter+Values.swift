// SPDX-License-Identifier: Apache-2.0
internal import SAMCore
internal import SAMRPC

/// What goes into the columns, in their order.
extension ChangeWriter {
  static func values(of event: EventRecord) -> [SQLiteValue] {
    [
      .text(event.aggregate.kind.rawValue), .text(event.aggregate.id), .integer(event.sequence), .text(event.type),
      .integer(Int64(event.version)), .integer(event.at.milliseconds),
      .text("\(event.actor.kind.rawValue):\(event.actor.id)"), .optional(event.actor.token?.rawValue),
      .text(event.tenant), .optional(event.causation), .optional(event.correlation),
      .json(event.payload.serialized()),
    ]
  }

  static func values(of row: StateRow) -> [SQLiteValue] {
    [
      .text(row.key.kind.rawValue), .text(row.key.id), .integer(row.version), .text(row.index.status),
      .text(row.index.owner.rawValue), .optional(row.index.project?.rawValue), .optional(row.index.parent),
      .optional(row.index.name), .integer(row.createdAt.milliseconds), .integer(row.updatedAt.milliseconds),
      .json(row.body),
    ]
  }

  /// All but the id.
  static func values(of row: EffectRow) throws -> [SQLiteValue] {
    [
      .json(try StateCoding.encode(row.effect)), .text(row.lane), .text(row.class.rawValue), .text(row.subject),
      .integer(row.dueAt.milliseconds), .integer(Int64(row.attempt)), .text(row.status.rawValue),
      .optional(row.lastError), .integer(row.createdAt.milliseconds), .optional(row.correlation),
    ]
  }

  static func values(of answer: StoredAnswer) -> [SQLiteValue] {
    [
      .text(answer.key.actor), .text(answer.key.id), .text(answer.digest), .json(answer.body),
      .integer(answer.at.milliseconds),
    ]
  }

  /// All but its place.
  static func values(of entry: Entry) throws -> [SQLiteValue] {
    [
      .integer(entry.epoch), .optional(entry.turn?.rawValue), .integer(entry.at.milliseconds),
      .json(try EntryCoding.encode(entry.body)), entry.raw.map { .json($0.serialized()) } ?? .null,
    ]
  }
}
