// SPDX-License-Identifier: Apache-2.0
@testable import SAMCore
import SAMTestKit

/// An engine over a store in memory, commanded by hand: after every command its invariants are checked.
struct World {
  let store: InMemoryStore
  let engine: Engine
  var now = Timestamp(milliseconds: 1_700_000_000_000)
  /// What does not hold, with the command after which it was seen.
  private(set) var violations: [String] = []
  /// What the last command changed.
  private(set) var last = Changes()
  /// The runtime sequence of each session's machine, in its epoch.
  private var sequences: [String: Int64] = [:]

  init(seed: UInt64 = 1) {
    store = InMemoryStore()
    engine = Engine(ids: IDSource(generator: SeededGenerator(seed: seed)))
  }

  /// Performs a command, as the orchestrator does.
  @discardableResult
  mutating func perform<C: Command>(_ command: C, id: String? = nil, by actor: Actor = .owner) throws -> C.Answer {
    now = now + .milliseconds(7)
    let context = CommandContext(id: id, actor: actor, now: now)
    var changes = Changes()
    let answer = try store.transactNow { reader in
      let (decided, answer) = try engine.decide(command, context: context, reader: reader)
      changes = decided
      return (decided, answer)
    }
    last = changes
    for wrong in WorldInvariants(changes: changes).violations(in: self) {
      violations.append("after \(C.name): \(wrong)")
    }
    return answer
  }

  /// Reads from the store.
  func read<Result>(_ body: (any StoreReader) throws -> Result) throws -> Result {
    try store.transactNow { (Changes(), try body($0)) }
  }

  func get<A: Aggregate>(_ type: A.Type = A.self, _ id: A.ID) throws -> A {
    guard let row = try read({ try $0.state(A.key(id)) }) else { throw Rejection(.notFound, "no \(id)") }
    return try StateCoding.decode(type, from: row.body)
  }

  func all<A: Aggregate>(_ type: A.Type, parent: String? = nil) throws -> [A] {
    try read { try $0.states(StateQuery(A.kind, parent: parent, limit: 100_000)) }
      .map { try StateCoding.decode(type, from: $0.body) }
  }

  func effects() throws -> [EffectRow] { try read { try $0.effects(EffectQuery()) } }

  func entries(_ session: SessionID) throws -> [Entry] {
    try read { try $0.entries(session, after: 0, limit: 100_000) }
  }

  func ledger(_ key: AggregateKey? = nil) throws -> [EventRecord] {
    try read { try $0.events(EventQuery(aggregate: key, limit: 1_000_000)) }
  }

  /// Settles the first effect that does what is wanted.
  @discardableResult
  mutating func settle(_ outcome: EffectOutcome, where wanted: (Effect) -> Bool) throws -> EffectRow {
    guard let row = try effects().first(where: { wanted($0.effect) }) else {
      throw Rejection(.notFound, "no such effect is owed: \(try effects().map(\.effect))")
    }
    try perform(SettleEffect(effect: row.id, attempt: row.attempt, outcome: outcome), by: .system)
    return row
  }

  /// The machine reports.
  mutating func report(_ session: SessionID, _ turn: TurnID?, _ contents: OutboxItem.Content...) throws {
    try report(session, turn, contents)
  }

  mutating func report(_ session: SessionID, _ turn: TurnID?, _ contents: [OutboxItem.Content]) throws {
    let epoch = try get(Session.self, session).epoch
    let first = sequences["\(session)/\(epoch)", default: 0] + 1
    let items = contents.enumerated().map { offset, content in
      OutboxItem(sequence: first + Int64(offset), at: now, turn: turn, content: content)
    }
    let applied = try perform(
      IngestBatch(batch: OutboxBatch(session: session, epoch: epoch, items: items)), by: .system)
    sequences["\(session)/\(epoch)"] = applied
  }

  // MARK: Ready-made situations

  /// A machine, a project and an agent.
  mutating func furnish(
    approvals: ApprovalPolicy = .ask
  ) throws -> (project: ProjectID, profile: ProfileID, machine: MachineID) {
    let machine = try perform(RegisterMachine(name: "here", provider: "local"))
    let project = try perform(AddProject(name: "demo", repository: "/srv/demo.git", defaultBranch: "main"))
    let profile = try perform(
      DefineProfile(name: "vibe", launch: AgentLaunch(command: "vibe"), approvals: approvals))
    return (project.id, profile.id, machine.id)
  }

  /// A task whose agent has its first prompt.
  mutating func runningTask(approvals: ApprovalPolicy = .ask) throws -> (task: TaskID, session: SessionID, turn: TurnID)
  {
    let (project, profile, _) = try furnish(approvals: approvals)
    let task = try perform(CreateTask(project: project, profile: profile, prompt: "Fix the test"))
    return try start(task.id)
  }

  /// Prepares a task's workspace and delivers its first prompt.
  mutating func start(_ task: TaskID) throws -> (task: TaskID, session: SessionID, turn: TurnID) {
    guard let session = try get(SAMTask.self, task).session else { throw Rejection(.notFound, "no session") }
    try settle(.prepared(baseCommit: "c0ffee")) { if case .prepareWorkspace = $0 { true } else { false } }
    guard let turn = try get(Session.self, session).active else { throw Rejection(.notFound, "no turn") }
    try settle(.done) { $0 == .deliverPrompt(turn) }
    try report(session, turn, .started)
    return (task, session, turn)
  }
}
