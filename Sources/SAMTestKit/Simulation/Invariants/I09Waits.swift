// SPDX-License-Identifier: Apache-2.0
internal import SAMCore

/// I9: every state that is not final has somebody or something that will move it on: an owed effect, a timer, or a named
/// input of a person.
struct I09Waits {
  private(set) var count = 0
  private var idling: [SessionID: Int] = [:]
  private var unreached: [MachineID: Int] = [:]

  /// Agents' processes that live and have nothing to do.
  mutating func idle(_ sessions: [SessionID], seconds: Int) -> [String] {
    idling = Dictionary(uniqueKeysWithValues: sessions.map { ($0, (idling[$0] ?? 0) + seconds) })
    return idling.filter { $0.value > 600 }.keys.sorted().map { "the agent of \($0) is idle and lives for ever" }
  }

  /// Machines are taken for connected, and nobody reaches them.
  mutating func alone(_ machines: [MachineID], seconds: Int) -> [String] {
    unreached = Dictionary(uniqueKeysWithValues: machines.map { ($0, (unreached[$0] ?? 0) + seconds) })
    return unreached.filter { $0.value > 120 }.keys.sorted().map {
      "\($0) is taken for connected, and nobody reaches it"
    }
  }

  mutating func check(_ reader: SimReader) throws -> [String] {
    let rows = try reader.effects(EffectQuery())
    let owed = Set(rows.map(\.effect))
    var wrong: [String] = []
    for machine in try reader.list(Machine.self, StateQuery(Machine.kind, limit: 100_000)) where machine.isProvided {
      count += 1
      if try !isMoved(machine, owed, reader) {
        wrong.append("\(machine.id) is \(machine.state) and nothing moves it on")
      }
    }
    for session in try reader.list(Session.self, StateQuery(Session.kind, limit: 100_000)) {
      wrong += try check(session, owed, reader)
    }
    for task in try reader.list(SAMTask.self, StateQuery(SAMTask.kind, statuses: ["queued"], limit: 100_000)) {
      count += 1
      if task.waiting == nil { wrong.append("\(task.id) waits, and nobody says for what") }
    }
    for approval in try reader.list(Approval.self, StateQuery(Approval.kind, statuses: ["asked"], limit: 100_000)) {
      count += 1
      if !owed.contains(.timer(.approval(approval.id))) { wrong.append("\(approval.id) has no deadline") }
      guard let turn = approval.turn else { continue }
      if try Turn.table.isFinal(reader.load(Turn.self, turn).state) {
        wrong.append("\(approval.id) is open and its turn is over")
      }
    }
    for cloud in try reader.list(Cloud.self, StateQuery(Cloud.kind, limit: 1_000)) {
      count += 1
      if !owed.contains(.sweep(cloud.id)) { wrong.append("\(cloud.id) is not swept any more") }
      for block in cloud.blocks where block.isActive {
        if !owed.contains(.timer(.supply(cloud.id, kind: block.kind))) {
          wrong.append("\(cloud.id) is blocked for \(block.kind ?? "all") for ever")
        }
      }
    }
    for quota in try reader.list(Quota.self, StateQuery(Quota.kind, limit: 1_000)) where quota.state != .free {
      count += 1
      if !owed.contains(.timer(.quota(quota.id))) { wrong.append("\(quota.id) is \(quota.state) for ever") }
    }
    return wrong
  }

  /// Whether a session's prompts are held back by a limit of use, at whose end somebody thinks of it.
  private func isHeld(_ session: Session, _ reader: SimReader) throws -> Bool {
    guard session.hold != nil else { return false }
    let quota = try reader.load(Quota.self, QuotaID(of: session))
    return quota.state != .free && quota.waiting.contains(session.id)
  }

  private func isMoved(_ machine: Machine, _ owed: Set<Effect>, _ reader: SimReader) throws -> Bool {
    let id = machine.id
    switch machine.state {
    case .requested: return owed.contains(.createMachine(id))
    case .creating: return owed.contains(.createMachine(id)) || isLookedFor(id, owed)
    case .booting: return owed.contains(.timer(.boot(id)))
    case .ready: return !machine.busy.isEmpty
    case .idle: return owed.contains(.timer(.warm(id))) && machine.busy.isEmpty
    case .lost:
      if owed.contains(.timer(.lost(id))) { return true }
      // It waits for a person: work that is only there is not SAM's to throw away.
      return try machine.isGivenUp && hasUnsaved(machine, reader)
    case .draining:
      if !machine.busy.isEmpty { return true }
      return try machine.sessions.contains { session in
        let workspace = try reader.load(Workspace.self, reader.load(Session.self, session).workspace)
        return owed.contains(.saveWork(workspace.id)) || workspace.isUnsavable
      }
    case .destroying:
      return owed.contains(.destroyMachine(id)) || owed.contains(.createMachine(id)) || isLookedFor(id, owed)
    case .gone: return true
    }
  }

  private func isLookedFor(_ id: MachineID, _ owed: Set<Effect>) -> Bool {
    owed.contains(.findMachine(id, isLast: false)) || owed.contains(.findMachine(id, isLast: true))
  }

  private func isGivenUp(_ id: MachineID, _ reader: SimReader) throws -> Bool {
    let machine = try reader.load(Machine.self, id)
    return machine.state == .lost && machine.isGivenUp
  }

  private func hasUnsaved(_ machine: Machine, _ reader: SimReader) throws -> Bool {
    try machine.sessions.contains { session in
      try reader.load(Workspace.self, reader.load(Session.self, session).workspace).isUnsaved
    }
  }

  private mutating func check(
    _ session: Session, _ owed: Set<Effect>, _ reader: SimReader
  ) throws -> [String] {
    count += 1
    var wrong: [String] = []
    let turns = try reader.list(Turn.self, StateQuery(Turn.kind, parent: session.id.rawValue, limit: 100_000))
    let live = turns.filter { Turn.active.contains($0.state) }.map(\.id)
    if live != [session.active].compactMap(\.self) {
      wrong.append("\(session.id): \(live) live, not \(session.active as Any)")
    }
    let waiting = turns.filter { $0.state == .queued }.map(\.id)
    // Ids do not sort by age when the clock has jumped back between two lives.
    if waiting.sorted() != session.queue.sorted() {
      wrong.append("\(session.id): \(waiting) wait, the queue is \(session.queue)")
    }
    if turns.contains(where: { $0.state == .delivered || $0.state == .started }),
      try isGivenUp(session.machine, reader)
    {
      wrong.append("\(session.id) has a turn on a machine that is given up")
    }
    if session.state == .closed, !(live + waiting).isEmpty { wrong.append("\(session.id) is closed and has turns") }
    if session.state == .ready, live.isEmpty, !waiting.isEmpty, try !isHeld(session, reader) {
      wrong.append("\(session.id): nobody moves its queue")
    }
    if session.state == .preparing, !owed.contains(.prepareWorkspace(session.workspace)) {
      wrong.append("\(session.id): nobody prepares its workspace")
    }
    for turn in turns where turn.state == .delivering && !owed.contains(.deliverPrompt(turn.id)) {
      wrong.append("\(turn.id): nobody delivers it")
    }
    let task = try reader.load(SAMTask.self, session.task)
    guard task.session == session.id else { return wrong }
    if task.cancelRequested, let turn = turns.first(where: { Turn.active.contains($0.state) }),
      turn.state != .cancelling
    {
      wrong.append("\(task.id) is being cancelled, and \(turn.id) is worked on")
    }
    let isPublishing = turns.contains { owed.contains(.publishWork($0.id)) }
    switch task.state {
    case .running where session.active == nil && !isPublishing: wrong.append("\(task.id) runs and nobody works")
    case .running:
      let asked = StateQuery(Approval.kind, statuses: ["asked"], parent: session.id.rawValue, limit: 1)
      if try !reader.states(asked).isEmpty { wrong.append("\(task.id) runs, and its agent waits for an answer") }
    case .starting where session.state != .preparing: wrong.append("\(task.id) starts and nothing is prepared")
    case .completed, .failed, .cancelled:
      if session.active != nil || !session.queue.isEmpty { wrong.append("\(task.id) has ended and is worked on") }
    case .waiting:
      if case .quota = task.waiting, try !isHeld(session, reader) || session.queue.isEmpty {
        wrong.append("\(task.id) waits for a limit of use, and nothing is held back")
      }
      if case .silent = task.waiting, session.active == nil {
        wrong.append("\(task.id) waits for an agent that is silent, and none works")
      }
      guard case .approval(let approval) = task.waiting else { break }
      let state = try reader.load(Approval.self, approval).state
      if state != .asked { wrong.append("\(task.id) waits for \(approval), which is \(state)") }
    default: break
    }
    return wrong
  }
}
