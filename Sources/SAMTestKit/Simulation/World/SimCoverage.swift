// SPDX-License-Identifier: Apache-2.0
internal import SAMCore

/// What a run has been through: so that it can be shown that the generator reaches everything.
public struct SimCoverage: Sendable {
  /// How often each arrow of each state table was taken: `kind from –trigger→ to`.
  public private(set) var arrows: [String: Int] = [:]
  /// How often the control plane died right after a commit that took the arrow.
  public private(set) var arrowCrashes: [String: Int] = [:]
  /// How often what happened to the answer of each kind of effect: `effect mishap`.
  public private(set) var effects: [String: Int] = [:]
  /// How often a machine's runtime died after each kind of action.
  public private(set) var actionCrashes: [String: Int] = [:]
  /// How many frames of a broken connection were taken in all the same.
  public internal(set) var lateFrames = 0

  private var states: [String: String] = [:]
  private var last: [String] = []
  private var executed: [EffectID: Int] = [:]
  private var executions = 0
  private var settledMost: [String: Int] = [:]

  /// Nothing has happened yet.
  public init() {}

  mutating func committed(_ changes: Changes) {
    last = []
    for event in changes.events {
      let kind = event.aggregate.kind.rawValue
      let name = String(event.type.dropFirst(kind.count + 1))
      guard let arrow = SimArrows.arrow(kind, name, from: states[event.aggregate.id]) else { continue }
      if let to = arrow.to { states[event.aggregate.id] = to }
      guard let words = arrow.words else { continue }
      arrows[words, default: 0] += 1
      last.append(words)
    }
  }

  /// Whether what was committed last took an arrow that is rarely taken.
  var isRare: Bool { last.contains { !Self.common.contains($0) } }

  /// Whether what was committed last took an arrow that most runs never take.
  var isRarest: Bool { last.contains { Self.rarest.contains($0) } }

  private static let rarest: Set<String> = [
    "turn delivering –cancel→ cancelled", "turn delivered –cancel→ cancelled", "turn delivered –finish→ finished",
    "machine gone –reappear→ destroying",
    "workspace requested –destroy→ destroyed", "workspace failed –destroy→ destroyed",
    "turn delivering –finish→ finished", "quota exhausted –exhaust→ exhausted", "quota exhausted –free→ free",
    "quota probing –probe→ probing", "cloud held –hold→ held", "turn cancelling –fail→ failed",
  ]

  private static let common: Set<String> = [
    "task draft –ready→ ready", "task ready –queue→ queued", "task queued –start→ starting",
    "task starting –run→ running", "task running –wait→ waiting", "task waiting –run→ running",
    "task running –complete→ completed", "turn queued –dispatch→ delivering", "turn delivering –deliver→ delivered",
    "turn delivered –start→ started", "turn started –finish→ finished", "session preparing –prepare→ ready",
    "workspace requested –prepare→ ready", "machine requested –begin→ creating", "machine creating –create→ booting",
  ]

  mutating func crashed() {
    for arrow in last { arrowCrashes[arrow, default: 0] += 1 }
    executed = [:]
  }

  /// Forgets where everything stood: the store is another one.
  mutating func restored(_ rows: [(id: String, status: String)]) {
    states = Dictionary(rows.map { ($0.id, $0.status) }, uniquingKeysWith: { first, _ in first })
  }

  mutating func crashed(after action: SessionHost.Action) {
    actionCrashes[String("\(action)".prefix { $0.isLetter }), default: 0] += 1
  }

  mutating func executed(_ row: EffectRow) {
    executions += 1
    executed[row.id] = executions
  }

  /// An outcome is known, and will be settled only after some seconds.
  mutating func waits(_ row: EffectRow) { effects["\(row.effect.kindName) late", default: 0] += 1 }

  mutating func lostReply(_ row: EffectRow) { effects["\(row.effect.kindName) lost", default: 0] += 1 }

  /// An outcome is about to be settled.
  mutating func settles(_ row: EffectRow, current: EffectRow?) {
    let kind = row.effect.kindName
    switch current {
    case nil: effects["\(kind) \(executed[row.id] == nil ? "duplicate" : "late")", default: 0] += 1
    case let current? where current.attempt != row.attempt: effects["\(kind) late", default: 0] += 1
    default: break
    }
    // What was executed earlier than another one, and settles after it.
    let place = executed.removeValue(forKey: row.id) ?? executions
    let most = settledMost.values.max() ?? 0
    if place < most { effects["\(kind) reordered", default: 0] += 1 }
    settledMost["all"] = max(most, place)
  }

  /// Adds another run's.
  public mutating func merge(_ other: SimCoverage) {
    arrows.merge(other.arrows, uniquingKeysWith: +)
    arrowCrashes.merge(other.arrowCrashes, uniquingKeysWith: +)
    effects.merge(other.effects, uniquingKeysWith: +)
    actionCrashes.merge(other.actionCrashes, uniquingKeysWith: +)
    lateFrames += other.lateFrames
  }
}

extension Effect {
  /// Whether it is owed at all times, or for as long as a vendor says, although nobody waits for it.
  var isOutstanding: Bool {
    switch self {
    case .sweep, .timer(.quota): true
    default: false
    }
  }

  /// Whether hardly any run comes to it.
  var isRarest: Bool { if case .timer(.approval) = self { true } else { false } }

  /// Whether it is rarely owed.
  var isRare: Bool {
    switch self {
    case .sweep, .prepareWorkspace, .deliverPrompt, .publishWork, .createMachine, .destroyMachine, .attachSession: false
    default: true
    }
  }

  /// The kind's name: the case.
  var kindName: String {
    if case .timer(let timer) = self { return "timer." + String("\(timer)".prefix { $0.isLetter }) }
    return String("\(self)".prefix { $0.isLetter })
  }
}

/// The arrows of all state tables by the events that take them.
enum SimArrows {
  /// Where an event leads, and how the arrow is called; nil for an event that moves nothing.
  static func arrow(_ kind: String, _ event: String, from: String?) -> (to: String?, words: String?)? {
    guard let from else { return starts["\(kind).\(event)"].map { ($0, nil) } }
    guard let trigger = triggers["\(kind).\(event)"], let to = next(kind, from, trigger) else { return nil }
    return (to, "\(kind) \(from) –\(trigger)→ \(to)")
  }

  /// All arrows that there are.
  static let all: [String] =
    list("project", Project.table) + list("profile", Profile.table) + list("task", SAMTask.table)
    + list("session", Session.table) + list("turn", Turn.table) + list("approval", Approval.table)
    + list("grant", Grant.table)
    + list("machine", Machine.table) + list("workspace", Workspace.table) + list("cloud", Cloud.table)
    + list("quota", Quota.table)

  private static func list<State: RawRepresentable, Trigger: RawRepresentable>(
    _ kind: String, _ table: StateTable<State, Trigger>
  ) -> [String] where State.RawValue == String, Trigger.RawValue == String {
    table.arrows.map { "\(kind) \($0.from.rawValue) –\($0.on.rawValue)→ \($0.to.rawValue)" }
  }

  private static let targets: [String: String] = Dictionary(
    all.map { words in
      let parts = words.split(separator: "→ ", maxSplits: 1)
      return (String(parts[0]), parts.count > 1 ? String(parts[1]) : "")
    }, uniquingKeysWith: { first, _ in first })

  private static func next(_ kind: String, _ from: String, _ trigger: String) -> String? {
    targets["\(kind) \(from) –\(trigger)"]
  }

  private static let starts = [
    "project.added": "active", "profile.defined": "active", "task.created": "draft", "session.opened": "preparing",
    "turn.queued": "queued", "approval.asked": "asked", "grant.given": "active", "machine.registered": "ready",
    "machine.requested": "requested", "machine.discovered": "destroying", "workspace.requested": "requested",
    "cloud.opened": "open", "quota.opened": "free",
  ]
  private static let triggers = [
    "project.removed": "remove", "profile.defined": "define", "profile.removed": "remove",
    "task.readied": "ready", "task.queued": "queue", "task.started": "start", "task.running": "run",
    "task.waiting": "wait", "task.completed": "complete", "task.failed": "fail", "task.cancelled": "cancel",
    "task.reopened": "reopen", "task.retried": "retry",
    "session.prepared": "prepare", "session.closed": "close",
    "turn.dispatched": "dispatch", "turn.delivered": "deliver", "turn.started": "start",
    "turn.cancelRequested": "requestCancel", "turn.finished": "finish", "turn.failed": "fail",
    "turn.interrupted": "interrupt", "turn.lost": "lose", "turn.cancelled": "cancel",
    "approval.answered": "answer", "approval.expired": "expire", "approval.voided": "void", "grant.revoked": "revoke",
    "machine.creating": "begin", "machine.dropped": "drop", "machine.created": "create", "machine.refused": "refuse",
    "machine.enrolled": "enroll", "machine.idled": "rest", "machine.woken": "wake", "machine.draining": "drain",
    "machine.lost": "lose", "machine.found": "find", "machine.destroying": "destroy", "machine.destroyed": "finish",
    "machine.reappeared": "reappear",
    "workspace.prepared": "prepare", "workspace.failed": "fail", "workspace.destroyed": "destroy",
    "quota.exhausted": "exhaust", "quota.probing": "probe", "quota.freed": "free",
    "cloud.held": "hold", "cloud.confirmed": "confirm",
  ]
}
