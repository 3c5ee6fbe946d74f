// SPDX-License-Identifier: Apache-2.0

/// Decides which owed effect runs when: in order within a lane, side by side across lanes, not before it is due.
///
/// It is a struct without I/O. A driver feeds it what happened and performs its actions.
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
    /// Say ``Input/tick`` at this time.
    case wake(Timestamp)
  }

  private var rows: [EffectID: EffectRow] = [:]
  private var lanes: [String: [EffectID]] = [:]
  private var occupied: [String: EffectID] = [:]
  private var leases: Set<EffectID> = []
  private var nextWake: Timestamp?
  /// What was committed before the rows were loaded: the picture that was loaded may be older.
  private var early: (isOver: Bool, settled: Set<EffectID>, updated: [EffectID: EffectRow]) = (false, [], [:])

  /// Nothing is owed yet.
  public init() {}

  /// How many effects are not done.
  public var count: Int { rows.count }

  /// Takes in what happened.
  /// - Returns: what is to be done, in order.
  public mutating func on(_ input: Input, now: Timestamp) -> [Action] {
    var actions: [Action] = []
    var touched: [String] = []
    switch input {
    case .loaded(let rows):
      for row in rows.map({ early.updated[$0.id] ?? $0 }) where !early.settled.contains(row.id) {
        add(row)
        touched.append(row.lane)
        if row.status == .leased {
          occupied[row.lane] = row.id
          actions.append(.settleUnknown(row))
        }
      }
      early = (true, [], [:])
    case .committed(let changes):
      if !early.isOver {
        early.settled.formUnion(changes.settled)
        for row in changes.updated { early.updated[row.id] = row }
      }
      for row in changes.owed {
        add(row)
        touched.append(row.lane)
      }
      for row in changes.updated where rows[row.id] != nil {
        rows[row.id] = row
        touched.append(row.lane)
        if row.status == .leased, leases.remove(row.id) != nil { actions.append(.run(row)) }
      }
      for id in changes.settled { if let lane = remove(id) { touched.append(lane) } }
    case .finished(let id):
      leases.remove(id)
      if let lane = occupied.first(where: { $0.value == id })?.key {
        occupied[lane] = nil
        touched.append(lane)
      }
    case .tick:
      nextWake = nil
      touched = lanes.keys.sorted()
    }
    var seen: Set<String> = []
    var due: Timestamp?
    for lane in touched where seen.insert(lane).inserted {
      if let time = start(lane, now, &actions) { due = min(due ?? time, time) }
    }
    if let due, nextWake.map({ due < $0 }) ?? true {
      nextWake = due
      actions.append(.wake(due))
    }
    return actions
  }

  private mutating func add(_ row: EffectRow) {
    guard rows[row.id] == nil else { return }
    rows[row.id] = row
    lanes[row.lane, default: []].append(row.id)
  }

  private mutating func remove(_ id: EffectID) -> String? {
    guard let row = rows.removeValue(forKey: id) else { return nil }
    lanes[row.lane]?.removeAll { $0 == id }
    if lanes[row.lane]?.isEmpty == true { lanes[row.lane] = nil }
    return row.lane
  }

  /// Starts what is first in a lane.
  /// - Returns: when it is due, when it is not due yet.
  private mutating func start(_ lane: String, _ now: Timestamp, _ actions: inout [Action]) -> Timestamp? {
    guard occupied[lane] == nil, let id = lanes[lane]?.first, let row = rows[id], row.status == .runnable else {
      return nil
    }
    guard row.dueAt <= now else { return row.dueAt }
    occupied[lane] = id
    guard row.class == .atMostOnce else {
      actions.append(.run(row))
      return nil
    }
    leases.insert(id)
    var leased = row
    leased.status = .leased
    actions.append(.lease(leased))
    return nil
  }
}
