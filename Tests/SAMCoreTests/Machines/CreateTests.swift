// SPDX-License-Identifier: Apache-2.0
@testable import SAMCore
import SAMTestKit
import Testing

/// A create call is made at most once: whatever becomes of its answer, the machine is found, or known not to exist.
@Suite struct CreateTests {
  /// A task that waits, and a machine whose create call is under way.
  private func creating() throws -> (World, TaskID, MachineID) {
    var world = World()
    _ = try world.furnishCloud()
    let task = try world.task()
    let machine = try world.machine().id
    try world.begin(machine)
    return (world, task, machine)
  }

  private func look(_ world: inout World, _ machine: MachineID, _ shown: ProvidedMachine...) throws {
    try world.look(for: machine, .listed(shown))
  }

  @Test("Without an answer it is looked for, and the call is not made again")
  func unknown() throws {
    for outcome in [EffectOutcome.unknown, .done, .found(nil)] {
      var (world, task, machine) = try creating()
      try world.settle(outcome) { $0 == .createMachine(machine) }
      #expect(try world.owed() == [.findMachine(machine, isLast: false)])
      #expect(try world.machine().state == .creating)
      let row = try #require(try world.effects().first { $0.effect == .findMachine(machine, isLast: false) })
      #expect(
        try world.read { try EffectOrder.of(row, in: $0) } == .list(provider: "hetzner", World.installation),
        "by its labels: there is no handle yet")
      try look(&world, machine, world.shown(machine))
      #expect(try world.machine().state == .booting)
      try world.connect(machine)
      #expect(try world.get(SAMTask.self, task).machine == machine)
      #expect(try world.machines().count == 1)
      #expect(world.violations == [])
    }
  }

  @Test("It is adopted by its labels, never by its name alone")
  func adoption() throws {
    var (world, _, machine) = try creating()
    let name = try world.machine().name
    try world.settle(.unknown) { $0 == .createMachine(machine) }
    let strangers = [
      world.shown(machine, handle: "1", installation: InstallationID(trusted: "sam_other"), name: name),
      world.shown(machine, handle: "2", installation: nil, name: name),
      world.shown(nil, handle: "3", name: name),
      world.shown(MachineID(trusted: "machine_other"), handle: "4", name: name),
    ]
    try world.look(for: machine, .listed(strangers))
    #expect(try world.machine().state == .creating)
    #expect(try world.machine().handle == nil)
    try world.look(for: machine, .listed(strangers + [world.shown(machine, handle: "5")]))
    #expect(try world.machine().handle?.value == "5")
    #expect(world.violations == [])
  }

  @Test("An answer that shows another's machine is no answer")
  func wrongAnswer() throws {
    var (world, _, machine) = try creating()
    let other = world.shown(machine, installation: InstallationID(trusted: "sam_other"))
    try world.settle(.created(other)) { $0 == .createMachine(machine) }
    #expect(try world.machine().state == .creating)
    #expect(try world.owed() == [.findMachine(machine, isLast: false)])
    #expect(world.violations == [])
  }

  @Test("Absent before the provider's lists have settled says nothing; absent after that it was never made")
  func absent() throws {
    var (world, task, machine) = try creating()
    try world.settle(.unknown) { $0 == .createMachine(machine) }
    #expect(try world.look(for: machine) == false)
    try look(&world, machine)
    #expect(try world.look(for: machine) == true, "the next look is one that can tell")
    let before = world.now
    try look(&world, machine)
    #expect(world.now - before >= .seconds(60))
    #expect(try world.get(Machine.self, machine).state == .gone)
    try world.expire(.supply(World.cloud, kind: nil))
    #expect(try world.machines(.requested).count == 1, "a new one is ordered")
    #expect(try world.get(SAMTask.self, task).state == .queued)
    #expect(world.violations == [])
  }

  @Test("A look that fails is repeated for as long as it takes")
  func lookFails() throws {
    var (world, _, machine) = try creating()
    try world.settle(.unknown) { $0 == .createMachine(machine) }
    for code in ProviderError.Code.allCases {
      try world.settle(EffectOutcome(ProviderError(code, "no"))) { $0 == .findMachine(machine, isLast: false) }
      #expect(try world.machine().state == .creating)
      #expect(try world.owed() == [.findMachine(machine, isLast: false)])
    }
    #expect(world.violations == [])
  }

  @Test("A look with any outcome at all is followed by another one, until it is known whether the machine exists")
  func lookIsTotal() throws {
    for (name, outcome) in Samples.outcomes where name != "listed" {
      var (world, _, machine) = try creating()
      try world.settle(.unknown) { $0 == .createMachine(machine) }
      try world.settle(outcome) { $0 == .findMachine(machine, isLast: false) }
      #expect(try world.owed() == [.findMachine(machine, isLast: false)], "\(name)")
      #expect(world.violations == [])
    }
  }

  @Test("A machine that calls before the provider's answer begins work when the answer comes")
  func calledEarly() throws {
    var (world, task, machine) = try creating()
    try world.connect(machine)
    try world.connect(machine)
    #expect(try world.machine().state == .creating)
    #expect(try world.get(SAMTask.self, task).state == .queued)
    try world.settle(.created(world.shown(machine))) { $0 == .createMachine(machine) }
    #expect(try world.machine().state == .ready)
    #expect(try world.delay(of: .boot(machine)) == nil)
    #expect(try world.get(SAMTask.self, task).state == .starting)
    #expect(world.violations == [])
  }

  @Test("One that called before the answer and went away again is waited for")
  func calledAndGone() throws {
    var (world, task, machine) = try creating()
    try world.connect(machine)
    try world.disconnect(machine)
    try world.settle(.created(world.shown(machine))) { $0 == .createMachine(machine) }
    #expect(try world.machine().state == .booting)
    #expect(try world.delay(of: .boot(machine)) != nil)
    #expect(try world.get(SAMTask.self, task).state == .queued)
    #expect(world.violations == [])
  }

  @Test("The sweep finds a machine whose create call is still under way, and the call's answer changes nothing then")
  func sweptFirst() throws {
    for late in [EffectOutcome.unknown, .provider(ProviderError(.unavailable, "no"))] {
      var (world, _, machine) = try creating()
      try world.sweep(world.shown(machine))
      #expect(try world.machine().state == .booting)
      try world.settle(late) { $0 == .createMachine(machine) }
      #expect(try world.machine().state == .booting)
      #expect(try world.owed() == [.timer(.boot(machine))])
      #expect(world.violations == [])
    }
  }

  @Test("A machine that does not come up is removed, and another of its kind is not ordered at once")
  func boot() throws {
    var world = World()
    _ = try world.furnishCloud()
    _ = try world.task()
    let machine = try world.machine().id
    try world.create(machine)
    #expect(try world.delay(of: .boot(machine)) == .seconds(900))
    try world.expire(.boot(machine))
    #expect(try world.get(Machine.self, machine).state == .destroying)
    #expect(try world.owed(about: machine) == [.destroyMachine(machine)])
    #expect(try world.machines(.requested).map(\.ordered) == ["large"])
    #expect(throws: Rejection.self, "too late") { try world.connect(machine) }
    #expect(world.violations == [])
  }

  @Test("Machines that never come up are ordered less and less often, and the task says why")
  func neverUp() throws {
    var world = World()
    _ = try world.furnishCloud(wish: MachineWish(provider: "hetzner", kinds: ["small"]))
    let task = try world.task()
    let timer = SAMCore.Timer.supply(World.cloud, kind: "small")
    var delays: [Duration] = []
    for number in 1...3 {
      let machine = try #require(try world.machines(.requested).first).id
      try world.create(machine, .created(world.shown(machine, handle: "\(number)")))
      try world.expire(.boot(machine))
      #expect(
        try world.get(SAMTask.self, task).waiting?.explanation.contains("did not come up within 15 minutes") == true)
      delays.append(try #require(try world.delay(of: timer)))
      try world.expire(timer)
    }
    #expect(delays[0] < delays[1] && delays[1] < delays[2], "\(delays)")
    #expect(world.violations == [])
  }

  @Test("The first call ends the wait for it")
  func booted() throws {
    var world = World()
    let machine = try world.taskOnMachine().machine
    #expect(try world.delay(of: .boot(machine)) == nil)
    #expect(world.violations == [])
  }

  @Test("A person discards a machine while it is being made: when it turns out to exist, it is removed")
  func discardedEarly() throws {
    for isAnswered in [true, false] {
      var (world, _, machine) = try creating()
      try world.perform(DiscardMachine(machine: machine))
      #expect(try world.get(Machine.self, machine).state == .destroying)
      if isAnswered {
        try world.settle(.created(world.shown(machine))) { $0 == .createMachine(machine) }
      } else {
        try world.settle(.unknown) { $0 == .createMachine(machine) }
        try look(&world, machine, world.shown(machine))
      }
      #expect(try world.owed(about: machine) == [.destroyMachine(machine)])
      try world.settle(.done) { $0 == .destroyMachine(machine) }
      #expect(try world.get(Machine.self, machine).state == .gone)
      #expect(world.violations == [])
    }
  }

  @Test("… and when it turns out that it was never made, it is gone")
  func discardedAndNeverMade() throws {
    var (world, _, machine) = try creating()
    try world.perform(DiscardMachine(machine: machine))
    try world.settle(.provider(ProviderError(.capacity, "none"))) { $0 == .createMachine(machine) }
    #expect(try world.get(Machine.self, machine).state == .gone)
    #expect(try world.cloud().blocks.isEmpty, "that is not asked for again anyway")
    #expect(world.violations == [])
  }
}
