// SPDX-License-Identifier: Apache-2.0
@testable import SAMCore
import SAMTestKit
import Testing

/// What a provider has and the ledger does not know is removed: with our label only, after a while only, few at a time.
@Suite struct ReaperTests {
  let stray = MachineID(trusted: "machine_stray")

  private func swept(settling: Duration = .seconds(60)) throws -> World {
    var world = World()
    _ = try world.furnishCloud(settling: settling)
    return world
  }

  private func destroys(_ world: World) throws -> Int {
    try world.owed().count { if case .destroyMachine = $0 { true } else { false } }
  }

  @Test("A machine that the ledger does not know is suspect, and is removed only when it was seen for five minutes")
  func age() throws {
    for jump in [Duration.zero, .seconds(86_400), .seconds(-86_400)] {
      var world = try swept()
      try world.sweep(world.shown(stray))
      #expect(try world.cloud().suspects.map(\.handle.value) == ["4711"])
      world.pass(jump)
      for _ in 2...5 {
        try world.sweep(world.shown(stray))
        #expect(try destroys(world) == 0, "a clock that jumps makes nothing older")
      }
      try world.sweep(world.shown(stray))
      #expect(try destroys(world) == 1)
    }
  }

  @Test("What is removed is a machine in the ledger from then on, until the provider has nothing of it")
  func removed() throws {
    var world = try swept()
    for _ in 1...6 { try world.sweep(world.shown(stray)) }
    let machine = try world.machine()
    #expect(machine.state == .destroying && machine.reason == "the ledger does not know it")
    #expect(try world.cloud().suspects.isEmpty)
    try world.settle(.done) { $0 == .destroyMachine(machine.id) }
    #expect(try world.machine().state == .gone)
    #expect(world.violations == [])
  }

  @Test("What carries another installation's label, or none, or no ledger key, is never touched")
  func foreign() throws {
    var world = try swept()
    let foreign = [
      world.shown(stray, handle: "1", installation: InstallationID(trusted: "sam_other")),
      world.shown(stray, handle: "2", installation: nil), world.shown(nil, handle: "3"),
      world.shown(nil, handle: "4", installation: nil),
    ]
    for _ in 0..<20 { try world.sweep(.listed(foreign)) }
    #expect(try world.cloud().suspects.isEmpty)
    #expect(try world.machines().isEmpty)
    #expect(try world.owed() == [])
    #expect(world.violations == [])
  }

  @Test("At most five a sweep")
  func few() throws {
    var world = try swept()
    let strays = (1...12).map { world.shown(MachineID(trusted: "machine_stray\($0)"), handle: "\($0)") }
    var left = strays
    for _ in 1...5 { try world.sweep(.listed(left)) }
    var seen: [Int] = []
    while !left.isEmpty, seen.count < 10 {
      let before = try world.machines().count
      try world.sweep(.listed(left))
      seen.append(try world.machines().count - before)
      left.removeAll { stray in (try? world.machines().contains { $0.handle == stray.handle }) == true }
    }
    #expect(seen == [5, 5, 2])
    #expect(world.violations == [])
  }

  @Test("A machine that SAM knows is not suspect, in whatever state")
  func known() throws {
    var world = World()
    let machine = try world.taskOnMachine().machine
    let shown = world.shown(machine)
    for _ in 0..<10 { try world.sweep(shown) }
    try world.disconnect(machine)
    for _ in 0..<5 { try world.sweep(shown) }
    #expect(try world.cloud().suspects.isEmpty)
    #expect(try world.machines().map(\.state) == [.lost])
    #expect(world.violations == [])
  }

  @Test("A suspect that is not there any more is cleared, and one that comes back begins its time anew")
  func cleared() throws {
    var world = try swept()
    for _ in 1...5 { try world.sweep(world.shown(stray)) }
    try world.sweep()
    #expect(try world.cloud().suspects.isEmpty)
    for _ in 1...5 { try world.sweep(world.shown(stray)) }
    #expect(try destroys(world) == 0)
    #expect(world.violations == [])
  }

  @Test("A list that could not be read removes nothing, clears nothing, and the next sweep is owed")
  func failedList() throws {
    var world = try swept()
    for _ in 1...5 { try world.sweep(world.shown(stray)) }
    let suspects = try world.cloud().suspects
    for outcome: EffectOutcome in [
      .provider(ProviderError(.unavailable, "502")), .unknown, .refused(reason: "no"), .done,
    ] {
      try world.sweep(outcome)
      let next = try #require(try world.effects().first { $0.effect == .sweep(World.cloud) })
      #expect(next.dueAt - world.now == .seconds(60))
      #expect(try world.cloud().suspects == suspects)
      #expect(try destroys(world) == 0)
    }
    try world.settle(.retry(reason: "later")) { $0 == .sweep(World.cloud) }
    #expect(try world.effects().count { $0.effect == .sweep(World.cloud) } == 1)
    try world.sweep(world.shown(stray))
    #expect(try destroys(world) == 1)
    #expect(world.violations == [])
  }

  @Test("A second machine with the key of a first is suspect; the first is left alone")
  func twin() throws {
    var world = World()
    let (machine, task, _, _) = try world.taskOnMachine()
    for _ in 0..<8 {
      let twins = [world.shown(machine), world.shown(machine, handle: "twin")]
      try world.sweep(.listed(twins))
    }
    #expect(try world.get(Machine.self, machine).state == .ready)
    #expect(try world.get(SAMTask.self, task).state == .running)
    let twin = try #require(try world.machines(.destroying).first)
    #expect(twin.handle?.value == "twin")
    #expect(try world.machines().count == 2)
    #expect(world.violations == [])
  }

  @Test("A machine that is gone and listed still is destroyed again when that goes on")
  func reappeared() throws {
    var world = World()
    let machine = try world.idleMachine().machine
    try world.expire(.warm(machine))
    try world.settle(.done) { $0 == .destroyMachine(machine) }
    for _ in 1...5 { try world.sweep(world.shown(machine)) }
    #expect(try world.machine().state == .gone, "the list may be behind")
    try world.sweep(world.shown(machine))
    #expect(try world.machine().state == .destroying)
    try world.settle(.done) { $0 == .destroyMachine(machine) }
    #expect(try world.machine().state == .gone)
    #expect(world.violations == [])
  }

  @Test("A provider that is configured anew after a restore is held too, until a person confirms")
  func heldFromTheStart() throws {
    var world = World()
    try world.perform(NoteRestore(generation: 3), by: .system)
    let open = OpenCloud(provider: "later", installation: World.installation, traits: ProviderTraits())
    #expect(try world.perform(open, by: .system).state == .held)
    #expect(try world.perform(open, by: .system).state == .held)
    try world.perform(ConfirmRestore())
    #expect(try world.perform(open, by: .system).state == .open)
    let another = OpenCloud(provider: "after", installation: World.installation, traits: ProviderTraits())
    #expect(try world.perform(another, by: .system).state == .open)
    #expect(world.violations == [])
  }

  @Test("While a restore is unconfirmed nothing is removed; a person confirms, and then it is")
  func held() throws {
    var world = try swept()
    for _ in 1...5 { try world.sweep(world.shown(stray)) }
    try world.perform(NoteRestore(generation: 1), by: .system)
    world.pass(.seconds(86_400))
    for _ in 0..<3 { try world.sweep(world.shown(stray)) }
    #expect(try destroys(world) == 0)
    #expect(try world.cloud().state == .held)
    #expect(throws: Rejection.self, "SAM cannot confirm for a person") {
      try world.perform(ConfirmRestore(), by: .system)
    }
    try world.perform(ConfirmRestore())
    try world.perform(ConfirmRestore())
    #expect(try world.cloud().state == .open)
    try world.sweep(world.shown(stray))
    #expect(try destroys(world) == 1)
    #expect(world.violations == [])
  }

  @Test("A provider is swept from its first use on, once a minute, however often SAM starts")
  func opened() throws {
    var world = try swept()
    for _ in 0..<3 {
      try world.perform(
        OpenCloud(
          provider: "hetzner", installation: World.installation, traits: ProviderTraits(settling: .seconds(90))))
    }
    #expect(try world.effects().count { $0.effect == .sweep(World.cloud) } == 1)
    #expect(try world.cloud().settling == .seconds(90), "other traits are taken over")
    let row = try #require(try world.effects().first { $0.effect == .sweep(World.cloud) })
    #expect(
      try world.read { try EffectOrder.of(row, in: $0) } == .list(provider: "hetzner", World.installation))
    #expect(world.violations == [])
  }
}
