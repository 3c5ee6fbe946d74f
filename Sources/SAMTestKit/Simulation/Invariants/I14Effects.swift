// SPDX-License-Identifier: Apache-2.0
internal import SAMCore

/// I14: every owed effect is runnable, leased or stuck in the store, and the dispatcher knows each of them.
struct I14Effects {
  private(set) var count = 0

  mutating func check(_ reader: any StoreReader, known: Int) throws -> [String] {
    let rows = try reader.effects(EffectQuery())
    count += rows.count
    var wrong: [String] = []
    if rows.count != known { wrong.append("\(rows.count) effects are owed and the dispatcher knows \(known)") }
    for row in rows where row.status == .leased && row.class != .atMostOnce {
      wrong.append("\(row.id) is leased and not at-most-once")
    }
    return wrong
  }
}
