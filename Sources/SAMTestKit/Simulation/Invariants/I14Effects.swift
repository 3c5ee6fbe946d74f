// SPDX-License-Identifier: Apache-2.0
internal import SAMCore

/// I14: every owed effect is runnable, leased or stuck in the store, and the dispatcher knows each of them.
struct I14Effects {
  private(set) var count = 0
  private var owed: [EffectID: Int64] = [:]
  private var orders: [MachineID: Int] = [:]

  mutating func committed(_ changes: Changes, now: Int64) {
    for row in changes.owed { if case .timer = row.effect { owed[row.id] = now } }
  }

  /// An effect is carried out. Times are true ones in microseconds, which no clock falsifies.
  mutating func runs(_ row: EffectRow, _ order: EffectOrder, now: Int64, begun: Int64) -> [String] {
    if case .create(_, let order) = order {
      orders[order.machine, default: 0] += 1
      return orders[order.machine] == 1 ? [] : ["\(order.machine) was ordered twice, and that is at-most-once"]
    }
    guard case .timer(let timer) = row.effect, let since = owed[row.id] else { return [] }
    let delay = (row.dueAt - row.createdAt).microseconds
    // After a start, nobody knows how long the process was away: what destroys waits for a minute then.
    let least = since >= begun ? delay : Self.settles(timer) ? min(delay, 60_000_000) : 0
    return now - max(since, begun) >= least - 1_000
      ? [] : ["\(timer) ran \(now - max(since, begun)) µs after it was owed"]
  }

  private static func settles(_ timer: Timer) -> Bool {
    switch timer {
    case .boot, .lost, .warm: true
    case .supply, .approval, .quota: false
    }
  }

  /// How often what may work the next time is tried; nil = until it works.
  static func tries(_ effect: Effect) -> Int? {
    switch effect {
    case .prepareWorkspace, .publishWork: 4
    case .deliverPrompt, .cancelTurn, .answerApproval, .endSession, .attachSession: 200
    default: nil
    }
  }

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
