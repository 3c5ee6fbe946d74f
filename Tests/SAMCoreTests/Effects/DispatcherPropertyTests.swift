// SPDX-License-Identifier: Apache-2.0
@testable import SAMCore
import Testing

/// Any order of commits, outcomes and time: I12 and I14.
@Suite struct DispatcherPropertyTests {
  /// A dispatcher with a store of rows and executions that end when chance says so.
  private struct Model {
    var dispatcher = Dispatcher.loaded()
    /// The time of day, which jumps, and how long the process has run, which does not.
    var now = Moment(wall: Timestamp(milliseconds: 1_000_000), uptime: .seconds(5))
    /// The uptime at which each row is due.
    var due: [EffectID: Duration] = [:]
    var chance: SeededGenerator
    var rows: [EffectID: EffectRow] = [:]
    var order: [EffectID] = []
    var running: [EffectRow] = []
    var leasing: [EffectRow] = []
    var wakes: [Duration] = []
    var begun: [EffectID: Int] = [:]
    var wrong: [String] = []
    var made = 0

    mutating func take(_ actions: [Dispatcher.Action]) {
      for action in actions {
        switch action {
        case .run(let row):
          if running.contains(where: { $0.lane == row.lane }) { wrong.append("two run in \(row.lane)") }
          if let due = due[row.id], due > now.uptime { wrong.append("\(row.id) runs before it is due") }
          if rows[row.id] == nil { wrong.append("\(row.id) runs and is not owed") }
          if row.class == .atMostOnce, rows[row.id]?.status != .leased {
            wrong.append("\(row.id) runs without a lease")
          }
          let before = order.prefix { $0 != row.id }.compactMap { rows[$0] }.filter { $0.lane == row.lane }
          if !before.isEmpty { wrong.append("\(row.id) runs before \(before.map(\.id))") }
          begun[row.id, default: 0] += 1
          running.append(row)
        case .lease(let row): leasing.append(row)
        case .settleUnknown(let row): running.append(row)
        case .wake(let time): wakes.append(time)
        }
      }
    }

    mutating func commit(_ body: (inout Changes) -> Void) {
      var changes = Changes()
      body(&changes)
      for row in changes.owed {
        rows[row.id] = row
        order.append(row.id)
      }
      for row in changes.updated { rows[row.id] = row }
      for id in changes.settled {
        rows[id] = nil
        order.removeAll { $0 == id }
      }
      for row in changes.owed + changes.updated where row.status == .runnable {
        due[row.id] = now.uptime + max(.zero, row.dueAt - now.wall)
      }
      take(dispatcher.on(.committed(changes), now: now))
    }

    mutating func owe() {
      made += 1
      let kind: EffectRow.Class = chance.oneIn(3) ? .atMostOnce : .idempotent
      let row = EffectRow(
        id: EffectID(trusted: "effect_\(made)"), effect: .endSession(SessionID(trusted: "session_1")),
        lane: "lane \(Int.random(in: 0..<4, using: &chance))", class: kind, subject: "s",
        dueAt: now.wall + .milliseconds(chance.oneIn(3) ? 500 : 0), createdAt: now.wall)
      commit { $0.owed = [row] }
    }

    /// An execution ends: done, or to be tried again.
    mutating func end(withFaults: Bool) {
      guard let row = running.randomElement(using: &chance) else { return }
      if var current = rows[row.id] {
        if withFaults, chance.oneIn(3) {
          current.attempt += 1
          current.status = .runnable
          current.dueAt = now.wall + .milliseconds(300)
          commit { $0.updated = [current] }
        } else {
          commit { $0.settled = [row.id] }
        }
      }
      running.removeAll { $0.id == row.id }
      take(dispatcher.on(.finished(row.id), now: now))
    }

    mutating func lease() {
      guard let row = leasing.randomElement(using: &chance) else { return }
      leasing.removeAll { $0.id == row.id }
      if let current = rows[row.id], current.attempt == row.attempt, current.status == .runnable {
        var leased = row
        leased.status = .leased
        commit { $0.updated = [leased] }
      } else {
        take(dispatcher.on(.finished(row.id), now: now))
      }
    }

    mutating func passTime() {
      guard let time = wakes.min() else { return }
      let passed = max(.zero, time - now.uptime)
      now = Moment(wall: now.wall + passed, uptime: now.uptime + passed)
      wakes.removeAll { $0 <= now.uptime }
      take(dispatcher.on(.tick, now: now))
    }

    /// Somebody sets the clock, by up to a day in either direction. Nothing is told of it.
    mutating func setClock() {
      now.wall = now.wall + .seconds(Int.random(in: -86_400...86_400, using: &chance))
    }

    mutating func withdraw() {
      guard let id = order.randomElement(using: &chance) else { return }
      commit { $0.settled = [id] }
    }
  }

  @Test("No two run in one lane, nothing runs early or after it was withdrawn, and all that can run does")
  func anything() {
    for seed in UInt64(1)...300 {
      var model = Model(chance: SeededGenerator(seed: seed))
      for _ in 0..<80 {
        switch Int.random(in: 0..<10, using: &model.chance) {
        case 0...3: model.owe()
        case 4...5: model.end(withFaults: true)
        case 6: model.lease()
        case 7: model.passTime()
        case 8: if model.chance.oneIn(3) { model.withdraw() }
        case 9: if model.chance.oneIn(4) { model.setClock() }
        default: break
        }
      }
      for _ in 0..<2000 where !(model.running.isEmpty && model.leasing.isEmpty && model.wakes.isEmpty) {
        model.lease()
        model.end(withFaults: false)
        if model.running.isEmpty, model.leasing.isEmpty { model.passTime() }
      }
      #expect(model.wrong == [], "seed \(seed)")
      #expect(model.rows.isEmpty, "seed \(seed): \(model.rows.keys) never ran")
      #expect(model.dispatcher.count == model.rows.count, "seed \(seed)")
    }
  }
}
