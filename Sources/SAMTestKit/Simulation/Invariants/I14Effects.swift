// SPDX-License-Identifier: Apache-2.0
internal import SAMCore

/// I14: every owed effect is runnable or leased in the store, the dispatcher knows each of them, carries out one of a
/// lane at a time, and begins with what is due at once.
struct I14Effects {
  private(set) var count = 0
  private var owed: [EffectID: Int64] = [:]
  private var orders: [MachineID: Int] = [:]
  /// What is being carried out in each lane in this life of the control plane.
  private var running: [String: EffectID] = [:]
  /// What has nothing to wait for but its lane.
  private var due: Set<EffectID> = []
  /// The uptimes at which the dispatcher is going to be woken.
  private var wakes: Set<Duration> = []
  /// Whether the dispatcher knows what was owed before this life.
  private var isLoaded = false

  /// The control plane begins a life: nothing is being carried out.
  mutating func began() { (running, due, wakes, isLoaded) = ([:], [], [], false) }

  /// The dispatcher hears something.
  mutating func hears(_ input: Dispatcher.Input, _ now: Moment) {
    switch input {
    case .loaded(let rows):
      isLoaded = true
      due.formUnion(rows.filter { $0.lastError == nil && $0.dueAt <= $0.createdAt }.map(\.id))
    case .committed(let changes):
      due.formUnion(changes.owed.filter { $0.dueAt <= $0.createdAt }.map(\.id))
      for row in changes.updated {
        if row.dueAt <= now.wall { due.insert(row.id) } else { due.remove(row.id) }
      }
    case .finished(let id): running = running.filter { $0.value != id }
    case .tick: wakes = wakes.filter { $0 > now.uptime }
    }
  }

  /// The dispatcher wants something done.
  mutating func wants(_ action: Dispatcher.Action) -> [String] {
    switch action {
    case .run(let row) where row.status == .leased:
      return running[row.lane] == row.id ? [] : ["\(row.effect) is carried out, and its lane was not kept for it"]
    case .run(let row), .lease(let row), .settleUnknown(let row):
      defer { running[row.lane] = row.id }
      guard let other = running[row.lane] else { return [] }
      return ["\(row.effect) begins, and \(other == row.id ? "it" : "another of its lane") is being carried out"]
    case .wake(let time):
      defer { wakes.insert(time) }
      return wakes.contains { $0 <= time } ? ["the dispatcher wants to be woken at \(time), and is woken before"] : []
    }
  }

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
    default: nil
    }
  }

  mutating func check(_ reader: SimReader, known: Int) throws -> [String] {
    let rows = try reader.effects(EffectQuery())
    count += rows.count
    var wrong: [String] = []
    if rows.count != known { wrong.append("\(rows.count) effects are owed and the dispatcher knows \(known)") }
    for row in rows where row.status == .leased && row.class != .atMostOnce {
      wrong.append("\(row.id) is leased and not at-most-once")
    }
    guard isLoaded else { return wrong }
    var seen: Set<String> = []
    for row in rows where seen.insert(row.lane).inserted && running[row.lane] == nil {
      if row.status == .runnable, due.contains(row.id) { wrong.append("\(row.effect) is due and is not begun") }
    }
    return wrong
  }
}
