// SPDX-License-Identifier: Apache-2.0
@testable import SAMCore
import SAMTestKit
import Testing

/// The store came out of a backup: the world may be ahead of the ledger.
@Suite struct RestoreTests {
  private func note(_ world: inout World, _ generation: Int) throws {
    try world.perform(NoteRestore(generation: generation), by: .system)
  }

  @Test("Every open session begins a new epoch, once for each restore; what was under way is over")
  func epochs() throws {
    var world = World()
    let (_, task, session, turn) = try world.taskOnMachine()
    let queued = try world.perform(SendPrompt(session: session, text: "And then"))
    for _ in 0..<3 { try note(&world, 1) }
    #expect(try world.get(Session.self, session).epoch == 1 << 32)
    #expect(try world.get(Turn.self, turn).state == .interrupted)
    #expect(try world.get(Session.self, session).active == queued.id, "what waited was not handed over before")
    #expect(try world.get(SAMTask.self, task).state == .running)
    try note(&world, 2)
    #expect(try world.get(Session.self, session).epoch == 2 << 32)
    #expect(world.violations == [])
  }

  @Test("A closed session keeps its epoch")
  func closed() throws {
    var world = World()
    let (machine, _, session, _) = try world.idleMachine()
    try world.expire(.warm(machine))
    try note(&world, 1)
    #expect(try world.get(Session.self, session).epoch == 1)
    #expect(world.violations == [])
  }

  @Test("What a machine says of the time before the restore is refused, also of sessions that the ledger lost")
  func late() throws {
    var world = World()
    let (_, _, session, turn) = try world.taskOnMachine()
    try note(&world, 1)
    let item = OutboxItem(sequence: 2, at: world.now, turn: turn, content: .ended(.finished(stopReason: "end_turn")))
    for lost in [session, SessionID(trusted: "session_of_the_lost_time")] {
      let error = #expect(throws: Rejection.self) {
        try world.perform(IngestBatch(batch: OutboxBatch(session: lost, epoch: 1, items: [item])), by: .system)
      }
      #expect(error?.code == .superseded, "the machine ends its agent and asks no more")
    }
    #expect(world.violations == [])
  }

  @Test("A create call that was owed may have been made in the time that is lost: it is looked for, not made")
  func createInFlight() throws {
    for hasBegun in [true, false] {
      var world = World()
      _ = try world.furnishCloud()
      let task = try world.task()
      let machine = try world.machine().id
      if hasBegun { try world.begin(machine) }
      try note(&world, 1)
      #expect(try world.owed() == [.findMachine(machine, isLast: false)])
      #expect(try world.machine().state == .creating)
      try world.settle(.listed([world.shown(machine)])) { $0 == .findMachine(machine, isLast: false) }
      try world.connect(machine)
      #expect(try world.get(SAMTask.self, task).machine == machine)
      #expect(world.violations == [])
    }
  }

  @Test("Nothing is destroyed until a person confirms; then what is owed is done")
  func destroyWaits() throws {
    var world = World()
    let machine = try world.idleMachine().machine
    try world.expire(.warm(machine))
    try note(&world, 1)
    let row = try #require(try world.effects().first { $0.effect == .destroyMachine(machine) })
    guard case .settled(.retry) = try world.read({ try EffectOrder.of(row, in: $0) }) else {
      Issue.record("the provider is asked to remove a machine")
      return
    }
    try world.perform(ConfirmRestore())
    guard case .destroy = try world.read({ try EffectOrder.of(row, in: $0) }) else {
      Issue.record("it is not removed after the confirmation")
      return
    }
    #expect(world.violations == [])
  }

  @Test("No timer ends a machine while a restore is unconfirmed; it is set again")
  func timersWait() throws {
    var world = World()
    let machine = try world.idleMachine().machine
    try note(&world, 1)
    for _ in 0..<3 {
      try world.expire(.warm(machine))
      #expect(try world.machine().state == .idle)
      #expect(try world.delay(of: .warm(machine)) == .seconds(60))
    }
    try world.perform(ConfirmRestore())
    try world.expire(.warm(machine))
    #expect(try world.machine().state == .draining, "what was done since the backup is saved first")
    #expect(world.violations == [])
  }

  @Test("… also not one that does not come up, or is lost")
  func otherTimersWait() throws {
    var world = World()
    _ = try world.furnishCloud()
    _ = try world.task()
    let machine = try world.machine().id
    try world.create(machine)
    try note(&world, 1)
    try world.expire(.boot(machine))
    #expect(try world.machine().state == .booting)
    try world.connect(machine)
    try world.disconnect(machine)
    try world.expire(.lost(machine))
    #expect(try world.machine().state == .lost && !world.machine().isGivenUp)
    #expect(world.violations == [])
  }

  @Test("Machines are made while a restore is unconfirmed")
  func work() throws {
    var world = World()
    _ = try world.furnishCloud()
    try note(&world, 1)
    let task = try world.task()
    let machine = try world.machine().id
    try world.create(machine)
    try world.connect(machine)
    #expect(try world.get(SAMTask.self, task).state == .starting)
    #expect(world.violations == [])
  }

  @Test("A machine that is attached after a restore hears of the turn that counts")
  func attached() throws {
    var world = World()
    let (machine, _, session, _) = try world.taskOnMachine()
    try world.disconnect(machine)
    try note(&world, 1)
    try world.connect(machine)
    let row = try #require(try world.effects().first { $0.effect == .attachSession(session) })
    guard case .ask(machine, .attach(let spec, turn: nil)) = try world.read({ try EffectOrder.of(row, in: $0) }) else {
      Issue.record("it is not attached")
      return
    }
    #expect(spec.epoch == 1 << 32)
    #expect(world.violations == [])
  }

  @Test(
    "A workspace that the ledger takes for unmade may hold work: when it cannot be made again, its machine waits for a person"
  )
  func unmade() throws {
    var world = World()
    _ = try world.furnishCloud()
    _ = try world.task()
    let machine = try world.machine().id
    try world.create(machine)
    try world.connect(machine)
    try note(&world, 1)
    try world.perform(ConfirmRestore())
    try world.settle(.refused(reason: "the remote is not there")) {
      if case .prepareWorkspace = $0 { true } else { false }
    }
    try world.expire(.warm(machine))
    #expect(try world.machine().state == .draining, "what was done since the backup is saved first")
    try world.settle(.refused(reason: "the folder is not there")) { if case .saveWork = $0 { true } else { false } }
    #expect(try world.machine().state == .draining)
    try world.perform(DiscardMachine(machine: machine))
    #expect(try world.machine().state == .destroying)
    #expect(world.violations == [])
  }
}
