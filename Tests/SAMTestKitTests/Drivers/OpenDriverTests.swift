// SPDX-License-Identifier: Apache-2.0
import SAMCore
import SAMTestKit
import Synchronization
import Testing

/// What the drivers do not keep yet: each is a schedule that shows it.
@Suite(.timeLimit(.minutes(1))) struct OpenDriverTests {
  /// A link that answers at once and remembers what it was asked.
  private final class RecordingLink: MachineLink {
    private let asked = Mutex<[String]>([])
    private let publishes: Bool
    init(publishes: Bool = true) { self.publishes = publishes }
    var names: [String] { asked.withLock { $0 } }
    func request(_ request: MachineRequest) async throws -> MachineReply {
      asked.withLock { $0.append(String(request.name.prefix { $0 != " " })) }
      switch request {
      case .prepare: return .prepared(baseCommit: "c0ffee")
      case .publish(let order):
        guard publishes else { throw LinkError("the remote is away") }
        return .published(PublishedWork(result: TaskResult(branch: order.branch, head: "abc", files: 1)))
      default: return .done
      }
    }
  }

  private struct Stage {
    var sam: Orchestrator
    var store: InMemoryStore
    var machine: MachineID
    var session: SessionID
    var turn: TurnID
  }

  private func orchestrator(_ run: ExecutorRun, _ store: InMemoryStore, seed: UInt64 = 0) -> Orchestrator {
    Orchestrator(
      store: store, clock: run.clock.wallClock, ids: IDSource(generator: ScheduleGenerator(seed: run.seed + seed)))
  }

  /// A machine and a task whose first prompt is in the machine's inbox.
  private func stage(_ run: ExecutorRun, over link: RecordingLink) async throws -> Stage {
    let store = InMemoryStore()
    let sam = orchestrator(run, store)
    let project = try await sam.perform(AddProject(name: "demo", repository: "/srv/demo"))
    let profile = try await sam.perform(DefineProfile(name: "scripted", launch: AgentLaunch(command: "scripted")))
    let machine = try await sam.perform(RegisterMachine(name: "here", provider: "local"))
    try await sam.connect(machine.id, over: link)
    let task = try await sam.perform(CreateTask(project: project.id, profile: profile.id, prompt: "Say hello"))
    let session = try #require(task.session)
    try await running(sam) {
      while try await store.list(Turn.self, StateQuery(Turn.kind)).first?.state != .delivered {
        try await run.clock.sleep(for: .milliseconds(10))
      }
    }
    let turn = try #require(try await store.list(Turn.self, StateQuery(Turn.kind)).first)
    return Stage(sam: sam, store: store, machine: machine.id, session: session, turn: turn.id)
  }

  private func running(_ sam: Orchestrator, _ body: () async throws -> Void) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await sam.run() }
      try await body()
      group.cancelAll()
      try await group.waitForAll()
    }
  }

  private func report(_ stage: Stage, to sam: Orchestrator, _ contents: OutboxItem.Content...) async throws {
    let items = contents.enumerated().map { offset, content in
      OutboxItem(
        sequence: Int64(offset + 1), at: Timestamp(milliseconds: 1_700_000_000_000), turn: stage.turn, content: content)
    }
    _ = try await sam.deliver(OutboxBatch(session: stage.session, epoch: 1, items: items))
  }

  @Test("After a start, what was owed before it runs before what is owed since, in each lane")
  func orderAcrossRestart() throws {
    try SimulationExecutor.run(seed: 1) { run in
      let first = try await stage(run, over: RecordingLink())
      // The publication is owed and has not happened when the process dies.
      try await report(first, to: first.sam, .started, .ended(.finished(stopReason: "end_turn")))
      let link = RecordingLink()
      let sam = orchestrator(run, first.store.durableCopy(), seed: 1)
      try await sam.connect(first.machine, over: link)
      _ = try await sam.perform(SendPrompt(session: first.session, text: "Go on"))
      try await running(sam) { try await run.clock.sleep(for: .seconds(5)) }
      // A commit that is seen before the owed rows are loaded starts its effect at once.
      #expect(link.names == ["publish", "deliver"])
    }
  }

  @Test("An effect that had begun before the process died is settled before its lane goes on")
  func leasedFirst() throws {
    let time = Timestamp(milliseconds: 1_700_000_000_000)
    func row(_ id: String, _ status: EffectRow.Status) -> EffectRow {
      EffectRow(
        id: EffectID(trusted: id), effect: .createMachine(MachineID(trusted: "machine_1")), lane: "machine_1",
        class: status == .leased ? .atMostOnce : .idempotent, subject: "machine_1", dueAt: time, status: status,
        createdAt: time)
    }
    let now = Moment(wall: time, uptime: .zero)
    var dispatcher = Dispatcher()
    var early = Changes()
    early.owed = [row("effect_2", .runnable)]
    let actions =
      dispatcher.on(.committed(early), now: now)
      + dispatcher.on(.loaded([row("effect_1", .leased), row("effect_2", .runnable)]), now: now)
    #expect(actions == [.settleUnknown(row("effect_1", .leased))])
  }

  @Test("A retry waits its delay after a start too, however often the clock was set meanwhile")
  func clockAcrossRestart() {
    let created = Timestamp(milliseconds: 1_700_000_000_000)
    // The clock was set an hour ahead before the attempt failed, and back before the next start.
    let row = EffectRow(
      id: EffectID(trusted: "effect_1"), effect: .deliverPrompt(TurnID(trusted: "turn_1")), lane: "session_1",
      class: .idempotent, subject: "turn_1", dueAt: created + .seconds(3600), attempt: 2, createdAt: created)
    var dispatcher = Dispatcher()
    let actions = dispatcher.on(.loaded([row]), now: Moment(wall: created + .seconds(1), uptime: .zero))
    #expect(actions == [.wake(.milliseconds(500))])
  }

  @Test("Nobody sleeps for each time that something happened")
  func sleepers() throws {
    try SimulationExecutor.run(seed: 1) { run in
      let stage = try await stage(run, over: RecordingLink())
      let sam = orchestrator(run, stage.store)
      let options = [ApprovalOption(id: "yes", name: "Allow", kind: "allow_once")]
      let approval = ApprovalID(trusted: "approval_1")
      try await report(stage, to: sam, .started, .asked(approval, title: "May I?", tool: nil, options: options))
      try await running(sam) {
        for _ in 0..<50 {
          // The question stays open for a day; each connection asks anew to be woken then.
          try await sam.connect(stage.machine, over: RecordingLink())
          try await run.clock.sleep(for: .seconds(1))
        }
        #expect(run.clock.sleeping <= 2)
      }
    }
  }

  @Test("The end of an old connection does not cut the new one")
  func reconnected() throws {
    try SimulationExecutor.run(seed: 1) { run in
      let stage = try await stage(run, over: RecordingLink())
      let sam = orchestrator(run, stage.store)
      let link = RecordingLink()
      try await running(sam) {
        let first = try await sam.connect(stage.machine, over: RecordingLink())
        // The machine calls again before anybody noticed that its first connection is dead.
        try await sam.connect(stage.machine, over: link)
        await sam.disconnect(first)
        _ = try await sam.perform(CancelTurn(turn: stage.turn))
        try await run.clock.sleep(for: .seconds(100))
      }
      #expect(link.names.contains("cancel"))
    }
  }

  @Test("What is run again after it was cancelled runs effects, or says why not")
  func runAgain() throws {
    try SimulationExecutor.run(seed: 1) { run in
      let link = RecordingLink()
      let stage = try await stage(run, over: link)
      _ = try await stage.sam.perform(CancelTurn(turn: stage.turn))
      try await withThrowingTaskGroup(of: Bool.self) { group in
        group.addTask {
          do { try await stage.sam.run() } catch { return true }
          return Task.isCancelled
        }
        try await run.clock.sleep(for: .seconds(10))
        group.cancelAll()
        #expect(try await group.next() == true)
      }
    }
  }
}
