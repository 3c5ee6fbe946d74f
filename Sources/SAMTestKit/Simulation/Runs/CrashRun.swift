// SPDX-License-Identifier: Apache-2.0
internal import SAMCore

/// One run of a scenario, with or without a death, to its end. It goes on bit by bit, so that runs which have their
/// beginning in common can share it.
struct CrashRun {
  /// What is to come.
  private enum Part {
    /// Somebody wants what is looked at.
    case order
    /// The turn that is looked at comes to rest.
    case watch
    /// The machine goes that nobody needs.
    case leave
    /// The next prompt comes to rest.
    case next
    /// All goes away.
    case end
    case over
  }

  let scenario: CrashScenario
  let world: SimWorld
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
  private var part = Part.order
  /// How often it was looked whether the part is over.
  private var rounds = 0
  /// How many commits the world had when it was looked at last.
  private var seen = -1
  private var watched: Turn?
  private var pushes: (before: Int, after: Int)

  private init(_ scenario: CrashScenario, _ world: SimWorld) {
    self.scenario = scenario
    self.world = world
    pushes = (world.remote.pushes, 0)
  }

  /// What comes before that at which something is to die: the world is there, and with it a machine, where it is about
  /// one that is there already.
  static func prepared(_ scenario: CrashScenario, isRecorded: Bool = false) -> CrashRun {
    let world = SimWorld.planned(scenario.plan, isRecorded: isRecorded)
    world.crashPoint = SimCrashPoint(isElsewhere: scenario.isElsewhere)
    world.run(to: 1_000)
    var run = CrashRun(scenario, world)
    guard let profile = world.people.profiles.first else {
      run.flaws.append("the world does not start")
      return run
    }
    switch scenario.subject {
    case .create: break
    case .prompt:
      guard scenario.isElsewhere else { break }
      world.order(.task(profile, "prepare"))
      run.reachRest("prepare")
    case .destroy:
      world.order(.task(profile, CrashScenario.words.watched))
      run.reachRest(CrashScenario.words.watched)
    }
    run.pushes.before = world.remote.pushes
    run.turnTo(.order)
    return run
  }

  /// The same run once more, in a world of its own, in which something may be going to die.
  func copied(at place: Int = 0, death: SimDeath = .control) -> CrashRun {
    guard let copy = world.copy() else { return self }
    copy.crashPoint?.at = place
    copy.crashPoint?.death = death
    copy.faults.lateFrame = death == .lateLink ? 1 : 0
    var run = CrashRun(scenario, copy)
    (run.flaws, run.end, run.taken) = (flaws, end, taken)
    (run.part, run.rounds, run.seen, run.watched, run.pushes) = (part, rounds, seen, watched, pushes)
    return run
  }

  /// Goes on to the end.
  func played() -> CrashRun {
    var run = self
    while run.goOn() {}
    return run
  }

  /// Goes on for a bit.
  /// - Returns: whether there is more to come.
  mutating func goOn() -> Bool {
    guard flaws.isEmpty, let profile = world.people.profiles.first else { return false }
    let (text, next) = CrashScenario.words
    switch part {
    case .order:
      switch scenario.subject {
      case .prompt where scenario.isElsewhere: if let watched { world.order(.prompt(watched.session, text)) }
      case .prompt, .create: world.order(.task(profile, text))
      case .destroy: break
      }
      turnTo(.watch)
    case .watch:
      guard isAtRest(text) else { break }
      end = watched?.state
      // The machine and its files are there still.
      taken = prompts(text)
      if scenario.subject == .destroy { turnTo(.leave) } else { goOnInSession(next) }
    case .leave:
      guard isAllGone() else { break }
      world.order(.task(profile, next))
      turnTo(.next)
    case .next:
      guard isAtRest(next) else { break }
      if watched?.state != .finished { flaws.append("the next prompt is \(String(describing: watched?.state))") }
      if prompts(next) != 1 { flaws.append("the next prompt reached an agent \(prompts(next)) times") }
      if scenario.subject != .destroy { lookAtConversation() }
      turnTo(.end)
    case .end:
      guard isAllGone() else { break }
      lookAtEnd()
      flaws += world.judge()
      turnTo(.over)
    case .over: return false
    }
    return part != .over
  }

  private mutating func turnTo(_ next: Part) {
    part = next
    (rounds, seen) = (0, -1)
  }

  private mutating func goOnInSession(_ text: String) {
    lookAtWork()
    if let session = watched?.session { world.order(.prompt(session, text)) }
    turnTo(.next)
  }

  private mutating func reachRest(_ text: String) { while flaws.isEmpty, !isAtRest(text) {} }

  /// A second passes. Is the turn with these words over, and nothing owed for it?
  private mutating func isAtRest(_ text: String) -> Bool {
    world.run(seconds: 1)
    rounds += 1
    if world.isOver || rounds > 1_000 {
      flaws += world.checks.violations + ["'\(text)' does not come to rest: \(world.unfinished().prefix(4))"]
      return false
    }
    guard world.control.isUp, hasChanged() else { return false }
    answerQuestions()
    guard let turn = world.all(Turn.self).last(where: { $0.text == text }) else { return false }
    watched = turn
    return Turn.table.isFinal(turn.state) && !world.isBusy
  }

  /// Some seconds pass. Is no machine left, and nothing owed?
  private mutating func isAllGone() -> Bool {
    world.run(seconds: 4)
    rounds += 1
    if world.isOver || rounds > 500 {
      flaws += world.checks.violations + ["there is no end to it: \(world.unfinished().prefix(4))"]
      return false
    }
    guard world.control.isUp, hasChanged() || rounds % 20 == 0 else { return false }
    return world.unfinished().isEmpty
  }

  /// Whether something was committed since it was looked at last.
  private mutating func hasChanged() -> Bool {
    defer { seen = world.commits }
    return seen != world.commits
  }

  private func answerQuestions() {
    for approval in world.all(Approval.self, statuses: ["asked"]) { world.order(.answer(approval.id, "yes")) }
  }

  private var histories: [SimHistory] {
    world.machines.keys.sorted().flatMap { id -> [SimHistory] in
      let histories = world.machines[id]?.histories ?? [:]
      return histories.keys.sorted().compactMap { histories[$0] }
    }
  }

  private func prompts(_ text: String) -> Int {
    histories.flatMap { $0.conversations.values.joined() }.count { $0.text == text }
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
        if case .notice(let notice) = $0.body { notice.text.contains("begins a new one") } else { false }
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
    // The task whose agent died has its work in a bundle, and no branch.
    if world.remote.branches.count != 1 { flaws.append("branches: \(world.remote.branches.keys.sorted())") }
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
