// SPDX-License-Identifier: Apache-2.0
@testable import SAMCore
import SAMTestKit
import Testing

/// Tasks that want a provider's machine: which is ordered, what they wait for, and when they begin.
@Suite struct SupplyTests {
  let cloud = World.cloud

  private func capacity(_ task: SAMTask) -> String? {
    if case .capacity(let reason) = task.waiting { reason } else { nil }
  }

  @Test("A queued task orders a machine, says what it waits for, and begins when the machine is heard of")
  func ordered() throws {
    var world = World()
    _ = try world.furnishCloud()
    let task = try world.task()
    let machine = try world.machine()
    #expect(machine.state == .requested)
    #expect(machine.ordered == "small")
    #expect(try world.owed() == [.createMachine(machine.id)])
    #expect(try world.get(SAMTask.self, task).state == .queued)
    #expect(capacity(try world.get(SAMTask.self, task)) == "a machine of provider 'hetzner' is on its way")
    try world.create(machine.id)
    #expect(try world.machine().state == .booting)
    #expect(try world.machine().handle == world.shown(nil).handle)
    #expect(try world.get(SAMTask.self, task).state == .queued)
    try world.connect(machine.id)
    #expect(try world.machine().state == .ready)
    let begun = try world.get(SAMTask.self, task)
    #expect(begun.state == .starting && begun.machine == machine.id && begun.waiting == nil)
    let started = try world.start(task)
    #expect(try world.machine().busy == [started.session])
    #expect(world.violations == [])
  }

  @Test("The order carries name, installation and ledger key from the very call that makes the machine")
  func order() throws {
    var world = World()
    _ = try world.furnishCloud()
    _ = try world.task()
    let machine = try world.machine()
    let row = try #require(try world.effects().first { $0.effect == .createMachine(machine.id) })
    #expect(row.class == .atMostOnce)
    #expect(try world.read { try EffectOrder.of(row, in: $0) } == .settled(.done), "not before it is recorded")
    try world.begin(machine.id)
    let order = MachineOrder(
      name: machine.name, installation: World.installation, machine: machine.id, kind: "small")
    #expect(try world.read { try EffectOrder.of(row, in: $0) } == .create(provider: "hetzner", order))
    #expect(world.violations == [])
  }

  @Test("A task without a provider's machine begins on this one, and never on a provider's")
  func local() throws {
    var world = World()
    _ = try world.idleMachine()
    let project = try #require(try world.all(Project.self).first)
    let plain = try world.perform(DefineProfile(name: "plain", launch: AgentLaunch(command: "vibe")))
    #expect(throws: Rejection.self) {
      try world.perform(CreateTask(project: project.id, profile: plain.id, prompt: "Fix it"))
    }
    let here = try world.perform(RegisterMachine(name: "here", provider: "local"))
    let task = try world.perform(CreateTask(project: project.id, profile: plain.id, prompt: "Fix it"))
    #expect(task.machine == here.id)
    #expect(world.violations == [])
  }

  @Test("A provider that is not configured is named, and the task is not taken")
  func unknownProvider() throws {
    var world = World()
    _ = try world.furnish()
    let project = try #require(try world.all(Project.self).first)
    let profile = try world.perform(
      DefineProfile(name: "far", launch: AgentLaunch(command: "vibe"), machine: MachineWish(provider: "nowhere")))
    let error = #expect(throws: Rejection.self) {
      try world.perform(CreateTask(project: project.id, profile: profile.id, prompt: "Fix it"))
    }
    #expect(error?.code == .noMachine)
    #expect(error?.message.contains("nowhere") == true)
  }

  @Test("Beyond the limit a task waits and says so; it begins when a machine gets free")
  func limit() throws {
    var world = World()
    let (machine, _, session, turn) = try world.taskOnMachine(wish: MachineWish(provider: "hetzner", limit: 1))
    let second = try world.task("Second")
    #expect(try world.machines().count == 1)
    let reason = try capacity(world.get(SAMTask.self, second))
    #expect(reason == "provider 'hetzner' has 1 machines, and 1 is the limit; one must get free")
    try world.finish(session, turn)
    let begun = try world.get(SAMTask.self, second)
    #expect(begun.state == .starting && begun.machine == machine)
    #expect(try world.machine().state == .ready, "it did not rest meanwhile")
    #expect(world.violations == [])
  }

  @Test("Two tasks order two machines; with two places on one, one is enough")
  func slots() throws {
    for slots in [1, 2] {
      var world = World()
      _ = try world.furnishCloud(wish: MachineWish(provider: "hetzner", slots: slots))
      let tasks = [try world.task("One"), try world.task("Two")]
      #expect(try world.machines().count == 3 - slots)
      for machine in try world.machines() {
        try world.create(machine.id, .created(world.shown(machine.id, handle: machine.name)))
        try world.connect(machine.id)
      }
      for task in tasks { #expect(try world.get(SAMTask.self, task).state == .starting) }
      #expect(world.violations == [])
    }
  }

  @Test("A machine with two places takes the next task as soon as one is free, also after it was lost")
  func freePlace() throws {
    for isLost in [false, true] {
      var world = World()
      let wish = MachineWish(provider: "hetzner", slots: 2, limit: 1)
      let (machine, _, session, turn) = try world.taskOnMachine(wish: wish)
      _ = try world.start(try world.task("Second"))
      let third = try world.task("Third")
      #expect(try world.get(SAMTask.self, third).state == .queued)
      if isLost { try world.disconnect(machine) }
      try world.finish(session, turn)
      if isLost { try world.connect(machine) }
      #expect(try world.get(SAMTask.self, third).machine == machine)
      #expect(world.violations == [])
    }
  }

  @Test("A warm machine takes the next task at once")
  func warm() throws {
    var world = World()
    let machine = try world.idleMachine().machine
    let next = try world.task("Next")
    #expect(try world.get(SAMTask.self, next).machine == machine)
    #expect(try world.machine().state == .ready)
    #expect(try world.delay(of: .warm(machine)) == nil)
    #expect(try world.machines().count == 1)
    #expect(world.violations == [])
  }

  @Test("Cancelling the only waiting task drops a machine that no provider was asked for")
  func dropped() throws {
    var world = World()
    _ = try world.furnishCloud()
    let task = try world.task()
    let machine = try world.machine()
    try world.perform(CancelTask(task: task))
    #expect(try world.get(SAMTask.self, task).state == .cancelled)
    #expect(try world.machine().state == .gone)
    #expect(try world.owed() == [], "the call is withdrawn")
    #expect(throws: Rejection.self) { try world.connect(machine.id) }
    #expect(world.violations == [])
  }

  @Test("Cancelling one of two waiting tasks drops one machine; one that is being made is kept for the next task")
  func surplus() throws {
    var world = World()
    _ = try world.furnishCloud()
    let first = try world.task("First")
    _ = try world.task("Second")
    try world.begin(try world.machine().id)
    try world.perform(CancelTask(task: first))
    #expect(try world.machines().map(\.state) == [.creating, .gone])
    #expect(world.violations == [])
  }

  @Test("A machine whose task was cancelled while it was being made becomes warm")
  func unwanted() throws {
    var world = World()
    _ = try world.furnishCloud()
    let task = try world.task()
    let machine = try world.machine().id
    try world.begin(machine)
    try world.perform(CancelTask(task: task))
    #expect(try world.machine().state == .creating)
    try world.settle(.created(world.shown(machine))) { $0 == .createMachine(machine) }
    try world.connect(machine)
    #expect(try world.machine().state == .idle)
    #expect(try world.delay(of: .warm(machine)) == .seconds(600))
    #expect(world.violations == [])
  }

  @Test("A kind out of stock: the next kind is asked for; when none is left the task says why and SAM asks again")
  func stock() throws {
    var world = World()
    _ = try world.furnishCloud()
    let task = try world.task()
    let empty = ProviderError(.capacity, "no such machine in stock")
    try world.create(try world.machine().id, .provider(empty))
    var machines = try world.machines()
    #expect(machines.map(\.state) == [.gone, .requested])
    #expect(machines.last?.ordered == "large")
    try world.create(machines[1].id, .provider(empty))
    #expect(try world.machines(.requested).isEmpty)
    #expect(
      try capacity(world.get(SAMTask.self, task))
        == "provider 'hetzner' gives no machine now: no such machine in stock; SAM asks again")
    #expect(try world.delay(of: .supply(cloud, kind: "small")) != nil)
    try world.expire(.supply(cloud, kind: "small"))
    machines = try world.machines(.requested)
    #expect(machines.map(\.ordered) == ["small"])
    try world.create(machines[0].id)
    #expect(try world.cloud().blocks.count == 2, "what it answers is not yet a machine that works")
    try world.connect(machines[0].id)
    #expect(try world.cloud().blocks.map(\.kind) == ["large"])
    #expect(world.violations == [])
  }

  @Test(
    "Every refusal blocks for a while and longer each time; then SAM asks again", arguments: ProviderError.Code.allCases
  )
  func refused(_ code: ProviderError.Code) throws {
    guard code != .unknownOutcome else { return }
    var world = World()
    _ = try world.furnishCloud(wish: MachineWish(provider: "hetzner", kinds: ["small"]))
    let task = try world.task()
    let isOfKind = code == .capacity || code == .invalid
    var delays: [Duration] = []
    for _ in 0..<8 {
      let machine = try #require(try world.machines(.requested).first)
      try world.create(machine.id, .provider(ProviderError(code, "no")))
      #expect(try world.get(Machine.self, machine.id).state == .gone)
      #expect(try world.get(SAMTask.self, task).state == .queued)
      let timer = SAMCore.Timer.supply(cloud, kind: isOfKind ? "small" : nil)
      delays.append(try #require(try world.delay(of: timer)))
      try world.expire(timer)
    }
    #expect(delays == delays.sorted() && delays[0] < delays[1])
    #expect(delays[0] >= .seconds(15) && delays.last == .seconds(600))
    #expect(world.violations == [])
  }

  @Test("Two refusals at once: the second, longer wait holds")
  func refusedTwice() throws {
    var world = World()
    _ = try world.furnishCloud()
    _ = try world.task("First")
    _ = try world.task("Second")
    for machine in try world.machines() {
      try world.create(machine.id, .provider(ProviderError(.quota, "10 are allowed")))
    }
    let delays = try world.effects().compactMap { row in
      if case .timer(.supply) = row.effect { row.dueAt - row.createdAt } else { nil }
    }
    #expect(delays == [.seconds(120)])
    #expect(world.violations == [])
  }

  @Test("A create call that is tried again after a failure on our side begins again")
  func againAfterFailure() throws {
    var world = World()
    _ = try world.furnishCloud()
    _ = try world.task()
    let machine = try world.machine().id
    try world.create(machine, .retry(reason: "the disk cannot be read"))
    let row = try #require(try world.effects().first { $0.effect == .createMachine(machine) })
    #expect(try world.perform(LeaseEffect(effect: row.id, attempt: row.attempt), by: .system))
    try world.settle(.created(world.shown(machine))) { $0 == .createMachine(machine) }
    #expect(try world.machine().state == .booting)
    #expect(world.violations == [])
  }
}
