// SPDX-License-Identifier: Apache-2.0
@testable import SAMCore
import SAMRPC
import SAMTestKit
import Testing

/// What machines report is applied once, in order, in its own epoch; nothing they say can block a session for ever.
@Suite struct IngestTests {
  private func item(_ sequence: Int64, _ text: String, turn: TurnID? = nil) -> OutboxItem {
    OutboxItem(
      sequence: sequence, at: Timestamp(milliseconds: sequence), turn: turn,
      content: .entry(.agent(TextBlock(text)), raw: JSONText(text: "{\"n\":\(sequence)}")))
  }

  private func said(_ world: World, _ session: SessionID) throws -> [String] {
    try world.entries(session).compactMap { if case .agent(let block) = $0.body { block.text } else { nil } }
  }

  /// A world whose machine has reported one item (`started`).
  private func reported() throws -> (World, SessionID, TurnID) {
    var world = World()
    let (_, session, turn) = try world.runningTask()
    return (world, session, turn)
  }

  private func ingest(_ world: inout World, _ session: SessionID, _ items: [OutboxItem], epoch: Int64 = 1) throws
    -> Int64
  {
    try world.perform(IngestBatch(batch: OutboxBatch(session: session, epoch: epoch, items: items)), by: .system)
  }

  @Test("A batch that comes twice is applied once")
  func twice() throws {
    var (world, session, turn) = try reported()
    let items = [item(2, "a", turn: turn), item(3, "b", turn: turn)]
    #expect(try ingest(&world, session, items) == 3)
    #expect(try ingest(&world, session, items) == 3)
    #expect(try said(world, session) == ["a", "b"])
  }

  @Test("Of a batch that is known in part the rest is applied")
  func half() throws {
    var (world, session, _) = try reported()
    #expect(try ingest(&world, session, [item(2, "a"), item(3, "b")]) == 3)
    #expect(try ingest(&world, session, [item(3, "b"), item(4, "c")]) == 4)
    #expect(try said(world, session) == ["a", "b", "c"])
  }

  @Test("A gap is refused as a whole", arguments: [[3], [2, 4], [2, 3, 5]])
  func gap(_ sequences: [Int64]) throws {
    var (world, session, _) = try reported()
    let refused = #expect(throws: Rejection.self) {
      _ = try ingest(&world, session, sequences.map { item($0, "x") })
    }
    #expect(refused?.code == .conflict)
    #expect(try said(world, session) == [])
    #expect(try ingest(&world, session, [item(2, "a")]) == 2)
  }

  @Test("What another epoch says is refused", arguments: [0, 2] as [Int64])
  func epoch(_ epoch: Int64) throws {
    var (world, session, _) = try reported()
    let refused = #expect(throws: Rejection.self) { _ = try ingest(&world, session, [item(2, "a")], epoch: epoch) }
    #expect(refused?.code == .superseded)
  }

  @Test("An empty batch says how far the items have come")
  func empty() throws {
    var (world, session, _) = try reported()
    #expect(try ingest(&world, session, []) == 1)
  }

  @Test("An entry keeps the machine's time, its turn and the agent's own message")
  func entry() throws {
    var (world, session, turn) = try reported()
    _ = try ingest(&world, session, [item(2, "a", turn: turn)])
    let entry = try #require(try world.entries(session).last)
    #expect(entry.at == Timestamp(milliseconds: 2))
    #expect(entry.turn == turn)
    #expect(entry.raw == ["n": 2])
    #expect(entry.epoch == 1)
  }

  @Test("A machine cannot end a turn of another session")
  func otherSession() throws {
    var (world, session, _) = try reported()
    let project = try #require(try world.all(Project.self).first)
    let profile = try #require(try world.all(Profile.self).first)
    let task = try world.perform(CreateTask(project: project.id, profile: profile.id, prompt: "Another"))
    let (_, _, turn) = try world.start(task.id)
    try world.report(session, turn, .ended(.failed(reason: "no")))
    #expect(try world.get(Turn.self, turn).state == .started)
  }

  @Test("Whatever a machine says about a turn in whatever state, the report is taken")
  func total() throws {
    let ends: [TurnEnd] = [
      .finished(stopReason: "end_turn"), .failed(reason: "x"), .interrupted(reason: "x"), .ambiguous(reason: "x"),
      .cancelled,
    ]
    let contents = [.started, .agentGone(reason: "x")] + ends.map { OutboxItem.Content.ended($0) }
    for state in TurnState.allCases {
      for content in contents {
        var world = World()
        let (session, turn) = try bring(&world, to: state)
        #expect(try world.get(Turn.self, turn).state == state)
        try world.report(session, turn, content)
        let after = try world.get(Turn.self, turn).state
        if case .ended = content, Turn.active.contains(state) {
          #expect(Turn.table.isFinal(after), "\(state) \(content)")
        }
        if Turn.table.isFinal(state) { #expect(after == state, "what has ended stays as it is") }
        #expect(world.violations == [], "\(state) \(content)")
      }
    }
  }

  /// A turn in a state, reached as a machine and a person would bring it there.
  private func bring(_ world: inout World, to state: TurnState) throws -> (SessionID, TurnID) {
    let (project, profile, _) = try world.furnish()
    let task = try world.perform(CreateTask(project: project, profile: profile, prompt: "Fix"))
    let session = try #require(task.session)
    try world.settle(.prepared(baseCommit: nil)) { $0 != .endSession(session) }
    let turn = try #require(try world.get(Session.self, session).active)
    if state == .queued { return (session, try world.perform(SendPrompt(session: session, text: "Next")).id) }
    if state == .delivering { return (session, turn) }
    try world.settle(.done) { $0 == .deliverPrompt(turn) }
    let item: OutboxItem.Content? =
      switch state {
      case .started: .started
      case .finished: .ended(.finished(stopReason: "end_turn"))
      case .failed: .ended(.failed(reason: "x"))
      case .interrupted: .ended(.interrupted(reason: "x"))
      case .ambiguous: .ended(.ambiguous(reason: "x"))
      case .cancelled: .ended(.cancelled)
      default: nil
      }
    if state == .cancelling { try world.perform(CancelTurn(turn: turn)) }
    if let item { try world.report(session, turn, item) }
    return (session, turn)
  }
}
