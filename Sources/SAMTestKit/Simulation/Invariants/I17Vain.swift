// SPDX-License-Identifier: Apache-2.0
internal import SAMCore

/// I17: nothing is done in vain. A fact that is recorded changes what it is recorded of, and nothing is owed twice at a time.
struct I17Vain {
  private(set) var count = 0
  private var owed: [EffectID: Effect] = [:]

  /// - Parameter idle: the facts of this commit that changed nothing.
  mutating func committed(_ changes: Changes, idle: [EventRecord], _ reader: SimReader) throws -> [String] {
    count += changes.events.count
    // That a prompt arrived is worth a line in its ledger also when it is being cancelled, and so is where work was saved.
    let idle = idle.filter { $0.type != "turn.delivered" && $0.type != "workspace.saved" }
    var wrong = idle.map { "\($0.type) was recorded of \($0.aggregate.id) and changed nothing" }
    for id in changes.settled { owed[id] = nil }
    let known = Set(owed.values)
    var new: Set<Effect> = []
    for row in changes.owed {
      owed[row.id] = row.effect
      if known.contains(row.effect) || !new.insert(row.effect).inserted { wrong.append("\(row.effect) is owed twice") }
    }
    let touched = Set(changes.events.map(\.aggregate.id))
    for case .timer(let timer) in owed.values {
      if let what = try Self.waits(timer, touched, reader) { wrong.append("\(timer) is set, and \(what)") }
    }
    return wrong.sorted()
  }

  /// Why nobody waits for a timer of what was touched; nil = somebody does.
  private static func waits(_ timer: Timer, _ touched: Set<String>, _ reader: SimReader) throws -> String? {
    let (machine, state): (MachineID, MachineState)
    switch timer {
    case .boot(let id): (machine, state) = (id, .booting)
    case .lost(let id): (machine, state) = (id, .lost)
    case .warm(let id): (machine, state) = (id, .idle)
    case .approval(let id) where touched.contains(id.rawValue):
      let now = try reader.load(Approval.self, id).state
      return now == .asked ? nil : "\(id) is \(now)"
    case .approval, .supply, .quota: return nil
    }
    guard touched.contains(machine.rawValue) else { return nil }
    let now = try reader.load(Machine.self, machine).state
    return now == state ? nil : "\(machine) is \(now)"
  }

  /// The store is another one.
  mutating func restored(_ reader: SimReader) throws {
    owed = Dictionary(uniqueKeysWithValues: try reader.effects(EffectQuery()).map { ($0.id, $0.effect) })
  }
}
