// SPDX-License-Identifier: Apache-2.0
import SAMCore

/// One session host, fed by hand: for promises that need an exact moment.
struct HostProbe {
  var host: SessionHost
  /// The time of day.
  var now = Timestamp(milliseconds: 1_000_000)
  /// How long the process has run.
  private(set) var uptime = Duration.seconds(9)
  /// All that was journalled.
  private(set) var journal: [JournalRecord]
  /// All actions, in order.
  private(set) var actions: [SessionHost.Action] = []
  private(set) var run = 0
  var launch = AgentLaunch(command: "agent", echoesPrompts: true)
  let session = SessionID(trusted: "session_probe")

  init(journal: [JournalRecord] = [], settings: SessionHost.Settings = .init()) {
    self.journal = journal
    host = SessionHost(session: session, journal: journal, settings: settings)
  }

  /// Feeds one input.
  /// - Returns: what the host decides.
  @discardableResult
  mutating func on(_ input: SessionHost.Input) -> [SessionHost.Action] {
    let decided = host.on(input, now: Moment(wall: now, uptime: uptime))
    for action in decided {
      if case .journal(let record) = action { journal.append(record) }
      if case .startAgent(let number, _) = action { run = number }
    }
    actions += decided
    return decided
  }

  func spec(epoch: Int64 = 1) -> SessionSpec {
    SessionSpec(session: session, epoch: epoch, workspace: WorkspaceID(trusted: "workspace_probe"), launch: launch)
  }

  @discardableResult
  mutating func deliver(_ turn: TurnID, _ text: String = "Do it", epoch: Int64 = 1) -> [SessionHost.Action] {
    on(.deliver(PromptDelivery(spec: spec(epoch: epoch), turn: turn, text: text)))
  }

  /// The agent starts and opens its conversation.
  @discardableResult
  mutating func agentOpens(
    _ conversation: String = "c", loads: Bool = true, loaded: Bool = false, replayed: [String] = []
  ) -> [SessionHost.Action] {
    on(.agentReady(run: run, AgentAbilities(load: loads)))
    return on(.conversationOpen(run: run, id: conversation, loaded: loaded, replayed: replayed))
  }

  /// A prompt is delivered and handed to an agent.
  mutating func begin(_ turn: TurnID, _ text: String = "Do it") {
    deliver(turn, text)
    agentOpens()
  }

  @discardableResult
  mutating func says(_ text: String, message: String? = nil) -> [SessionHost.Action] {
    on(.update(run: run, .agent(TextBlock(text, message: message)), raw: nil, echo: nil))
  }

  @discardableResult
  mutating func asks(_ approval: ApprovalID) -> [SessionHost.Action] {
    on(.permission(run: run, approval, title: "May I?", tool: nil, options: []))
  }

  @discardableResult
  mutating func answers(_ turn: TurnID, _ reason: String = "end_turn") -> [SessionHost.Action] {
    on(.answered(run: run, turn, .finished(stopReason: reason)))
  }

  /// Time passes, and the host hears of it.
  @discardableResult
  mutating func wait(_ duration: Duration) -> [SessionHost.Action] {
    pass(duration)
    return on(.tick)
  }

  /// Time passes, and nobody says so.
  mutating func pass(_ duration: Duration) {
    now = now + duration
    uptime += duration
  }

  /// The process ends; another one begins with the journal.
  mutating func restart() {
    host = SessionHost(session: session, journal: journal)
    uptime = .zero
    run = 0
  }

  /// What was reported, in order.
  var items: [OutboxItem] {
    journal.compactMap { if case .item(let item) = $0 { item } else { nil } }
  }
  /// How a turn ended.
  func ends(of turn: TurnID) -> [TurnEnd] {
    items.compactMap { item in
      if item.turn == turn, case .ended(let end) = item.content { end } else { nil }
    }
  }
  /// The texts of the agent's entries.
  var texts: [String] {
    items.compactMap { if case .entry(.agent(let block), _) = $0.content { block.text } else { nil } }
  }
  /// The turns that were handed over, in order.
  var prompted: [TurnID] {
    actions.compactMap { if case .prompt(_, let turn, _, _, _, _) = $0 { turn } else { nil } }
  }
  /// The batches that were sent.
  var sent: [OutboxBatch] {
    actions.compactMap { if case .send(let batch) = $0 { batch } else { nil } }
  }
}
