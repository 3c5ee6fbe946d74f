// SPDX-License-Identifier: Apache-2.0
import SAMCore

/// One machine's driver as a synchronous loop: performs the host's actions in order against a fake disk, a scripted
/// agent and a model of the control plane. It can lose power after any single action.
struct HostModel {
  /// What goes wrong by chance. Every number is "once in so many times"; 0 = never.
  struct Faults {
    var crash = 0
    var loseBatch = 0
    var loseAcknowledgement = 0
    var agentDies = 0
  }
  /// What a crash leaves of the records that were not synced.
  enum Loss: CaseIterable { case everything, nothing, random }

  private enum Choice { case heard, asked, agent, time }

  var plane = ModelControlPlane()
  var agent = ScriptedAgent()
  private(set) var disk = FakeDisk()
  private(set) var host: SessionHost
  private(set) var now = Moment(wall: Timestamp(milliseconds: 1_000_000), uptime: .zero)
  var faults = Faults()
  var loss = Loss.everything
  /// Lose power when so many points have been passed.
  var crashAt: Int?
  /// How many points have been passed at which power can fail: one after each action and each step of the agent.
  private(set) var points = 0
  private(set) var crashes = 0
  /// The journal as the last crash left it.
  private(set) var survived: [JournalRecord] = []
  private(set) var violations: [String] = []
  private(set) var isPaused = false
  private var heard: [SessionHost.Input] = []
  private var wakes: [Duration] = []
  private var chance: SeededGenerator
  private let isRandom: Bool

  /// - Parameter seed: nil = always the same order: what was heard, what is asked, the agent, time.
  init(seed: UInt64? = nil) {
    host = SessionHost(session: ModelControlPlane().session, journal: [])
    chance = SeededGenerator(seed: seed ?? 0)
    isRandom = seed != nil
    plane.reconnected()
  }

  /// Does one thing.
  /// - Returns: false when nothing is left to do.
  mutating func step() -> Bool {
    var choices: [Choice] = []
    if !heard.isEmpty { choices.append(.heard) }
    if !plane.open.isEmpty { choices.append(.asked) }
    if agent.canStep, !isPaused { choices.append(.agent) }
    if !wakes.isEmpty { choices.append(.time) }
    guard var choice = choices.first else { return false }
    if isRandom { choice = choices.randomElement(using: &chance) ?? choice }
    switch choice {
    case .heard: feed(heard.removeFirst())
    case .asked: feed(plane.input(plane.open[0]), for: plane.open[0])
    case .agent: agentStep()
    case .time:
      if let time = wakes.min() { advance(max(.zero, time - now.uptime)) }
      wakes.removeAll { $0 <= now.uptime }
      feed(.tick)
    }
    return true
  }

  /// Goes on until nothing is left to do.
  /// - Returns: false when it did not come to rest within a number of steps.
  mutating func run(atMost steps: Int = 20_000) -> Bool {
    for _ in 0..<steps where !step() { return true }
    return false
  }

  /// Everything that can be wrong at any time, or at the end when it has come to rest.
  func check(_ prompts: [TurnID], atRest: Bool) -> [String] {
    var wrong = violations + plane.violations
    for turn in prompts {
      let ends = plane.ends(of: turn)
      if agent.handed[turn, default: 0] > 1 { wrong.append("\(turn) was handed over \(agent.handed[turn] ?? 0) times") }
      if ends.count > 1 { wrong.append("\(turn) ended \(ends.count) times: \(ends)") }
      if atRest, ends.isEmpty { wrong.append("\(turn) never ended") }
      if atRest, !plane.acknowledged.contains(turn) { wrong.append("\(turn) was never acknowledged") }
    }
    if plane.text().contains("replayed") { wrong.append("a replayed update reached the transcript") }
    return wrong
  }

  /// Feeds one input, as a driver does: decide, then perform in order.
  mutating func feed(_ input: SessionHost.Input, for request: ModelControlPlane.Request? = nil) {
    for action in host.on(input, now: now) {
      perform(action, for: request)
      if pass() { return }
    }
  }

  mutating func advance(_ duration: Duration) {
    now = Moment(wall: now.wall + duration, uptime: now.uptime + duration)
  }

  private mutating func agentStep() {
    if faults.agentDies > 0, chance.oneIn(faults.agentDies) { agent.stop() }
    heard.append(contentsOf: agent.step())
    _ = pass()
  }

  /// One more point at which power can fail.
  private mutating func pass() -> Bool {
    points += 1
    guard points == crashAt || (faults.crash > 0 && chance.oneIn(faults.crash)) else { return false }
    crash()
    return true
  }

  /// Power fails and comes back: what is left is the disk, the agent's own disk, and the control plane.
  mutating func crash() {
    crashes += 1
    switch loss {
    case .everything: disk.crash(keeping: 0)
    case .nothing: disk.crash(keeping: disk.atRisk)
    case .random: disk.crash(keeping: Int.random(in: 0...disk.atRisk, using: &chance))
    }
    survived = disk.records
    agent.kill()
    heard = []
    wakes = []
    isPaused = false
    host = SessionHost(session: plane.session, journal: disk.records)
    plane.reconnected()
  }

  private mutating func perform(_ action: SessionHost.Action, for request: ModelControlPlane.Request?) {
    switch action {
    case .journal(let record): disk.append(record)
    case .sync: disk.sync()
    case .reply(let reply): answer(reply, to: request)
    case .startAgent(let run, _): agent.start(run: run)
    case .open(_, let load): agent.open(load: load)
    case .prompt(_, let turn, let text, _):
      if !disk.holds(.handing(turn)) { violations.append("\(turn) was handed over before that was on disk") }
      agent.prompt(turn, text)
    case .cancelPrompt: agent.cancel()
    case .respond(_, let approval, _): agent.respond(approval)
    case .stopAgent: agent.stop()
    case .send(let batch): send(batch)
    case .pauseReading: isPaused = true
    case .resumeReading: isPaused = false
    case .wake(let time): if !wakes.contains(time) { wakes.append(time) }
    }
  }

  private mutating func answer(_ reply: MachineReply, to request: ModelControlPlane.Request?) {
    guard let request else {
      violations.append("an answer to nothing")
      return
    }
    if case .deliver(let turn, let text) = request, reply == .done,
      !disk.holds(.received(turn, text: text, correlation: nil)), !disk.holds(.refused(turn))
    {
      violations.append("\(turn) was acknowledged before it was on disk")
    }
    plane.replied(request, reply)
  }

  private mutating func send(_ batch: OutboxBatch) {
    if let last = batch.items.last, !disk.holds(.item(last)) {
      violations.append("item \(last.sequence) left the machine before it was on disk")
    }
    if faults.loseBatch > 0, chance.oneIn(faults.loseBatch) {
      heard.append(.deliveryFailed)
      return
    }
    let through = plane.receive(batch)
    if faults.loseAcknowledgement > 0, chance.oneIn(faults.loseAcknowledgement) {
      heard.append(.deliveryFailed)
    } else {
      heard.append(through.map { .acknowledged($0) } ?? .superseded)
    }
  }
}
