// SPDX-License-Identifier: Apache-2.0
internal import Foundation
internal import SAMRPC

/// How states, events and answers become JSON, in one place, so that they become it everywhere alike.
public enum StateCoding {
  /// JSON with sorted keys: the same value is always the same bytes.
  public static func encode(_ value: some Encodable) throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return Array(try encoder.encode(value))
  }

  /// The value of JSON.
  /// - Throws: ``StoreError`` with `storage_corrupt` when the bytes are not such a value.
  public static func decode<Value: Decodable>(_ type: Value.Type, from bytes: [UInt8]) throws -> Value {
    do {
      return try JSONDecoder().decode(type, from: Data(bytes))
    } catch {
      throw StoreError(
        .corrupt, "a stored \(type) cannot be read; restore from a backup, or report this", evidence: "\(error)")
    }
  }

  /// An event's name (its case) and what it carries.
  ///
  /// Swift writes `.started(at: 1)` as `{"started": {"at": 1}}`: the one key is the name, its value the payload.
  static func nameAndPayload(of event: some Encodable) throws -> (name: String, payload: JSONValue) {
    guard case .object(let object) = try JSONValue(parsing: encode(event)), object.count == 1,
      let (name, payload) = object.elements.first
    else { throw StoreError(.failed, "an event must be an enum case; report this", evidence: "\(event)") }
    return (name, payload)
  }

  /// The event that a ledger record holds.
  /// - Throws: ``StoreError`` when the record is of another kind or shape.
  public static func event<A: Aggregate>(_ record: EventRecord, of type: A.Type) throws -> A.Event {
    let start = "\(A.kind)."
    guard record.type.hasPrefix(start) else {
      throw StoreError(.corrupt, "'\(record.type)' is no event of a \(A.kind); report this")
    }
    let wrapped = JSONValue.object([String(record.type.dropFirst(start.count)): record.payload])
    return try decode(A.Event.self, from: wrapped.serialized())
  }

  /// The state in a row. A row that an earlier version wrote in another shape is folded from the ledger again: rows are
  /// what runs, the ledger is what is true.
  static func state<A: Aggregate>(_ type: A.Type, in row: StateRow, _ reader: any StoreReader) throws -> A {
    do {
      return try decode(type, from: row.body)
    } catch {
      guard let folded = try fold(type, reader.events(EventQuery(aggregate: row.key, limit: 1_000_000))) else {
        throw error
      }
      return folded
    }
  }

  /// The state that a whole ledger of one aggregate folds to; nil for no records.
  public static func fold<A: Aggregate>(_ type: A.Type, _ records: [EventRecord]) throws -> A? {
    var state: A?
    for record in records {
      let event = try event(record, of: type)
      if state != nil {
        try state?.apply(event, at: record.at)
      } else {
        guard let id = A.ID(rawValue: record.aggregate.id) else {
          throw StoreError(.corrupt, "'\(record.aggregate.id)' is no id of a \(A.kind); report this")
        }
        state = try A(first: event, id: id, at: record.at)
      }
    }
    return state
  }
}
