// SPDX-License-Identifier: Apache-2.0
internal import SAMCore

/// I18: what is recorded fits together: an end has the reason that it names, and what is kept of a thing says the same.
struct I18Fit {
  private(set) var count = 0
  private var branches: Set<String> = []
  /// The turns that a person wanted to end.
  private var unwanted: Set<TurnID> = []
  /// The tasks of the same kind.
  private var cancelled: Set<TaskID> = []

  /// - Parameters:
  ///   - sessions: the sessions that were changed, as they are now.
  ///   - turns: the same of turns.
  mutating func committed(
    _ changes: Changes, sessions: [Session], turns: [Turn], _ reader: SimReader
  ) throws -> [String] {
    count += changes.events.count
    var wrong = turns.filter { Turn.table.isFinal($0.state) != ($0.endedAt != nil) }.map {
      "\($0.id) is \($0.state), and ended at \($0.endedAt.map(String.init(describing:)) ?? "no time")"
    }
    for session in sessions where session.hold != nil && (session.queue.isEmpty || session.active != nil) {
      wrong.append("\(session.id) is held back and nothing waits")
    }
    for event in changes.events { wrong += try check(event, changes, reader) + announced(event, changes, reader) }
    return wrong
  }

  private mutating func check(
    _ event: EventRecord, _ changes: Changes, _ reader: SimReader
  ) throws -> [String] {
    switch event.type {
    case "turn.cancelRequested":
      unwanted.insert(TurnID(trusted: event.aggregate.id))
      return try asked(event, reader)
    case "task.started", "task.completed": return try kept(event, changes, reader)
    case "machine.refused":
      let machine = try reader.load(Machine.self, MachineID(trusted: event.aggregate.id))
      let blocks = try machine.cloud.map { try reader.load(Cloud.self, $0).blocks } ?? []
      return blocks.contains { $0.kind == nil || $0.kind == machine.ordered }
        ? [] : ["\(machine.id) was refused, and \(machine.ordered ?? "any kind") is ordered again at once"]
    case "turn.finished", "turn.failed": return try ended(event, changes, reader)
    case "turn.queued": return try goesOn(event)
    case "task.cancelRequested": cancelled.insert(TaskID(trusted: event.aggregate.id))
    case "task.reopened": cancelled.remove(TaskID(trusted: event.aggregate.id))
    case "task.retried":
      cancelled.remove(TaskID(trusted: event.aggregate.id))
      return try retried(event, changes, reader)
    case "task.cancelled" where !cancelled.contains(TaskID(trusted: event.aggregate.id)):
      return ["\(event.aggregate.id) was cancelled by nobody"]
    case "task.completed" where cancelled.contains(TaskID(trusted: event.aggregate.id)):
      return ["\(event.aggregate.id) is complete, and a person cancelled it"]
    case "machine.enrolled":
      let machine = try reader.load(Machine.self, MachineID(trusted: event.aggregate.id))
      let blocks = try machine.cloud.map { try reader.load(Cloud.self, $0).blocks } ?? []
      let left = blocks.filter { $0.kind == nil || $0.kind == machine.ordered }
      return left.map { "\(machine.id) came up, and \($0.kind ?? "every kind") is blocked" }
    case "session.closed":
      let session = try reader.load(Session.self, SessionID(trusted: event.aggregate.id))
      let machine = try reader.load(Machine.self, session.machine)
      let isUnsaved = try reader.load(Workspace.self, session.workspace).isUnsaved
      if machine.isProvided, !isUnsaved, machine.state != .draining, machine.sessions.contains(session.id) {
        return ["\(session.id) is closed and keeps its place on \(machine.id)"]
      }
    case "workspace.requested": return try named(event, reader)
    case "session.opened": return try begun(event, reader)
    case "task.held": return try held(event, reader)
    case "machine.released":
      guard case .released(let id) = try StateCoding.event(event, of: Machine.self) else { break }
      let machine = try reader.load(Machine.self, MachineID(trusted: event.aggregate.id))
      if machine.state == .draining, try reader.load(Session.self, id).state != .closed {
        return ["\(machine.id) is given back, and \(id) is open"]
      }
    case "approval.asked": return try asked(event, reader)
    case "workspace.failed", "workspace.unsavable": return try told(event, changes, reader)
    case "session.rebound"
    where changes.events.contains { $0.type == "session.closed" && $0.aggregate == event.aggregate }:
      return tells(changes, SessionID(trusted: event.aggregate.id), "retry the task on another machine")
    default: break
    }
    return []
  }

  /// What a task says of its present attempt, and of its result, is what was recorded.
  private func kept(_ event: EventRecord, _ changes: Changes, _ reader: SimReader) throws -> [String] {
    guard changes.events.last(where: { $0.aggregate == event.aggregate }) == event else { return [] }
    let task = try reader.load(SAMTask.self, SAMTask.ID(trusted: event.aggregate.id))
    let isKept =
      switch try StateCoding.event(event, of: SAMTask.self) {
      case .started(let session, let workspace, let machine, let branch):
        task.session == session && task.workspace == workspace && task.machine == machine && task.branch == branch
      case .completed(let result): task.result == result
      default: true
      }
    return isKept ? [] : ["\(event.type) of \(task.id) is not what that shows"]
  }

  /// A conversation begins with what its task says, and in the way that was chosen with it.
  private func begun(_ event: EventRecord, _ reader: SimReader) throws -> [String] {
    let session = try reader.load(Session.self, SessionID(trusted: event.aggregate.id))
    let task = try reader.load(SAMTask.self, session.task)
    let first = try (session.active ?? session.queue.first).map { try reader.load(Turn.self, $0) }
    var wrong: [String] = []
    if first?.text != task.prompt {
      wrong.append("\(session.id) begins with '\(first?.text ?? "")', not '\(task.prompt)'")
    }
    if session.chosen ?? [:] != task.chosen ?? [:] {
      wrong.append("\(session.id) works with \(session.chosen ?? [:]), and \(task.chosen ?? [:]) was chosen")
    }
    return wrong
  }

  /// Where it is said that a machine is on its way, there is one with a place for each who waits for it.
  private func held(_ event: EventRecord, _ reader: SimReader) throws -> [String] {
    guard case .held(.capacity(let reason)) = try StateCoding.event(event, of: SAMTask.self),
      reason.hasSuffix("is on its way")
    else { return [] }
    let kinds = try reader.load(SAMTask.self, TaskID(trusted: event.aggregate.id)).wish?.kinds
    let tasks = try reader.list(SAMTask.self, StateQuery(SAMTask.kind, statuses: ["queued"], limit: 10_000))
    let coming = StateQuery(Machine.kind, statuses: ["requested", "creating", "booting"], limit: 10_000)
    let places = try reader.list(Machine.self, coming).filter { $0.isProvided && $0.wish?.kinds == kinds }
      .reduce(0) { $0 + ($1.wish?.slots ?? 1) }
    let waiting = tasks.count { $0.waiting == .capacity(reason) && $0.wish?.kinds == kinds }
    return waiting <= places ? [] : ["\(waiting) tasks wait for machines on their way, and those have \(places) places"]
  }

  /// What was there of a task that is done again is over.
  private func retried(_ event: EventRecord, _ changes: Changes, _ reader: SimReader) throws -> [String] {
    let all = try reader.list(Session.self, StateQuery(Session.kind, parent: event.aggregate.id, limit: 1_000))
    return all.compactMap { session in
      let now = changes.events.filter { $0.aggregate.id == session.id.rawValue }.map(\.type)
      if now.contains("session.opened") { return nil }
      if session.state != .closed { return "\(session.task) is done again, and \(session.id) is open" }
      let isEnded = changes.owed.contains { $0.effect == .endSession(session.id) }
      return now.contains("session.closed") && !isEnded ? "\(session.id) is closed, and its agent goes on" : nil
    }
  }

  /// Nobody is asked about what is over, or is to be.
  private func asked(_ event: EventRecord, _ reader: SimReader) throws -> [String] {
    let turn: TurnID?
    if event.type == "approval.asked" {
      let approval = try reader.load(Approval.self, ApprovalID(trusted: event.aggregate.id))
      turn = approval.state == .asked ? approval.turn : nil
    } else {
      turn = TurnID(trusted: event.aggregate.id)
    }
    guard let turn = try turn.map({ try reader.load(Turn.self, $0) }) else { return [] }
    guard turn.state == .cancelling || Turn.table.isFinal(turn.state) else { return [] }
    let open = StateQuery(Approval.kind, statuses: ["asked"], parent: turn.session.rawValue, limit: 1_000)
    return try reader.list(Approval.self, open).filter { $0.turn == turn.id }.map {
      "\($0.id) is asked, and its turn is \(turn.state)"
    }
  }

  /// The work of a turn that the agent finished is published, and of no other; one that met a limit of use goes on.
  private func ended(_ event: EventRecord, _ changes: Changes, _ reader: SimReader) throws -> [String] {
    let turn = TurnID(trusted: event.aggregate.id)
    let isPublished = changes.owed.contains { $0.effect == .publishWork(turn) }
    var isDone = false
    switch try StateCoding.event(event, of: Turn.self) {
    case .finished(let reason): isDone = reason != "cancelled"
    case .failed(SimAgent.limitReached):
      let session = try reader.load(Session.self, reader.load(Turn.self, turn).session)
      let isWanted = !unwanted.contains(turn) && !cancelled.contains(session.task)
      let goesOn = changes.events.contains {
        $0.type == "session.turnPutFirst" && $0.aggregate.id == session.id.rawValue
      }
      if goesOn != isWanted { return ["\(turn) met a limit of use, and \(goesOn ? "goes" : "does not go") on"] }
    default: break
    }
    return isPublished == isDone ? [] : ["\(turn) has ended, and its work is \(isPublished ? "" : "not ")published"]
  }

  /// Nothing goes on that a person wanted to end.
  private func goesOn(_ event: EventRecord) throws -> [String] {
    guard case .queued(_, _, let text, let earlier?, _, _, _) = try StateCoding.event(event, of: Turn.self),
      text.hasPrefix(Quotas.preamble), unwanted.contains(earlier)
    else { return [] }
    return ["\(earlier) was cancelled, and goes on"]
  }

  /// Each attempt has a branch of its own, which says what it is about in words that every git host takes.
  private mutating func named(_ event: EventRecord, _ reader: SimReader) throws -> [String] {
    guard case .requested(_, let id, _, _, _, let branch, _) = try StateCoding.event(event, of: Workspace.self)
    else { return [] }
    let session = try reader.load(Session.self, id)
    let task = try reader.load(SAMTask.self, session.task)
    let words = Array(session.title.lowercased().utf8).split { !(97...122).contains($0) && !(48...57).contains($0) }
    var slug = String(words.map { String(decoding: $0, as: UTF8.self) }.joined(separator: "-").prefix(40))
    if slug.hasSuffix("-") { slug.removeLast() }
    let number = task.attempt > 1 ? "-\(task.attempt)" : ""
    let expected = "sam/\(slug.isEmpty ? "task" : slug)-\(task.id.rawValue.suffix(8).lowercased())\(number)"
    guard branch == expected else { return ["'\(session.title)' works on '\(branch)', not on '\(expected)'"] }
    return branches.insert(branch).inserted ? [] : ["two attempts work on '\(branch)'"]
  }

  /// The store is another one.
  mutating func restored(_ reader: SimReader) throws {
    branches = Set(try reader.list(Workspace.self, StateQuery(Workspace.kind, limit: 100_000)).map(\.branch))
    let cancelling = StateQuery(Turn.kind, statuses: ["cancelling"], limit: 100_000)
    let tasks = try reader.list(SAMTask.self, StateQuery(SAMTask.kind, limit: 100_000))
    cancelled = Set(tasks.filter(\.cancelRequested).map(\.id))
    unwanted = Set(try reader.list(Turn.self, cancelling).map(\.id))
  }
}
