// SPDX-License-Identifier: Apache-2.0
@testable import SAMCore
import SAMTestKit
import Testing

/// A machine of which nothing is heard: it has its time to come back; then what worked there is over.
@Suite struct LostTests {
  /// What a machine says late, in the epoch that it knows.
  private func late(_ world: inout World, _ session: SessionID, _ turn: TurnID, epoch: Int64) throws {
    let items = [
      OutboxItem(sequence: 2, at: world.now, turn: turn, content: .entry(.agent(TextBlock("late")), raw: nil)),
      OutboxItem(sequence: 3, at: world.now, turn: turn, content: .ended(.finished(stopReason: "end_turn"))),
    ]
    let before = try world.ledger().count
    let error = #expect(throws: Rejection.self) {
      try world.perform(IngestBatch(batch: OutboxBatch(session: session, epoch: epoch, items: items)), by: .system)
    }
    #expect(error?.code == .superseded)
    #expect(try world.ledger().count == before)
  }

  @Test("Found in time: nothing is lost, and what was under way is taken up")
  func found() throws {
    var world = World()
    let (machine, task, session, turn) = try world.taskOnMachine()
    try world.disconnect(machine)
    try world.disconnect(machine)
    #expect(try world.machine().state == .lost)
    #expect(try world.delay(of: .lost(machine)) != nil)
    #expect(try world.get(Turn.self, turn).state == .started)
    let before = try world.get(Session.self, session)
    try world.connect(machine)
    #expect(try world.machine().state == .ready)
    #expect(try world.delay(of: .lost(machine)) == nil)
    #expect(try world.get(Session.self, session) == before)
    #expect(try world.owed() == [.attachSession(session)])
    let row = try #require(try world.effects().first { $0.effect == .attachSession(session) })
    let spec = SessionSpec(before)
    #expect(
      try world.read { try EffectOrder.of(row, in: $0) } == .ask(machine, .attach(spec, turn: turn)),
      "the machine must know the turn: nothing else is owed about it")
    try world.settle(.done) { $0 == .attachSession(session) }
    try world.finish(session, turn)
    #expect(try world.get(SAMTask.self, task).state == .completed)
    #expect(world.violations == [])
  }

  @Test("A turn whose delivery is still owed is not asked for: the machine may not know it yet")
  func notDelivered() throws {
    var world = World()
    _ = try world.furnishCloud()
    _ = try world.task()
    let machine = try world.machine().id
    try world.create(machine)
    try world.connect(machine)
    try world.settle(.prepared(baseCommit: nil)) { if case .prepareWorkspace = $0 { true } else { false } }
    try world.disconnect(machine)
    try world.connect(machine)
    let session = try #require(try world.all(Session.self).first)
    let row = try #require(try world.effects().first { $0.effect == .attachSession(session.id) })
    #expect(
      try world.read { try EffectOrder.of(row, in: $0) } == .ask(machine, .attach(SessionSpec(session), turn: nil)))
    #expect(world.violations == [])
  }

  @Test("An idle machine that is lost and found is idle again, and begins its warm time anew")
  func idle() throws {
    var world = World()
    let machine = try world.idleMachine().machine
    try world.disconnect(machine)
    #expect(try world.delay(of: .warm(machine)) == nil)
    try world.connect(machine)
    #expect(try world.machine().state == .idle)
    #expect(try world.delay(of: .warm(machine)) == .seconds(600))
    #expect(world.violations == [])
  }

  @Test("While a machine is lost, a task does not begin on it")
  func noRoom() throws {
    var world = World()
    let machine = try world.idleMachine().machine
    try world.disconnect(machine)
    let task = try world.task("Next")
    #expect(try world.get(SAMTask.self, task).state == .queued)
    #expect(try world.machines(.requested).count == 1)
    try world.connect(machine)
    #expect(try world.get(SAMTask.self, task).machine == machine, "it is back first")
    #expect(try world.machines(.requested).isEmpty, "the other was not asked for yet")
    #expect(world.violations == [])
  }

  @Test("Silent for too long: a new epoch begins, the turn is over, and what the machine says late is refused")
  func givenUp() throws {
    for hasStarted in [true, false] {
      var world = World()
      let (machine, task, session, first) = try world.taskOnMachine()
      var turn = first
      if !hasStarted {
        try world.finish(session, first)
        turn = try world.perform(SendPrompt(session: session, text: "More")).id
        try world.settle(.done) { $0 == .deliverPrompt(turn) }
      }
      try world.disconnect(machine)
      #expect(try #require(try world.delay(of: .lost(machine))) == .seconds(600))
      try world.expire(.lost(machine))
      #expect(try world.get(Session.self, session).epoch == 2)
      #expect(try world.get(Turn.self, turn).state == (hasStarted ? .interrupted : .ambiguous))
      #expect(try world.get(SAMTask.self, task).state == .waiting, "a person says how to go on")
      try late(&world, session, turn, epoch: 1)
      #expect(world.violations == [])
    }
  }

  @Test("Unsaved work keeps a lost machine: it may come back, and its sessions go on in the new epoch")
  func unsavedComesBack() throws {
    var world = World()
    let (machine, task, session, turn) = try world.taskOnMachine()
    try world.disconnect(machine)
    try world.expire(.lost(machine))
    #expect(try world.machine().state == .lost)
    #expect(try world.machine().isGivenUp)
    #expect(try world.owed() == [], "it waits for the machine or a person, and destroys nothing")
    try world.connect(machine)
    #expect(try world.machine().state == .ready)
    #expect(try !world.machine().isGivenUp)
    let row = try #require(try world.effects().first { $0.effect == .attachSession(session) })
    guard case .ask(machine, .attach(let spec, turn: nil)) = try world.read({ try EffectOrder.of(row, in: $0) }) else {
      Issue.record("it is not attached")
      return
    }
    #expect(spec.epoch == 2)
    try world.settle(.done) { $0 == .attachSession(session) }
    let next = try world.perform(SendPrompt(session: session, text: "Go on", supersedes: turn))
    try world.settle(.done) { $0 == .deliverPrompt(next.id) }
    #expect(try world.get(SAMTask.self, task).state == .running)
    #expect(world.violations == [])
  }

  @Test("… or until a person discards it: then its task fails and says why, and can be retried on another machine")
  func unsavedDiscarded() throws {
    var world = World()
    let (machine, task, session, _) = try world.taskOnMachine()
    try world.disconnect(machine)
    try world.expire(.lost(machine))
    try world.perform(DiscardMachine(machine: machine))
    #expect(try world.machine().state == .destroying)
    #expect(try world.owed() == [.destroyMachine(machine)])
    let failed = try world.get(SAMTask.self, task)
    #expect(failed.state == .failed && failed.failure == "a person let go of it")
    #expect(try world.get(Session.self, session).state == .closed)
    #expect(throws: Rejection.self) { try world.connect(machine) }
    #expect(try world.perform(RetryTask(task: task)).state == .queued)
    #expect(world.violations == [])
  }

  @Test("A person discards a lost machine before its time is over: it has its time all the same")
  func discardedInTime() throws {
    var world = World()
    let machine = try world.taskOnMachine().machine
    try world.disconnect(machine)
    try world.perform(DiscardMachine(machine: machine))
    #expect(try world.machine().state == .lost)
    try world.expire(.lost(machine))
    #expect(try world.machine().state == .destroying)
    #expect(world.violations == [])
  }

  @Test("Nothing unsaved: a lost machine is destroyed when its time is over, and its tasks that wait fail")
  func savedIsDestroyed() throws {
    var world = World()
    let (machine, task, session, _) = try world.idleMachine()
    try world.disconnect(machine)
    try world.expire(.lost(machine))
    #expect(try world.machine().state == .destroying)
    #expect(try world.get(SAMTask.self, task).state == .completed)
    #expect(try world.get(Session.self, session).state == .closed)
    #expect(world.violations == [])
  }

  @Test("A machine that is lost while it is emptied goes on being emptied when it is back")
  func draining() throws {
    var world = World()
    let (machine, _, session, turn) = try world.taskOnMachine()
    try world.report(session, turn, .ended(.failed(reason: "crashed")))
    try world.expire(.warm(machine))
    let save = try #require(try world.owed().first)
    try world.disconnect(machine)
    #expect(try world.machine().state == .lost)
    #expect(try world.owed().contains(save))
    try world.connect(machine)
    #expect(try world.machine().state == .draining)
    #expect(try world.owed() == [save], "asked for once")
    #expect(world.violations == [])
  }

  @Test("What is asked of a machine while it is lost does not use up its attempts")
  func attempts() throws {
    for isPublishing in [true, false] {
      var world = World()
      _ = try world.furnishCloud()
      let task = try world.task()
      let machine = try world.machine().id
      try world.create(machine)
      try world.connect(machine)
      if isPublishing {
        let started = try world.start(task)
        try world.report(started.session, started.turn, .ended(.finished(stopReason: "end_turn")))
      }
      try world.disconnect(machine)
      let owed = try #require(try world.effects().first { $0.effect.attempts == 4 })
      for _ in 0..<10 {
        let away = EffectOutcome.away(reason: "machine '\(machine)' is not connected")
        try world.perform(SettleEffect(effect: owed.id, attempt: owed.attempt, outcome: away), by: .system)
      }
      #expect(try world.effects().contains { $0.id == owed.id && $0.dueAt > world.now })
      try world.connect(machine)
      #expect(try world.effects().contains { $0.id == owed.id && $0.dueAt <= world.now }, "it need not wait longer")
      #expect(try world.get(SAMTask.self, task).state == (isPublishing ? .running : .starting))
      #expect(world.violations == [])
    }
  }

  @Test("A lost machine that the provider does not list is asked for by its handle; known there, it stays lost")
  func askedFor() throws {
    var world = World()
    let machine = try world.taskOnMachine().machine
    try world.disconnect(machine)
    #expect(try world.look(for: machine) == nil)
    try world.sweep()
    let row = try #require(try world.effects().first { $0.effect == .findMachine(machine, isLast: false) })
    let handle = try #require(try world.machine().handle)
    #expect(try world.read { try EffectOrder.of(row, in: $0) } == .find(provider: "hetzner", handle))
    try world.look(for: machine, .found(world.shown(machine)))
    #expect(try world.machine().state == .lost)
    #expect(try world.look(for: machine) == nil)
    #expect(world.violations == [])
  }

  @Test(
    "Gone at its provider: what worked there is over, its task fails and says why, and what is left of it is removed")
  func vanished() throws {
    var world = World()
    let (machine, task, session, turn) = try world.taskOnMachine()
    let name = try world.machine().name
    try world.disconnect(machine)
    try world.sweep()
    try world.look(for: machine, .found(nil))
    #expect(try world.machine().state == .lost, "the provider may be behind")
    try world.look(for: machine, .found(nil))
    #expect(try world.machine().state == .destroying)
    #expect(try world.owed(about: machine) == [.destroyMachine(machine)], "what was billed with it may be there still")
    #expect(try world.get(Turn.self, turn).state == .interrupted)
    let failed = try world.get(SAMTask.self, task)
    #expect(failed.state == .failed && failed.failure == "machine '\(name)' is gone at its provider")
    try late(&world, session, turn, epoch: 1)
    #expect(world.violations == [])
  }

  @Test("A machine that is heard of is never looked for")
  func heard() throws {
    var world = World()
    let machine = try world.taskOnMachine().machine
    for _ in 0..<10 { try world.sweep() }
    #expect(try world.owed(about: machine) == [])
    #expect(try world.machine().state == .ready)
    #expect(world.violations == [])
  }
}
