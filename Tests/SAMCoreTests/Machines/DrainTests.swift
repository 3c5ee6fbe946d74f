// SPDX-License-Identifier: Apache-2.0
@testable import SAMCore
import SAMTestKit
import Testing

/// What nobody needs goes away, and only after what is nowhere else is safe.
@Suite struct DrainTests {
  let bundle = BlobID(trusted: "blob_1")

  private func workspace(_ world: World, _ session: SessionID) throws -> Workspace {
    try world.get(Workspace.self, world.get(Session.self, session).workspace)
  }

  /// An idle machine with work that could not be pushed.
  private func unsaved() throws -> (world: World, machine: MachineID, session: SessionID, save: Effect) {
    var world = World()
    let (machine, _, session, turn) = try world.taskOnMachine()
    try world.finish(
      session, turn, .published(PublishedWork(result: TaskResult(branch: "b"), problem: "no remote answers")))
    return (world, machine, session, .saveWork(try workspace(world, session).id))
  }

  @Test("Idle, it is kept warm; when the time is over it is drained and destroyed, and nothing is left of it")
  func whole() throws {
    var world = World()
    let (machine, task, session, _) = try world.idleMachine()
    #expect(try world.machine().state == .idle)
    #expect(try world.delay(of: .warm(machine)) == .seconds(600))
    try world.expire(.warm(machine))
    #expect(try world.machine().state == .destroying, "its work is on the remote")
    #expect(try world.owed() == [.destroyMachine(machine)])
    #expect(try world.get(Session.self, session).state == .closed)
    #expect(try workspace(world, session).state == .destroyed)
    #expect(try world.get(SAMTask.self, task).state == .completed, "what is done stays done")
    let handle = try #require(try world.machine().handle)
    let row = try #require(try world.effects().first { $0.effect == .destroyMachine(machine) })
    #expect(try world.read { try EffectOrder.of(row, in: $0) } == .destroy(provider: "hetzner", handle))
    try world.settle(.done) { $0 == .destroyMachine(machine) }
    #expect(try world.machine().state == .gone)
    #expect(try world.owed() == [])
    #expect(world.violations == [])
  }

  @Test("A destroy call is repeated until the provider says that nothing is left")
  func destroyAgain() throws {
    var world = World()
    let machine = try world.idleMachine().machine
    try world.expire(.warm(machine))
    let failures: [EffectOutcome] = [
      .provider(ProviderError(.rate, "slow down")), .provider(ProviderError(.authentication, "who?")), .unknown,
      .retry(reason: "still there: a volume"), .refused(reason: "no"),
    ]
    for _ in 0..<60 {
      for failure in failures { try world.settle(failure) { $0 == .destroyMachine(machine) } }
    }
    let row = try #require(try world.effects().first { $0.effect == .destroyMachine(machine) })
    #expect(row.status == .runnable && row.attempt == 301)
    #expect(row.dueAt - world.now <= .seconds(30))
    #expect(try world.machine().state == .destroying)
    try world.settle(.done) { $0 == .destroyMachine(machine) }
    #expect(try world.machine().state == .gone)
    #expect(world.violations == [])
  }

  @Test("Work that is nowhere else is saved first; only then is the machine destroyed")
  func saved() throws {
    var (world, machine, session, save) = try unsaved()
    try world.expire(.warm(machine))
    #expect(try world.machine().state == .draining)
    #expect(try world.owed() == [save])
    let row = try #require(try world.effects().first { $0.effect == save })
    guard case .ask(machine, .save(let order)) = try world.read({ try EffectOrder.of(row, in: $0) }) else {
      Issue.record("the machine is not asked to save")
      return
    }
    #expect(order.workspace == (try workspace(world, session)).id)
    try world.settle(.published(PublishedWork(result: TaskResult(branch: "b"), bundle: bundle))) { $0 == save }
    #expect(try world.machine().state == .destroying)
    #expect(try world.owed() == [.destroyMachine(machine)])
    let told = try world.entries(session).contains { entry in
      if case .notice(let notice) = entry.body { notice.text.contains("blob_1") } else { false }
    }
    #expect(told, "a person finds the bundle in the conversation")
    #expect(world.violations == [])
  }

  @Test("Saving is tried for as long as it takes")
  func saveAgain() throws {
    var (world, machine, _, save) = try unsaved()
    try world.expire(.warm(machine))
    for _ in 0..<300 { try world.settle(.retry(reason: "not connected")) { $0 == save } }
    #expect(try world.machine().state == .draining)
    #expect(try world.owed() == [save])
    #expect(world.violations == [])
  }

  @Test("What cannot be saved keeps its machine until a person discards it")
  func unsavable() throws {
    let outcomes: [EffectOutcome] = [
      .refused(reason: "the disk is broken"), .unknown,
      .published(PublishedWork(result: TaskResult(), problem: "git does not start")),
    ]
    for outcome in outcomes {
      var (world, machine, session, save) = try unsaved()
      try world.expire(.warm(machine))
      try world.settle(outcome) { $0 == save }
      #expect(try world.machine().state == .draining)
      #expect(try world.owed() == [])
      let told = try world.entries(session).contains { entry in
        if case .notice(let notice) = entry.body { notice.text.contains("could not be brought off") } else { false }
      }
      #expect(told)
      try world.disconnect(machine)
      try world.connect(machine)
      #expect(try world.machine().state == .draining, "also when it was away meanwhile")
      #expect(throws: Rejection.self, "SAM itself lets go of nothing") {
        try world.perform(DiscardMachine(machine: machine), by: .system)
      }
      try world.perform(DiscardMachine(machine: machine))
      #expect(try world.machine().state == .destroying)
      #expect(try world.machine().isDiscarded)
      let event = try #require(try world.ledger().last { $0.type == "machine.discarded" })
      #expect(event.actor == .owner)
      #expect(world.violations == [])
    }
  }

  @Test("A turn that ended without being published leaves work to save")
  func interrupted() throws {
    for end in [TurnEnd.failed(reason: "crashed"), .finished(stopReason: "cancelled"), .interrupted(reason: "x")] {
      var world = World()
      let (machine, task, session, turn) = try world.taskOnMachine()
      try world.report(session, turn, .ended(end))
      if try world.get(SAMTask.self, task).state != .failed { try world.perform(CancelTask(task: task)) }
      #expect(try workspace(world, session).isUnsaved)
      try world.expire(.warm(machine))
      #expect(try world.machine().state == .draining)
      #expect(try world.owed().contains(.saveWork(workspace(world, session).id)))
      #expect(world.violations == [])
    }
  }

  @Test("A follow-up prompt wakes an idle machine, and it does not go while it works")
  func followUp() throws {
    var world = World()
    let (machine, task, session, _) = try world.idleMachine()
    let turn = try world.perform(SendPrompt(session: session, text: "And the docs")).id
    #expect(try world.machine().state == .ready)
    #expect(try world.delay(of: .warm(machine)) == nil)
    #expect(try world.get(SAMTask.self, task).state == .running)
    try world.settle(.done) { $0 == .deliverPrompt(turn) }
    try world.report(session, turn, .started)
    try world.finish(session, turn)
    #expect(try world.machine().state == .idle)
    #expect(try world.delay(of: .warm(machine)) == .seconds(600), "it is warm anew")
    #expect(world.violations == [])
  }

  @Test("A machine that is on its way out takes no prompt, and says what to do instead")
  func refusedPrompt() throws {
    var (world, machine, session, save) = try unsaved()
    try world.expire(.warm(machine))
    for outcome in [nil, EffectOutcome.published(PublishedWork(result: TaskResult()))] {
      if let outcome { try world.settle(outcome) { $0 == save } }
      let error = #expect(throws: Rejection.self) { try world.perform(SendPrompt(session: session, text: "More")) }
      #expect(error?.code == .wrongState)
      #expect(error?.message.contains("retry its task") == true)
    }
    #expect(world.violations == [])
  }

  @Test("The task of a machine that is on its way out is retried on another one")
  func retryElsewhere() throws {
    var (world, machine, session, _) = try unsaved()
    try world.expire(.warm(machine))
    let task = try world.get(Session.self, session).task
    let again = try world.perform(RetryTask(task: task))
    #expect(again.state == .queued)
    #expect(try world.machines(.requested).count == 1)
    #expect(try world.get(Machine.self, machine).state == .draining)
    #expect(world.violations == [])
  }

  @Test("A person gives a working machine back: what works ends first, then it goes")
  func byPerson() throws {
    var world = World()
    let (machine, task, session, turn) = try world.taskOnMachine()
    try world.perform(DrainMachine(machine: machine))
    try world.perform(DrainMachine(machine: machine))
    #expect(try world.machine().state == .draining)
    #expect(try world.get(SAMTask.self, task).state == .running)
    #expect(throws: Rejection.self) { try world.perform(SendPrompt(session: session, text: "More")) }
    let other = try world.task("Another")
    #expect(try world.get(SAMTask.self, other).machine == nil, "it takes no more work")
    try world.finish(session, turn)
    #expect(try world.get(SAMTask.self, task).state == .completed)
    #expect(try world.get(Machine.self, machine).state == .destroying)
    #expect(world.violations == [])
  }

  @Test("A person discards a working machine: what works ends first, and nothing is saved")
  func discardWorking() throws {
    var world = World()
    let (machine, _, session, turn) = try world.taskOnMachine()
    try world.perform(DiscardMachine(machine: machine))
    #expect(try world.machine().state == .draining)
    try world.report(session, turn, .ended(.failed(reason: "crashed")))
    #expect(try world.machine().state == .destroying)
    #expect(world.violations == [])
  }

  @Test("This machine is not SAM's to remove")
  func ownMachine() throws {
    var world = World()
    let (_, _, machine) = try world.furnish()
    for error in [
      #expect(throws: Rejection.self, performing: { try world.perform(DrainMachine(machine: machine)) }),
      #expect(throws: Rejection.self, performing: { try world.perform(DiscardMachine(machine: machine)) }),
    ] { #expect(error?.message.contains("not SAM's to remove") == true) }
    try world.disconnect(machine)
    #expect(try world.machine().state == .ready, "its effects wait; nothing is given up")
    #expect(world.violations == [])
  }

  @Test("The work of an attempt that was given up is saved too before its machine goes")
  func earlierAttempt() throws {
    var world = World()
    let (machine, task, session, turn) = try world.taskOnMachine()
    try world.report(session, turn, .ended(.failed(reason: "crashed")))
    let lost = try workspace(world, session)
    #expect(lost.isUnsaved)
    #expect(try world.perform(RetryTask(task: task)).machine == machine)
    let (_, again, next) = try world.start(task)
    try world.finish(again, next)
    try world.settle(.done) { $0 == .endSession(session) }
    try world.expire(.warm(machine))
    #expect(try world.owed().contains(.saveWork(lost.id)))
    #expect(try world.machine().state == .draining)
    #expect(world.violations == [])
  }

  @Test("A prompt that waited when its task was cancelled is ended with its session, when the machine is given back")
  func queued() throws {
    var world = World()
    let (machine, task, session, turn) = try world.taskOnMachine()
    try world.perform(CancelTask(task: task))
    let next = try world.perform(SendPrompt(session: session, text: "No, go on"))
    try world.perform(DrainMachine(machine: machine))
    try world.report(session, turn, .ended(.finished(stopReason: "cancelled")))
    #expect(try world.get(Turn.self, next.id).state == .cancelled)
    #expect(world.violations == [])
  }

  @Test("A prompt that begins in a task that was to be cancelled is carried out, also on a machine that is given back")
  func begun() throws {
    var world = World()
    let (machine, task, session, turn) = try world.taskOnMachine()
    try world.perform(CancelTask(task: task))
    let next = try world.perform(SendPrompt(session: session, text: "No, go on"))
    try world.perform(DrainMachine(machine: machine))
    try world.report(session, turn, .ended(.finished(stopReason: "end_turn")))
    #expect(try world.get(Session.self, session).state == .ready)
    #expect(try world.get(Session.self, session).active == next.id)
    #expect(try world.get(SAMTask.self, task).state == .running)
    #expect(world.violations == [])
    try world.finish(session, next.id)
    #expect(try world.get(SAMTask.self, task).state == .completed)
    #expect(try world.get(Session.self, session).state == .closed)
    #expect(world.violations == [])
  }

  @Test("Two sessions on one machine: it goes when both are safe")
  func twoSessions() throws {
    var world = World()
    let wish = MachineWish(provider: "hetzner", slots: 2)
    let (machine, _, session, turn) = try world.taskOnMachine(wish: wish)
    let second = try world.start(try world.task("Second"))
    try world.report(session, turn, .ended(.failed(reason: "crashed")))
    #expect(try world.machine().state == .ready)
    try world.report(second.session, second.turn, .ended(.failed(reason: "crashed")))
    try world.expire(.warm(machine))
    let saves = try world.owed()
    #expect(saves.count == 2)
    try world.settle(.published(PublishedWork(result: TaskResult(), bundle: bundle))) { $0 == saves[0] }
    #expect(try world.machine().state == .draining)
    try world.settle(.published(PublishedWork(result: TaskResult(), bundle: bundle))) { $0 == saves[1] }
    #expect(try world.machine().state == .destroying)
    #expect(world.violations == [])
  }
}
