// SPDX-License-Identifier: Apache-2.0
internal import SAMCore

/// One run of a scenario, with or without a death, to its end.
struct CrashRun {
  let scenario: CrashScenario
  let world: SimWorld
  private(set) var point: SimCrashPoint
  /// What is not as it was promised.
  private(set) var flaws: [String] = []
  /// How the turn ended that is looked at; nil = it did not.
  private(set) var end: TurnState?
  /// How often the agent had its prompt, as the agent's own files say.
  private(set) var taken = 0
  /// What is billed at the end.
  private(set) var leaked = 0
  /// How many machines were made beyond those that were wanted.
  private(set) var doubled = 0
  private var watched: Turn?
  private var pushes = (before: 0, after: 0)

  init(_ scenario: CrashScenario, at place: Int = 0, death: SimDeath = .control, isRecorded: Bool = false) {
    self.scenario = scenario
    var plan = scenario.plan
    plan.bringsLateFrames = death == .lateLink
    world = .planned(plan, isRecorded: isRecorded)
    point = SimCrashPoint(at: place, death: death, isElsewhere: scenario.isElsewhere)
    world.crashPoint = point
    play()
    if let left = world.crashPoint { point = left }
  }

  private mutating func play() {
    world.run(to: 1_000)
    guard let profile = world.people.profiles.first else { return flaws.append("the world does not start") }
    var text = CrashScenario.words.watched
    if scenario.subject == .prompt, scenario.isElsewhere {
      world.order(.task(profile, "prepare"))
      guard reachesRest("prepare"), let session = watched?.session else { return }
      pushes.before = world.remote.pushes
      world.order(.prompt(session, text))
    } else {
      world.order(.task(profile, text))
    }
    guard reachesRest(text) else { return }
    end = watched?.state
    // The machine and its files are there still.
    taken = prompts(text)
    if scenario.subject == .destroy {
      guard goesAway() else { return }
      world.order(.task(profile, CrashScenario.words.next))
    } else if let session = watched?.session {
      lookAtWork()
      world.order(.prompt(session, CrashScenario.words.next))
    }
    text = CrashScenario.words.next
    guard reachesRest(text) else { return }
    if watched?.state != .finished { flaws.append("the next prompt is \(String(describing: watched?.state))") }
    if prompts(text) != 1 { flaws.append("the next prompt reached an agent \(prompts(text)) times") }
    if scenario.subject != .destroy { lookAtConversation() }
    guard goesAway() else { return }
    lookAtEnd()
    flaws += world.judge()
  }

  /// Lets it go on until the turn with these words is over and nothing is owed for it.
  private mutating func reachesRest(_ text: String) -> Bool {
    for _ in 0..<1_000 {
      world.run(seconds: 1)
      answerQuestions()
      guard !world.isOver else { break }
      guard let turn = world.all(Turn.self).last(where: { $0.text == text }) else { continue }
      watched = turn
      if Turn.table.isFinal(turn.state), !world.isBusy { return true }
    }
    flaws += world.checks.violations + ["'\(text)' does not come to rest: \(world.unfinished().prefix(4))"]
    return false
  }

  /// Lets it go on until no machine is left and nothing is owed.
  private mutating func goesAway() -> Bool {
    for _ in 0..<400 {
      world.run(seconds: 5)
      guard !world.isOver else { break }
      // The death may be in this part of the run; the last agent may still be kept for a while.
      if world.control.isUp, world.unfinished().isEmpty { return true }
    }
    flaws += world.checks.violations + ["there is no end to it: \(world.unfinished().prefix(4))"]
    return false
  }

  private func answerQuestions() {
    guard world.control.isUp else { return }
    for approval in world.all(Approval.self, statuses: ["asked"]) { world.order(.answer(approval.id, "yes")) }
  }

  private var histories: [SimHistory] {
    world.machines.keys.sorted().flatMap { id -> [SimHistory] in
      let histories = world.machines[id]?.histories ?? [:]
      return histories.keys.sorted().compactMap { histories[$0] }
    }
  }

  private func prompts(_ text: String) -> Int {
    histories.reduce(0) { $0 + $1.conversations.values.joined().count { PromptInbox.same($0, text) } }
  }

  private mutating func lookAtWork() {
    pushes.after = world.remote.pushes - pushes.before
    let expected = end == .finished ? 1 : 0
    if pushes.after != expected { flaws.append("\(pushes.after) pushes, not \(expected)") }
  }

  /// An agent that can load goes on in its conversation; of another it is said that it does not remember.
  private mutating func lookAtConversation() {
    let held = histories.flatMap { $0.conversations.values }.count { !$0.isEmpty }
    guard !scenario.agent.loads else {
      if held != 1 { flaws.append("there are \(held) conversations") }
      return
    }
    guard let session = watched?.session else { return }
    do {
      let entries = try world.read { try $0.entries(session, after: 0, limit: 10_000) }
      let said = entries.count {
        if case .notice(let notice) = $0.body { notice.text.contains("does not remember") } else { false }
      }
      if said < held - 1 { flaws.append("\(held) conversations, and \(said) times it was said") }
    } catch { flaws.append("\(error)") }
  }

  private mutating func lookAtEnd() {
    let made = world.cloud.resources.filter { $0.kind == .server }
    let wanted = !scenario.isElsewhere ? 0 : scenario.subject == .destroy ? 2 : 1
    doubled = made.count - wanted
    let keys = Set(made.map(\.machine))
    if keys.count != made.count { flaws.append("\(made.count) machines were made for \(keys.count) orders") }
    leaked = world.cloud.billed(now: world.cloudTime).count
    if world.remote.branches.count != (scenario.subject == .destroy ? 1 : 1) {
      flaws.append("the remote has the branches \(world.remote.branches.keys.sorted())")
    }
    if scenario.subject == .destroy {
      if world.remote.bundles.isEmpty { flaws.append("the work is nowhere") }
    } else if world.remote.pushes - pushes.before != pushes.after + 1 {
      flaws.append("the work of the next prompt was pushed \(world.remote.pushes - pushes.before - pushes.after) times")
    }
  }
}

extension SimWorld {
  /// Whether something is owed or asked that does not wait for time alone.
  var isBusy: Bool {
    guard control.isUp, disconnections.isEmpty else { return true }
    do {
      let rows = try read { try $0.effects(EffectQuery()) }
      return rows.contains {
        switch $0.effect {
        case .sweep, .timer: false
        default: true
        }
      } || !all(Approval.self, statuses: ["asked"]).isEmpty
    } catch { return true }
  }
}
