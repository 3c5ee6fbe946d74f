// SPDX-License-Identifier: Apache-2.0
internal import SAMCore

/// Lets something die at every place of a scenario, one run for each, and says what became of the prompt, the work and
/// the money.
struct CrashPoints: Sendable {
  /// One place, and what dies there.
  struct Point: Hashable, Sendable, CustomStringConvertible {
    var at: Int
    var death: SimDeath
    var place: SimPlace
    var description: String { "\(death) at \(at), \(place)" }
  }

  let scenario: CrashScenario
  private(set) var points: [Point] = []
  private(set) var lost: [Point] = []
  private(set) var repeated: [Point] = []
  private(set) var ambiguous: Set<Point> = []
  private(set) var leaked = 0
  private(set) var doubled = 0
  /// Those of which what the death left says that nobody can say what became of the prompt.
  private(set) var unknowable: Set<Point> = []
  /// All that is not as it was promised, with the place.
  private(set) var flaws: [String] = []

  /// Runs all of them.
  init(_ scenario: CrashScenario) {
    self.scenario = scenario
    let prepared = CrashRun.prepared(scenario)
    let calm = prepared.copied().played()
    flaws += calm.flaws.map { "undisturbed: \($0)" }
    guard flaws.isEmpty, let passed = calm.world.crashPoint, let before = prepared.world.crashPoint else { return }
    points = Self.points(scenario, passed, after: before.count)
    // What comes before a place is the same for all that can die there: it is played once.
    var walker = prepared
    var left = points[...]
    while !left.isEmpty {
      let from = walker.copied()
      let hasMore = walker.goOn()
      let count = walker.world.crashPoint?.count ?? 0
      while let point = left.first, point.at <= count || !hasMore {
        left.removeFirst()
        take(from.copied(at: point.at, death: point.death).played(), point)
      }
    }
  }

  /// What comes of it, in one line.
  var line: String {
    let money = scenario.subject == .prompt ? "" : ", \(leaked) leaked, \(doubled) doubled"
    return "\(points.count) crash points: \(lost.count) lost, \(repeated.count) repeated, "
      + "\(ambiguous.count) ambiguous\(money) (\(scenario.name))"
  }

  /// The places of the window, with all that can die there and make a difference.
  private static func points(_ scenario: CrashScenario, _ calm: SimCrashPoint, after prepared: Int) -> [Point] {
    // A commit is noted between its two places: the first is before it.
    guard let opens = calm.marks[scenario.window.opens]?.first(where: { $0 > prepared }) else { return [] }
    // What follows of the watched turn ends where the next prompt begins.
    let next = (calm.marks["turn.queued"]?.last ?? calm.count) - 1
    let closes = scenario.window.closes.flatMap { calm.marks[$0]?.first }.map { $0 + 1 } ?? next
    guard opens <= closes else { return [] }
    return (opens...closes).flatMap { at -> [Point] in
      guard let passed = calm.passed[at] else { return [] }
      return SimDeath.allCases.filter { death in
        switch death {
        case .control: true
        case .runtime: scenario.isElsewhere && passed.isUp
        case .power: passed.isUp && passed.isAtRisk
        case .link: passed.isLinked
        case .lateLink: passed.isLinked && passed.isUnderWay
        }
      }.map { Point(at: at, death: $0, place: passed.place) }
    }
  }

  private mutating func take(_ run: CrashRun, _ point: Point) {
    var wrong = run.flaws
    leaked += run.leaked
    doubled += run.doubled
    if run.leaked != 0 { wrong.append("\(run.leaked) are billed at the end") }
    if run.doubled != 0 { wrong.append("\(run.doubled) machines too many") }
    if run.taken > 1 || run.world.checks.handOver.handed.values.contains(where: { $0 > 1 }) { repeated.append(point) }
    if run.end == .ambiguous { ambiguous.insert(point) }
    guard let witness = run.world.crashPoint?.witness else {
      flaws.append("\(point): nothing died")
      return
    }
    if witness.place != point.place { wrong.append("it died at another place, \(witness.place)") }
    if let (before, after) = witness.store, before != after { wrong.append("a commit that was not made left a trace") }
    let expected = expected(witness)
    if expected == .ambiguous { unknowable.insert(point) }
    if run.end != expected { wrong.append("the turn is \(String(describing: run.end)), not \(expected)") }
    let isPromised = expected == .finished || expected == .interrupted || expected == .failed
    if run.end == nil || (isPromised && run.taken == 0) { lost.append(point) }
    flaws += wrong.map { "\(point): \($0)" }
  }

  /// How the turn has to end, from what the death left: the journal on the disk, and the agent's own files.
  private func expected(_ witness: SimWitness) -> TurnState {
    if scenario.subject == .destroy { return .failed }
    guard witness.killedAgents else { return .finished }
    for (session, records) in witness.journals.sorted(by: { $0.key < $1.key }) {
      let isTaken =
        witness.histories[session]?.conversations.values.joined().contains { $0.text == CrashScenario.words.watched }
        ?? false
      switch Self.progress(of: CrashScenario.words.watched, in: records) {
      case .handed: return scenario.agent.loads && scenario.agent.echoes && isTaken ? .interrupted : .ambiguous
      case .evident: return .interrupted
      case .waiting, .over: break
      }
    }
    return .finished
  }

  private enum Progress { case waiting, handed, evident, over }

  /// How far a prompt has come, read from the journal without the code that is being tested.
  private static func progress(of text: String, in records: [JournalRecord]) -> Progress {
    var turn: TurnID?
    var progress = Progress.waiting
    for record in records {
      switch record {
      case .received(let id, text, _, _): turn = id
      case .handing(turn): progress = .handed
      case .item(let item) where item.turn == turn && turn != nil:
        if case .started = item.content { progress = .evident }
        if case .ended = item.content { progress = .over }
      default: break
      }
    }
    return progress
  }
}
