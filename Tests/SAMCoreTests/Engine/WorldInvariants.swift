// SPDX-License-Identifier: Apache-2.0
@testable import SAMCore

/// What holds after every command, whatever it was.
struct WorldInvariants {
  /// What the command changed.
  let changes: Changes

  func violations(in world: World) -> [String] {
    do {
      return try ledger(world) + sessions(world) + tasks(world) + approvals(world) + machines(world)
    } catch {
      return ["the state cannot be read: \(error)"]
    }
  }

  /// I13: the state rows that changed are the fold of their ledger, and a ledger has no gaps.
  private func ledger(_ world: World) throws -> [String] {
    try changes.states.flatMap { row -> [String] in
      switch row.key.kind {
      case Project.kind: try folded(Project.self, row, world)
      case Profile.kind: try folded(Profile.self, row, world)
      case SAMTask.kind: try folded(SAMTask.self, row, world)
      case Session.kind: try folded(Session.self, row, world)
      case Turn.kind: try folded(Turn.self, row, world)
      case Approval.kind: try folded(Approval.self, row, world)
      case Grant.kind: try folded(Grant.self, row, world)
      case Machine.kind: try folded(Machine.self, row, world)
      case Quota.kind: try folded(Quota.self, row, world)
      case Attachment.kind: try folded(Attachment.self, row, world)
      case Cloud.kind: try folded(Cloud.self, row, world)
      case Workspace.kind: try folded(Workspace.self, row, world)
      default: ["there is no kind \(row.key.kind)"]
      }
    }
  }

  private func folded<A: Aggregate>(_ type: A.Type, _ row: StateRow, _ world: World) throws -> [String] {
    let events = try world.ledger(row.key)
    let state = try StateCoding.decode(type, from: row.body)
    var wrong: [String] = []
    if events.map(\.sequence) != Array(1...max(1, Int64(events.count))) { wrong.append("I13: \(row.key.id) has gaps") }
    if row.version != Int64(events.count) { wrong.append("I13: \(row.key.id) is at version \(row.version)") }
    if try StateCoding.fold(type, events) != state { wrong.append("I13: \(row.key.id) is not the fold of its ledger") }
    if row.index != state.index { wrong.append("I13: the index of \(row.key.id) is stale") }
    return wrong
  }

  /// At most one live turn; the queue is the waiting turns in order; somebody is about to move every turn on.
  private func sessions(_ world: World) throws -> [String] {
    let owed = Set(try world.effects().map(\.effect))
    var wrong: [String] = []
    for session in try touched(world) {
      let turns = try world.all(Turn.self, parent: session.id.rawValue)
      let live = turns.filter { Turn.active.contains($0.state) }.map(\.id)
      if live != [session.active].compactMap(\.self) {
        wrong.append("\(session.id): \(live) live, not \(session.active as Any)")
      }
      let waiting = turns.filter { $0.state == .queued }.map(\.id)
      // What goes on after a limit of use is younger than what waits behind it.
      if waiting != session.queue.sorted() {
        wrong.append("\(session.id): \(waiting) wait, the queue is \(session.queue)")
      }
      if session.state == .closed, !(live + waiting).isEmpty { wrong.append("\(session.id) is closed and has turns") }
      if session.state == .ready, live.isEmpty, !waiting.isEmpty, session.hold == nil {
        wrong.append("\(session.id): nobody moves its queue")
      }
      if session.state == .preparing, !owed.contains(.prepareWorkspace(session.workspace)) {
        wrong.append("\(session.id): nobody prepares its workspace")
      }
      for turn in turns where turn.state == .delivering && !owed.contains(.deliverPrompt(turn.id)) {
        wrong.append("\(turn.id): nobody delivers it")
      }
      let entries = try world.entries(session.id)
      if entries.map(\.seq) != (entries.isEmpty ? [] : Array(1...Int64(entries.count))) {
        wrong.append("I7: the transcript of \(session.id) has gaps")
      }
    }
    return wrong
  }

  /// A task that has not ended waits for something that can come; one that has ended has nobody working on it.
  private func tasks(_ world: World) throws -> [String] {
    let owed = Set(try world.effects().map(\.effect))
    var wrong: [String] = []
    for session in try touched(world) {
      let id = session.id
      let task = try world.get(SAMTask.self, session.task)
      guard task.session == id else { continue }
      let turns = try world.all(Turn.self, parent: id.rawValue)
      let publishing = turns.contains { owed.contains(.publishWork($0.id)) }
      switch task.state {
      case .running where session.active == nil && !publishing: wrong.append("I9: \(task.id) runs and nobody works")
      case .starting where session.state != .preparing: wrong.append("I9: \(task.id) starts and nothing is prepared")
      case .completed, .failed, .cancelled:
        if session.active != nil || !session.queue.isEmpty { wrong.append("\(task.id) has ended and is worked on") }
      case .waiting:
        guard case .approval(let approval) = task.waiting else { continue }
        let state = try world.get(Approval.self, approval).state
        if state != .asked { wrong.append("I9: \(task.id) waits for \(approval), which is \(state)") }
      default: break
      }
    }
    return wrong
  }

  /// I15, and no question is open whose turn is over.
  private func approvals(_ world: World) throws -> [String] {
    var wrong: [String] = []
    for row in changes.states where row.key.kind == Approval.kind {
      let answers = try world.ledger(row.key).count { $0.type == "approval.answered" }
      if answers > 1 { wrong.append("I15: \(row.key.id) has \(answers) answers") }
    }
    for session in try touched(world) {
      for approval in try world.all(Approval.self, parent: session.id.rawValue) {
        guard approval.state == .asked, let turn = approval.turn else { continue }
        if try Turn.table.isFinal(world.get(Turn.self, turn).state) {
          wrong.append("\(approval.id) is open and its turn is over")
        }
      }
    }
    return wrong
  }

  /// The sessions that the command had to do with.
  private func touched(_ world: World) throws -> [Session] {
    var ids = Set(changes.streams.keys.map(\.rawValue))
    for row in changes.states {
      if row.key.kind == Session.kind { ids.insert(row.key.id) }
      if [Turn.kind, Approval.kind, Workspace.kind].contains(row.key.kind), let parent = row.index.parent {
        ids.insert(parent)
      }
      if row.key.kind == SAMTask.kind, let session = try world.get(SAMTask.self, TaskID(trusted: row.key.id)).session {
        ids.insert(session.rawValue)
      }
    }
    if !changes.settled.isEmpty { ids.formUnion(try world.all(Session.self).map(\.id.rawValue)) }
    return try ids.sorted().map { try world.get(Session.self, SessionID(trusted: $0)) }
  }
}
