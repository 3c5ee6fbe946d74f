// SPDX-License-Identifier: Apache-2.0
@testable import SAMCore
import SAMTestKit
import Synchronization
import Testing

/// The orchestrator with a store in memory and a machine in this process: from the command to the branch.
@Suite(.timeLimit(.minutes(1))) struct OrchestratorTests {
  /// A clock on which waiting takes no time.
  private static func clock() -> WallClock {
    let time = Mutex<Int64>(1_700_000_000_000)
    let box = Shared(time: time)
    return WallClock(
      now: { Timestamp(milliseconds: box.time.withLock { $0 }) },
      uptime: { .milliseconds(box.time.withLock { $0 }) },
      sleep: { duration in
        try Task.checkCancellation()
        box.time.withLock { $0 += max(1, duration.wholeMilliseconds) }
        await Task.yield()
      })
  }
  private final class Shared: Sendable {
    let time: Mutex<Int64>
    init(time: consuming Mutex<Int64>) { self.time = time }
  }

  private struct Secrets: SecretStore {
    var values: [String: String]
    func set(_ name: String, to value: String) async throws {}
    func get(_ name: String) async throws -> String? { values[name] }
    func compare(_ name: String, known: SecretID?, value: String?) async throws -> LoginAnswer? {
      values[name].map { .newer(SecretID(trusted: "secret_1"), value: $0) }
    }
    func remove(_ name: String) async throws {}
    func names() async throws -> [String] { values.keys.sorted() }
  }

  private struct Furniture {
    var project: Project
    var profile: Profile
    var machine: Machine
  }

  private func furnish(_ sam: Orchestrator, secrets: [String: String] = [:]) async throws -> Furniture {
    let launch = AgentLaunch(command: "scripted", secrets: secrets, echoesPrompts: true)
    return try await Furniture(
      project: sam.perform(AddProject(name: "demo", repository: "/srv/demo")),
      profile: sam.perform(DefineProfile(name: "scripted", launch: launch)),
      machine: sam.perform(RegisterMachine(name: "here", provider: "local")))
  }

  /// Runs effects beside a body.
  private func running(_ sam: Orchestrator, _ body: () async throws -> Void) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await sam.run() }
      try await body()
      group.cancelAll()
      try await group.waitForAll()
    }
  }

  /// Follows a session until an entry comes.
  private func follow(
    _ reader: TranscriptReader, into seen: inout [Entry], until: (EntryBody) -> Bool
  ) async throws {
    while true {
      let batch = try await reader.next(limit: 1)
      seen += batch
      if batch.contains(where: { until($0.body) }) { return }
    }
  }

  private func isWork(_ body: EntryBody) -> Bool { if case .work = body { true } else { false } }

  /// Waits for a state that comes right after the last entry.
  private func task(_ sam: Orchestrator, _ id: TaskID, reaches state: TaskState) async throws -> SAMTask {
    while true {
      let task = try await sam.store.load(SAMTask.self, id)
      if task.state == state { return task }
      await Task.yield()
    }
  }

  @Test("A task with an approval runs to its branch, and a viewer sees all of it in order")
  func endToEnd() async throws {
    let sam = Orchestrator(store: InMemoryStore(), clock: Self.clock())
    let machine = ModelMachine(script: [.take, .chunk("Hel"), .chunk("lo"), .ask, .chunk("!"), .finish("end_turn")])
    await machine.report(to: sam)
    let furniture = try await furnish(sam)
    try await sam.connect(furniture.machine.id, over: machine)
    try await running(sam) {
      let created = try await sam.perform(
        CreateTask(project: furniture.project.id, profile: furniture.profile.id, prompt: "Say hello"), id: "k1")
      let reader = sam.follow(try #require(created.session), after: 0)
      var seen: [Entry] = []
      try await follow(reader, into: &seen) { if case .approval = $0 { true } else { false } }
      guard case .approval(let note) = seen.last?.body else { return }
      try await sam.perform(AnswerApproval(approval: note.approval, option: "yes"))
      try await follow(reader, into: &seen, until: isWork)
      let task = try await task(sam, created.id, reaches: .completed)
      #expect(task.result?.branch == task.branch)
      #expect(seen.map(\.seq) == Array(1...Int64(seen.count)))
      let kinds = seen.map(\.body.type)
      #expect(kinds == ["user", "agent", "agent", "approval", "approval", "agent", "turn", "work"])
      let late = sam.follow(try #require(created.session), after: 3)
      #expect(try await late.next().map(\.seq) == Array(4...Int64(seen.count)), "who comes later reads the same")
    }
    #expect(try await sam.store.read { try $0.effects(EffectQuery()) }.isEmpty)
  }

  @Test("A link that fails is asked again, and the prompt is handed over once")
  func badLink() async throws {
    let reports = Mutex<[String]>([])
    let sam = Orchestrator(store: InMemoryStore(), clock: Self.clock()) { text in reports.withLock { $0.append(text) } }
    let machine = ModelMachine()
    await machine.report(to: sam)
    let furniture = try await furnish(sam)
    try await sam.connect(furniture.machine.id, over: machine)
    await machine.fail(7)
    try await running(sam) {
      let created = try await sam.perform(
        CreateTask(project: furniture.project.id, profile: furniture.profile.id, prompt: "Say hello"))
      let failed = try await task(sam, created.id, reaches: .failed)
      #expect(failed.failure?.contains("the machine is away") == true, "a workspace is tried 4 times")
      let again = try await sam.perform(RetryTask(task: created.id))
      _ = try await task(sam, again.id, reaches: .completed)
    }
    #expect(await machine.handed.values.allSatisfy { $0 == 1 })
    #expect(reports.withLock { $0 } == [])
  }

  @Test("A control plane that is stopped and started again goes on where it was")
  func restart() async throws {
    let store = InMemoryStore()
    let first = Orchestrator(store: store, clock: Self.clock())
    let furniture = try await furnish(first)
    let created = try await first.perform(
      CreateTask(project: furniture.project.id, profile: furniture.profile.id, prompt: "Say hello"))
    try await running(first) {
      while try await store.read({ try $0.effects(EffectQuery()).first?.lastError }) == nil { await Task.yield() }
    }
    let second = Orchestrator(store: store.durableCopy(), clock: Self.clock())
    let machine = ModelMachine()
    await machine.report(to: second)
    try await second.connect(furniture.machine.id, over: machine)
    try await running(second) {
      _ = try await task(second, created.id, reaches: .completed)
    }
    #expect(await machine.handed.values.allSatisfy { $0 == 1 })
  }

  @Test("A machine that begins again is attached to what was under way there, and the turn ends as the evidence says")
  func machineRestart() async throws {
    let sam = Orchestrator(store: InMemoryStore(), clock: Self.clock())
    let machine = ModelMachine(script: [.take, .chunk("Working"), .hang])
    await machine.report(to: sam)
    let furniture = try await furnish(sam)
    try await sam.connect(furniture.machine.id, over: machine)
    try await running(sam) {
      let created = try await sam.perform(
        CreateTask(project: furniture.project.id, profile: furniture.profile.id, prompt: "Say hello"))
      let reader = sam.follow(try #require(created.session), after: 0)
      var seen: [Entry] = []
      try await follow(reader, into: &seen) { if case .agent = $0 { true } else { false } }
      await machine.restart()
      try await sam.connect(furniture.machine.id, over: machine)
      try await follow(reader, into: &seen) {
        if case .turn(let note) = $0 { note.state == .interrupted } else { false }
      }
      let task = try await sam.store.load(SAMTask.self, created.id)
      #expect(task.state == .waiting)
    }
  }

  @Test("Secrets reach the machine and nothing else; a missing one is named")
  func secrets() async throws {
    for (values, state) in [(["mistral": "s3cret"], TaskState.completed), ([:], .failed)] {
      let store = InMemoryStore()
      let sam = Orchestrator(store: store, secrets: Secrets(values: values), clock: Self.clock())
      let machine = ModelMachine()
      await machine.report(to: sam)
      let furniture = try await furnish(sam, secrets: ["KEY": "mistral"])
      try await sam.connect(furniture.machine.id, over: machine)
      try await running(sam) {
        let created = try await sam.perform(
          CreateTask(project: furniture.project.id, profile: furniture.profile.id, prompt: "Say hello"))
        let task = try await task(sam, created.id, reaches: state)
        if state == .failed { #expect(task.failure?.contains("mistral") == true) }
      }
      let ledger = try await store.read { try $0.events(EventQuery(limit: 10_000)) }
      #expect(!ledger.contains { "\($0.payload)".contains("s3cret") })
      let delivered = await machine.requests.contains {
        if case .deliver(let delivery) = $0 { delivery.spec.launch.environment["KEY"] == "s3cret" } else { false }
      }
      #expect(delivered == (state == .completed))
    }
  }

  @Test("A login is compared for the session that has it, while it is served, and for no other")
  func comparesLogins() async throws {
    let store = InMemoryStore()
    let sam = Orchestrator(store: store, secrets: Secrets(values: ["login": "a", "other": "b"]), clock: Self.clock())
    let file = HomeFile(path: "auth", content: .secret("login"))
    let project = try await sam.perform(AddProject(name: "demo", repository: "/srv/demo"))
    let profile = try await sam.perform(
      DefineProfile(name: "given", launch: AgentLaunch(command: "a", files: [file])))
    _ = try await sam.perform(RegisterMachine(name: "here", provider: "local"))
    _ = try await sam.perform(CreateTask(project: project.id, profile: profile.id, prompt: "Go"))
    let session = try #require(try await sam.store.list(Session.self, StateQuery(Session.kind, limit: 1)).first)
    func refusal(_ epoch: Int64, _ secret: String, _ value: String? = nil) async throws -> Rejection.Code? {
      let offer = LoginOffer(session: session.id, epoch: epoch, secret: secret, known: nil, value: value)
      do { _ = try await sam.compare(offer) } catch let error as Rejection { return error.code }
      return nil
    }
    #expect(try await refusal(session.epoch, "login") == nil)
    #expect(try await refusal(session.epoch, "other") == .invalid)
    #expect(try await refusal(session.epoch + 1, "login") == .superseded)
    #expect(try await refusal(session.epoch, "login", "") == .invalid)
    #expect(try await refusal(session.epoch, "login", String(repeating: "x", count: HomeFile.maxBytes + 1)) == .invalid)
  }

  @Test("Who follows and is cancelled stops waiting")
  func cancelledReader() async throws {
    let sam = Orchestrator(store: InMemoryStore(), clock: Self.clock())
    let reader = sam.follow(Samples.session, after: 0)
    await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { _ = try await reader.next() }
      await Task.yield()
      group.cancelAll()
      await #expect(throws: CancellationError.self) { try await group.next() }
    }
  }

  @Test("A disk that refuses for a while does not lose an outcome")
  func fullDisk() async throws {
    let reports = Mutex(0)
    let store = InMemoryStore()
    let sam = Orchestrator(store: store, clock: Self.clock()) { _ in reports.withLock { $0 += 1 } }
    let machine = ModelMachine()
    await machine.report(to: sam)
    let furniture = try await furnish(sam)
    let created = try await sam.perform(
      CreateTask(project: furniture.project.id, profile: furniture.profile.id, prompt: "Say hello"))
    try await running(sam) {
      // The machine is away: it is asked again and again, and what comes of that is to be kept.
      while try await store.read({ try $0.effects(EffectQuery()).first?.lastError }) == nil { await Task.yield() }
      for _ in 0..<3 { store.failNextCommit(with: StoreError(.full, "the disk is full")) }
      while reports.withLock({ $0 }) < 3 { await Task.yield() }
      try await sam.connect(furniture.machine.id, over: machine)
      _ = try await task(sam, created.id, reaches: .completed)
    }
    #expect(reports.withLock { $0 } == 3)
    #expect(await machine.handed.values.allSatisfy { $0 == 1 })
  }
}
