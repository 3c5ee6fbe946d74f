// SPDX-License-Identifier: Apache-2.0

/// Decides which owed effect runs when: in order within a lane, side by side across lanes, not before it is due.
///
/// It is a struct without I/O. A driver feeds it what happened and performs its actions. It counts by uptime: a due
/// time is turned into one once, when the row is first seen, so that a wall clock that jumps neither hurries an effect
/// nor holds it back.
public struct Dispatcher: Sendable {
  /// What happened.
  public enum Input: Sendable {
    /// The process has started: these effects are not done.
    case loaded([EffectRow])
    /// A transaction was committed.
    case committed(Changes)
    /// An execution ended, and its outcome was committed.
    case finished(EffectID)
    /// Time has passed.
    case tick
  }
  /// What is to be done.
  public enum Action: Sendable, Equatable {
    /// Record durably that this at-most-once effect begins; the commit comes back as an input.
    case lease(EffectRow)
    /// Execute it, commit its outcome, then say ``Input/finished(_:)``.
    case run(EffectRow)
    /// It had begun before the process died: settle it as unknown.
    case settleUnknown(EffectRow)
    /// Say ``Input/tick`` at this uptime.
    case wake(Duration)
  }

  private struct Waiting {
    var row: EffectRow
    /// The uptime at which it is due.
    var due: Duration
  }

  private var waiting: [EffectID: Waiting] = [:]
  private var lanes: [String: [EffectID]] = [:]
  private var occupied: [String: EffectID] = [:]
  private var leases: Set<EffectID> = []
  /// The uptimes at which a tick was asked for and has not come.
  private var wakes: Set<Duration> = []
  /// What was committed before the rows were loaded: the picture that was loaded may be older.
  private var early: (isOver: Bool, settled: Set<EffectID>, updated: [EffectID: EffectRow]) = (false, [], [:])

  /// Nothing is owed yet.
  public init() {}

  /// How many effects are not done.
  public var count: Int { waiting.count }

  /// Takes in what happened.
  /// - Returns: what is to be done, in order.
  public mutating func on(_ input: Input, now: Moment) -> [Action] {
    var actions: [Action] = []
    var touched: [String] = []
    switch input {
    case .loaded(let rows):
      loaded(rows, now, &actions)
      touched = lanes.keys.sorted()
    case .committed(let changes): committed(changes, now, &actions, &touched)
    case .finished(let id):
      leases.remove(id)
      if let lane = occupied.first(where: { $0.value == id })?.key {
        occupied[lane] = nil
        touched.append(lane)
      }
    case .tick:
      wakes = wakes.filter { $0 > now.uptime }
      touched = lanes.keys.sorted()
    }
    start(touched, now, &actions)
    return actions
  }

  /// What was owed before the start comes first in its lane, before what was committed since.
  private mutating func loaded(_ rows: [EffectRow], _ now: Moment, _ actions: inout [Action]) {
    let since = lanes
    lanes = [:]
    for row in rows.map({ early.updated[$0.id] ?? $0 }) where !early.settled.contains(row.id) {
      if waiting[row.id] == nil { waiting[row.id] = Waiting(row: row, due: Self.dueAfterStart(row, now)) }
      lanes[row.lane, default: []].append(row.id)
      if row.status == .leased {
        occupied[row.lane] = row.id
        actions.append(.settleUnknown(row))
      }
    }
    for (lane, ids) in since {
      for id in ids where lanes[lane]?.contains(id) != true { lanes[lane, default: []].append(id) }
    }
    early = (true, [], [:])
  }

  private mutating func committed(
    _ changes: Changes, _ now: Moment, _ actions: inout [Action], _ touched: inout [String]
  ) {
    if !early.isOver {
      early.settled.formUnion(changes.settled)
      for row in changes.updated { early.updated[row.id] = row }
    }
    for row in changes.owed {
      // What it waits was decided with its creation; by now the wall clock may have jumped.
      add(row, due: now.uptime + max(.zero, row.dueAt - row.createdAt))
      touched.append(row.lane)
    }
    for row in changes.updated where waiting[row.id] != nil {
      waiting[row.id] = Waiting(row: row, due: Self.dueAgain(row, now))
      touched.append(row.lane)
      if row.status == .leased, leases.remove(row.id) != nil { actions.append(.run(row)) }
    }
    for id in changes.settled { if let lane = remove(id) { touched.append(lane) } }
  }

  /// Postponed: what its due time is ahead of the wall clock is what it waits, and never longer than a retry does.
  private static func dueAgain(_ row: EffectRow, _ now: Moment) -> Duration {
    now.uptime + min(max(.zero, row.dueAt - now.wall), Effect.longestDelay)
  }

  /// Decided by an earlier process: the wall clock may have been wrong then, or be wrong now.
  private static func dueAfterStart(_ row: EffectRow, _ now: Moment) -> Duration {
    let most =
      switch (row.attempt, row.lastError) {
      case (2..., _): Effect.delay(after: row.attempt - 1)
      case (_, nil): max(.zero, row.dueAt - row.createdAt)
      default: Effect.longestDelay  // its machine was away
      }
    return now.uptime + min(max(row.dueAt - now.wall, row.effect.settlingTime), max(most, row.effect.settlingTime))
  }

  private mutating func add(_ row: EffectRow, due: Duration) {
    guard waiting[row.id] == nil else { return }
    waiting[row.id] = Waiting(row: row, due: due)
    lanes[row.lane, default: []].append(row.id)
  }

  private mutating func remove(_ id: EffectID) -> String? {
    guard let row = waiting.removeValue(forKey: id)?.row else { return nil }
    lanes[row.lane]?.removeAll { $0 == id }
    if lanes[row.lane]?.isEmpty == true { lanes[row.lane] = nil }
    return row.lane
  }

  /// Starts what can start in some lanes, and asks to be woken for what is not due yet.
  private mutating func start(_ touched: [String], _ now: Moment, _ actions: inout [Action]) {
    // Before the rows are loaded nobody knows what is first in a lane.
    guard early.isOver else { return }
    var seen: Set<String> = []
    var next: Duration?
    for lane in touched where seen.insert(lane).inserted {
      if let time = start(lane, now, &actions) { next = min(next ?? time, time) }
    }
    if let next, !wakes.contains(where: { $0 <= next }) {
      wakes.insert(next)
      actions.append(.wake(next))
    }
  }

  /// Starts what is first in a lane.
  /// - Returns: when it is due, when it is not due yet.
  private mutating func start(_ lane: String, _ now: Moment, _ actions: inout [Action]) -> Duration? {
    guard occupied[lane] == nil, let id = lanes[lane]?.first, let first = waiting[id], first.row.status == .runnable
    else { return nil }
    guard first.due <= now.uptime else { return first.due }
    occupied[lane] = id
    guard first.row.class == .atMostOnce else {
      actions.append(.run(first.row))
      return nil
    }
    leases.insert(id)
    actions.append(.lease(first.row))
    return nil
  }
}
