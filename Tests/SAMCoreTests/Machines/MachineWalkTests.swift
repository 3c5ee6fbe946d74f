// SPDX-License-Identifier: Apache-2.0
@testable import SAMCore
import SAMTestKit
import Testing

/// People, machines, a provider and time, in an order drawn from a seed: whatever happens, the invariants hold.
@Suite struct MachineWalkTests {
  /// A provider that does what it is asked, or says that it did not, or says nothing.
  private struct Provider {
    var made: [ProvidedMachine] = []
    var count = 0
  }

  private struct Walk {
    var world: World
    var chance: SeededGenerator
    var provider = Provider()
    var generation = 0
    var counts: [String: Int] = [:]
    let project: ProjectID
    var profiles: [ProfileID] = []

    init(seed: UInt64) throws {
      world = World(seed: seed)
      chance = SeededGenerator(seed: seed &* 31 &+ 7)
      let (project, profile) = try world.furnishCloud(
        wish: MachineWish(provider: "hetzner", kinds: ["small", "large"], warmSeconds: 300, limit: 4))
      self.project = project
      let wide = MachineWish(provider: "hetzner", slots: 2, warmSeconds: 60, limit: 4)
      let second = try world.perform(
        DefineProfile(name: "wide", launch: AgentLaunch(command: "agent"), approvals: .allow, machine: wide))
      profiles = [profile, second.id]
    }

    mutating func pick<Element>(_ elements: [Element]) -> Element? { elements.randomElement(using: &chance) }

    /// A command that may be refused, and then has changed nothing.
    mutating func order<C: Command>(_ command: C, by actor: Actor = .owner) throws {
      let before = (try world.ledger().count, try world.effects())
      do {
        try world.perform(command, by: actor)
        counts[C.name, default: 0] += 1
      } catch is Rejection {
        counts["refused", default: 0] += 1
        let after = (try world.ledger().count, try world.effects())
        #expect(before.0 == after.0 && before.1 == after.1, "a refused \(C.name) changed something")
      }
    }

    mutating func step() throws {
      world.pass(.seconds(Int.random(in: 0...20, using: &chance)))
      switch Int.random(in: 0..<40, using: &chance) {
      case 0...2:
        if let profile = pick(profiles) {
          try order(CreateTask(project: project, profile: profile, prompt: "Do it"))
        }
      case 3, 4:
        if let session = pick(try world.all(Session.self)) { try order(SendPrompt(session: session.id, text: "More")) }
      case 5: if let task = pick(try world.all(SAMTask.self)) { try order(CancelTask(task: task.id)) }
      case 6: if let task = pick(try world.all(SAMTask.self)) { try order(RetryTask(task: task.id)) }
      case 7: if let machine = pick(try world.machines()) { try order(DrainMachine(machine: machine.id)) }
      case 8:
        if chance.oneIn(3), let machine = pick(try world.machines()) { try order(DiscardMachine(machine: machine.id)) }
      case 9, 10:
        if let machine = pick(try world.machines()) { try order(MachineDisconnected(machine: machine.id), by: .system) }
      case 11...14:
        if let machine = pick(try world.machines()) { try order(MachineConnected(machine: machine.id), by: .system) }
      case 15: if chance.oneIn(12) { provider.made.removeAll { _ in chance.oneIn(3) } }
      case 16: try restore()
      case 17...19: try report()
      case 20...22: try letTimePass()
      default: try outcome()
      }
    }

    private mutating func restore() throws {
      if chance.oneIn(10) {
        generation += 1
        try order(NoteRestore(generation: generation), by: .system)
      } else if try world.cloud().state == .held {
        try order(ConfirmRestore())
      }
    }

    /// The effect that is due next runs out, be it hours away.
    private mutating func letTimePass() throws {
      guard let next = try world.effects().filter({ $0.status == .runnable }).min(by: { $0.dueAt < $1.dueAt }) else {
        return
      }
      world.now = max(world.now, next.dueAt)
      if case .timer = next.effect { try settle(next, .done) }
    }

    private mutating func outcome() throws {
      var lanes: Set<String> = []
      let first = try world.effects().filter { lanes.insert($0.lane).inserted && $0.dueAt <= world.now }
      guard var row = pick(first) else { return }
      if row.class == .atMostOnce, row.status == .runnable {
        try order(LeaseEffect(effect: row.id, attempt: row.attempt), by: .system)
        guard let leased = try world.effects().first(where: { $0.id == row.id }) else { return }
        row = leased
      }
      guard chance.oneIn(6) else { return try settle(row, try likely(row)) }
      let odd: [EffectOutcome] = [
        .unknown, .provider(ProviderError(.capacity, "none")), .provider(ProviderError(.quota, "10")),
        .refused(reason: "no"),
      ]
      let isRefused = if case .findMachine = row.effect { false } else { true }
      try settle(row, pick(isRefused ? odd : odd.dropLast()) ?? .unknown)
    }

    private mutating func settle(_ row: EffectRow, _ outcome: EffectOutcome) throws {
      try world.perform(SettleEffect(effect: row.id, attempt: row.attempt, outcome: outcome), by: .system)
      counts["\(row.effect)".prefix { $0 != "(" }.description, default: 0] += 1
    }

    private mutating func likely(_ row: EffectRow) throws -> EffectOutcome {
      let order = try world.read { try EffectOrder.of(row, in: $0) }
      switch order {
      case .settled(let outcome): return outcome
      case .create(_, let order):
        provider.count += 1
        let made = world.shown(order.machine, handle: "\(provider.count)", name: order.name)
        if !chance.oneIn(5) { provider.made.append(made) }
        return chance.oneIn(4) ? .unknown : provider.made.contains(made) ? .created(made) : .unknown
      case .find(_, let handle): return .found(provider.made.first { $0.handle == handle })
      case .list: return .listed(provider.made)
      case .destroy(_, let handle):
        provider.made.removeAll { $0.handle == handle }
        return .done
      case .ask(_, .prepare): return .prepared(baseCommit: "c")
      case .ask(_, .publish), .ask(_, .save):
        let works: [PublishedWork] = [
          PublishedWork(result: TaskResult(branch: "b")),
          PublishedWork(result: TaskResult(), problem: "no remote", bundle: BlobID(trusted: "blob_1")),
          PublishedWork(result: TaskResult(), problem: "no remote"),
        ]
        return .published(pick(works) ?? works[0])
      case .ask: return .done
      }
    }

    private mutating func report() throws {
      guard let session = pick(try world.all(Session.self).filter { $0.active != nil }) else { return }
      let ends: [OutboxItem.Content] = [
        .started, .silent(since: world.now), .heard, .ended(.finished(stopReason: "end_turn")),
        .ended(.finished(stopReason: "end_turn")), .ended(.failed(reason: "crashed")),
        .ended(.finished(stopReason: "cancelled")), .ended(.interrupted(reason: "restart")),
        .ended(.ambiguous(reason: "restart")),
      ]
      if let content = pick(ends) { try world.report(session.id, session.active, content) }
    }

    /// No more people and no more faults: effects succeed and timers run out, until nothing but sweeps is left.
    mutating func settleDown() throws -> Bool {
      if try world.cloud().state == .held { try order(ConfirmRestore()) }
      for _ in 0..<600 {
        for machine in try world.machines(.lost, .draining) where !machine.isDiscarded {
          try order(DiscardMachine(machine: machine.id))
        }
        for task in try world.all(SAMTask.self) where !SAMTask.ended.contains(task.state) && !task.cancelRequested {
          try order(CancelTask(task: task.id))
        }
        for session in try world.all(Session.self) {
          if let turn = session.active { try world.report(session.id, turn, .ended(.cancelled)) }
        }
        let alive = try world.machines().contains { $0.state != .gone }
        var lanes: Set<String> = []
        let next = try world.effects().filter { lanes.insert($0.lane).inserted }
          .min { $0.dueAt < $1.dueAt }
        guard var row = next, alive || row.effect != .sweep(World.cloud) else { return true }
        world.now = max(world.now, row.dueAt)
        if row.class == .atMostOnce, row.status == .runnable {
          try world.perform(LeaseEffect(effect: row.id, attempt: row.attempt), by: .system)
          row.status = .leased
        }
        try settle(row, try likely(row))
      }
      return false
    }
  }

  @Test("The invariants hold after every step, and in the end nothing is left that costs money")
  func walk() throws {
    var counts: [String: Int] = [:]
    var ended = 0
    for seed in UInt64(1)...8 {
      var walk = try Walk(seed: seed)
      for step in 1...120 {
        do { try walk.step() } catch { Issue.record("seed \(seed), step \(step): \(error)") }
        guard walk.world.violations.isEmpty else { break }
      }
      let isOver = walk.world.violations.isEmpty ? try walk.settleDown() : true
      #expect(walk.world.violations == [], "seed \(seed)")
      let left = try walk.world.machines().filter { $0.state != .gone }
      let owed = try walk.world.owed()
      #expect(isOver && left.isEmpty, "seed \(seed): \(left.map(\.state)), owed \(owed)")
      if walk.world.violations.isEmpty, isOver { ended += 1 }
      counts.merge(walk.counts, uniquingKeysWith: +)
    }
    print("8 seeds, \(ended) to the end: \(counts.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" })")
    let needed = ["createMachine", "findMachine", "destroyMachine", "sweep", "saveWork", "timer", "attachSession"]
    for name in needed { #expect(counts[name, default: 0] > 0, "no \(name): vacuous") }
  }
}
