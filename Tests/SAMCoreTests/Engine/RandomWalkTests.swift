// SPDX-License-Identifier: Apache-2.0
@testable import SAMCore
import SAMTestKit
import Testing

/// Commands, outcomes and reports in an order drawn from a seed: whatever happens, the invariants hold.
@Suite struct RandomWalkTests {
  /// One walk.
  private struct Walk {
    var world: World
    var chance: SeededGenerator
    var project: ProjectID
    var profiles: [ProfileID] = []
    var refused: [String: Int] = [:]
    var counts: [String: Int] = [:]
    var questions = 0

    init(seed: UInt64) throws {
      world = World(seed: seed)
      chance = SeededGenerator(seed: seed)
      let (project, profile, _) = try world.furnish()
      self.project = project
      profiles = [profile]
      for policy in [ApprovalAction.allow, .deny] {
        let launch = AgentLaunch(command: "agent")
        profiles.append(
          try world.perform(
            DefineProfile(name: policy.rawValue, launch: launch, approvals: ApprovalPolicy(standard: policy))
          ).id)
      }
    }

    mutating func pick<Element>(_ elements: [Element]) -> Element? { elements.randomElement(using: &chance) }

    /// A person's command: it may be refused, and then it has changed nothing.
    mutating func order<C: Command>(_ command: C) throws {
      let before = (try world.ledger().count, try world.effects())
      do {
        try world.perform(command)
        counts[C.name, default: 0] += 1
      } catch let rejection as Rejection {
        refused[rejection.code.rawValue, default: 0] += 1
        let after = (try world.ledger().count, try world.effects())
        #expect(before.0 == after.0 && before.1 == after.1, "a refused \(C.name) changed something")
      }
    }

    mutating func step() throws {
      switch Int.random(in: 0..<20, using: &chance) {
      case 0:
        guard let profile = pick(profiles) else { return }
        try order(CreateTask(project: project, profile: profile, prompt: "Do it"))
      case 1, 2:
        guard let session = pick(try world.all(Session.self)) else { return }
        try order(SendPrompt(session: session.id, text: "More"))
      case 3: if let turn = pick(try world.all(Turn.self)) { try order(CancelTurn(turn: turn.id)) }
      case 4: if let task = pick(try world.all(SAMTask.self)) { try order(CancelTask(task: task.id)) }
      case 5: if let task = pick(try world.all(SAMTask.self)) { try order(RetryTask(task: task.id)) }
      case 6, 7:
        let all = try world.all(Approval.self)
        let open = all.filter { $0.state == .asked }
        guard let approval = pick(chance.oneIn(4) ? all : open) else { return }
        try order(AnswerApproval(approval: approval.id, option: chance.oneIn(5) ? "perhaps" : "yes"))
      case 8...12: try outcome()
      default: try report()
      }
    }

    /// An outcome, of the first effect of its lane as a dispatcher would run it, or any stale one: never refused.
    private mutating func outcome() throws {
      var lanes: Set<String> = []
      let first = try world.effects().filter { lanes.insert($0.lane).inserted && $0.status == .runnable }
      guard let row = pick(first) else { return }
      let likely: EffectOutcome =
        switch row.effect {
        case .prepareWorkspace: .prepared(baseCommit: "c")
        case .publishWork: .published(PublishedWork(result: TaskResult(branch: "b")))
        default: .done
        }
      let outcome = chance.oneIn(3) ? pick(SettleTests.outcomes) ?? likely : likely
      let attempt = chance.oneIn(9) ? row.attempt - 1 : row.attempt
      try world.perform(SettleEffect(effect: row.id, attempt: attempt, outcome: outcome), by: .system)
      counts["effect.settle", default: 0] += 1
    }

    /// A machine says something, sensible or not: never refused.
    private mutating func report() throws {
      guard let session = pick(try world.all(Session.self)) else { return }
      let turns = try world.all(Turn.self, parent: session.id.rawValue).map(\.id)
      let turn = chance.oneIn(8) ? pick(turns) : session.active
      var contents: [OutboxItem.Content] = []
      for _ in 0..<Int.random(in: 1...3, using: &chance) {
        questions += 1
        let options = [
          ApprovalOption(id: "yes", name: "Yes", kind: "allow_once"),
          ApprovalOption(id: "no", name: "No", kind: "reject_once"),
        ]
        let all: [OutboxItem.Content] = [
          .started, .started, .entry(.agent(TextBlock("Word")), raw: nil), .entry(.agent(TextBlock("Word")), raw: nil),
          .asked(ApprovalID(trusted: "approval_\(questions)"), title: "?", tool: nil, options: options),
          .agentGone(reason: "crashed"), .ended(.finished(stopReason: "end_turn")),
          .ended(.finished(stopReason: "cancelled")),
          .ended(.failed(reason: "crashed")), .ended(.interrupted(reason: "restart")),
          .ended(.ambiguous(reason: "restart")),
          .ended(.cancelled),
        ]
        if let content = pick(all) { contents.append(content) }
      }
      try world.report(session.id, turn, contents)
      counts["machine.report", default: 0] += 1
    }

    /// Every state in which something is at the end.
    func states() throws -> [String] {
      try world.all(SAMTask.self).map { "task \($0.state)" } + world.all(Turn.self).map { "turn \($0.state)" }
        + world.all(Approval.self).map { "approval \($0.state)" }
    }

    /// I13 in full, over the whole ledger.
    func foldsWhole() throws -> Bool {
      var records: [AggregateKey: [EventRecord]] = [:]
      for record in try world.ledger() { records[record.aggregate, default: []].append(record) }
      return try world.all(SAMTask.self).allSatisfy {
        try StateCoding.fold(SAMTask.self, records[SAMTask.key($0.id)] ?? []) == $0
      }
        && world.all(Session.self).allSatisfy {
          try StateCoding.fold(Session.self, records[Session.key($0.id)] ?? []) == $0
        }
    }
  }

  @Test("The invariants hold after every step")
  func walk() throws {
    var counts: [String: Int] = [:]
    var refused: [String: Int] = [:]
    var states: Set<String> = []
    for seed in UInt64(1)...25 {
      let walk = try walk(seed)
      counts.merge(walk.counts, uniquingKeysWith: +)
      refused.merge(walk.refused, uniquingKeysWith: +)
      states.formUnion(try walk.states())
    }
    print("25 seeds, 3000 steps: \(sorted(counts)); refused: \(sorted(refused))")
    #expect(counts.count == 8, "every command was performed at least once")
    #expect(Set(refused.keys).isSuperset(of: ["wrong_state", "already_answered", "invalid"]))
    let ends = ["turn finished", "turn failed", "turn interrupted", "turn ambiguous", "turn cancelled"]
    let others = [
      "task completed", "task failed", "task cancelled", "task waiting", "approval void", "approval answered",
    ]
    #expect(states.isSuperset(of: ends + others), "no invariant is vacuous")
  }

  private func walk(_ seed: UInt64) throws -> Walk {
    var walk = try Walk(seed: seed)
    for step in 1...120 {
      do { try walk.step() } catch { Issue.record("seed \(seed), step \(step): \(error)") }
      if !walk.world.violations.isEmpty {
        Issue.record("seed \(seed), step \(step): \(walk.world.violations)")
        break
      }
    }
    #expect(try walk.foldsWhole(), "seed \(seed)")
    let positions = try walk.world.ledger().map(\.position)
    #expect(positions == Array(1...Int64(positions.count)), "seed \(seed)")
    return walk
  }

  private func sorted(_ counts: [String: Int]) -> String {
    counts.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
  }
}
