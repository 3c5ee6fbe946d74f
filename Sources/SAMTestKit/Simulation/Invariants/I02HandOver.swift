// SPDX-License-Identifier: Apache-2.0
internal import SAMCore

/// I2a: a prompt is handed to an agent at most once, ever. I2b: every accepted prompt comes to one end, and to one that
/// fits what happened to it.
struct I02HandOver {
  /// How often each prompt was handed over.
  private(set) var handed: [TurnID: Int] = [:]
  /// How many ends were looked at.
  private(set) var ended = 0
  private var ends: [TurnID: String] = [:]
  private var begun: Set<TurnID> = []
  private var restores = 0
  private var hasLostMachines = false

  mutating func hands(_ turn: TurnID) -> [String] {
    handed[turn, default: 0] += 1
    let count = handed[turn] ?? 0
    return count > 1 ? ["\(turn) was handed over \(count) times"] : []
  }

  /// An agent does something about a prompt.
  mutating func begins(_ turn: TurnID) { begun.insert(turn) }

  /// A machine says what became of a turn.
  /// - Parameters:
  ///   - isWorking: whether its agent lives and works on it.
  ///   - isShown: whether the replay that was just compared shows that its agent had taken it.
  mutating func ends(_ turn: TurnID, _ end: TurnEnd, isWorking: Bool, isShown: Bool) -> [String] {
    if isWorking { return ["\(turn) ended and its agent works on it"] }
    if case .ambiguous = end, isShown { return ["\(turn) is called ambiguous, and the conversation shows it"] }
    return []
  }

  mutating func committed(_ changes: Changes) -> [String] {
    var wrong: [String] = []
    for event in changes.events where event.aggregate.kind == Turn.kind {
      let turn = TurnID(trusted: event.aggregate.id)
      let name = String(event.type.dropFirst(5))
      guard ["finished", "failed", "interrupted", "lost", "cancelled"].contains(name) else { continue }
      if let earlier = ends[turn] { wrong.append("\(turn) ended as \(earlier) and as \(name)") }
      ends[turn] = name
      if name == "interrupted", !begun.contains(turn) {
        wrong.append("\(turn) was interrupted, and no agent had begun it")
      }
    }
    return wrong
  }

  mutating func restored() {
    restores += 1
    ends = [:]
  }

  mutating func machineWasLost() { hasLostMachines = true }

  mutating func atTheEnd(_ reader: SimReader, accepted: Set<TurnID>) throws -> [String] {
    var wrong: [String] = []
    let turns = try reader.list(Turn.self, StateQuery(Turn.kind, limit: 1_000_000))
    let known = Set(turns.map(\.id))
    for turn in accepted.sorted() where !known.contains(turn) { wrong.append("\(turn) was accepted and is lost") }
    for turn in turns {
      ended += 1
      let count = handed[turn.id] ?? 0
      if !Turn.table.isFinal(turn.state) { wrong.append("\(turn.id) is \(turn.state) for ever") }
      switch turn.state {
      case .finished where count == 0:
        wrong.append("\(turn.id) is finished and no agent had it")
      case .interrupted where count == 0: wrong.append("\(turn.id) was interrupted and no agent had it")
      case .cancelled where count > 0 && restores == 0 && !hasLostMachines:
        wrong.append("\(turn.id) was cancelled before the agent had it, and an agent had it")
      default: break
      }
    }
    return wrong
  }
}
