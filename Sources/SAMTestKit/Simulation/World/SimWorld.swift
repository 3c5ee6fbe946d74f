// SPDX-License-Identifier: Apache-2.0
internal import SAMCore

/// The simulated world: one synchronous loop around the production code.
///
/// Engine, decisions, dispatcher, effect orders, the ends of links and session hosts are the real ones. Time, store's disk, network,
/// machines' disks, agents, git and cloud are simulated. All chance comes from the seed, and everything is done in an
/// order that the seed alone decides.
final class SimWorld {
  let script: SimScript
  var faults: SimFaults
  var chance: SeededGenerator
  /// What the cloud draws has its own source, so that it draws the same whatever else is shortened.
  var cloudChance: SeededGenerator
  var queue = EventQueue()
  /// Microseconds since the beginning.
  var now: Int64 = 0
  /// How far the wall clock is off, in milliseconds.
  var skew: Int64 = 0

  var store: any SynchronousStore
  /// Opens the store again, as every start of the process does; nil = it is in memory and simply there.
  let reopen: ((Int) throws -> any SynchronousStore)?
  var backup: InMemoryStore?
  /// Disconnections that could not be noted yet.
  var disconnections: Set<MachineID> = []
  var generation = 0
  /// Whether there was a restore that no person has confirmed, whatever the ledger says.
  var isUnconfirmed = false
  var fullDisk = 0
  let installation: InstallationID

  var control = SimControl()
  var machines: [MachineID: SimMachine] = [:]
  var connections: [Int: SimConnection] = [:]
  var connectionCount = 0
  var cloud: SimCloud
  var cloudDownUntil: Int64 = 0
  var remote = SimRemote()
  var people = SimPeople()
  var viewers: [SimViewer] = []

  var checks: Invariants
  var coverage = SimCoverage()
  var trace: SimTrace
  /// When faults stopped; nil = they have not.
  var healedAt: Int64?
  var leaksCheckedAt: Int64 = 0
  var events = 0
  var commits = 0
  var crashes = 0
  /// Set when the world is to end: it has come to rest, or something does not hold.
  var isOver = false
  /// What fails for ever.
  var poison = SimPoison()
  /// What the world has read before.
  let memo = SimMemo()
  /// What a crash-point run does at points that are counted.
  var crashPoint: SimCrashPoint?

  static let wallStart: Int64 = 1_700_000_000_000
  /// This machine, once it is registered.
  var local = MachineID(trusted: "machine_local")

  init(
    script: SimScript, store: any SynchronousStore, reopen: ((Int) throws -> any SynchronousStore)? = nil,
    installation: InstallationID, isRecorded: Bool
  ) {
    self.script = script
    self.store = store
    self.reopen = reopen
    self.installation = installation
    faults = script.faults
    chance = SeededGenerator(seed: script.seed)
    cloudChance = SeededGenerator(seed: script.seed ^ 0xC10D)
    cloud = SimCloud(behaviour: script.plan?.cloud ?? (script.faults.areOn ? .drawn(&cloudChance) : .calm))
    trace = SimTrace(isRecorded: isRecorded)
    checks = Invariants(installation: installation)
  }

  var wall: Timestamp { Timestamp(milliseconds: Self.wallStart + now / 1000 + skew) }
  var cloudTime: Duration { .milliseconds(now / 1000) }

  /// Some time from now, in milliseconds; where nothing is drawn, the middle of it.
  func after(_ range: ClosedRange<Int>) -> Int64 {
    if script.plan != nil { return now + Int64(range.lowerBound + range.upperBound) * 500 }
    return now + Int64(range.lowerBound + chance.below(range.upperBound - range.lowerBound + 1)) * 1000
      + Int64(chance.below(1000))
  }

  /// A moment from now: the next thing to do, in an order that the seed decides.
  func soon() -> Int64 { now + (script.plan == nil ? Int64(1 + chance.below(2_000)) : 1_000) }

  func note(_ kind: UInt64, _ words: @autoclosure () -> String) { trace.note(now, kind, words()) }

  func violated(_ id: String, _ what: String) {
    checks.violations.append("\(id): \(what)")
    note(99, "VIOLATED \(id): \(what)")
    isOver = true
  }

  // MARK: The loop

  func run() {
    begin()
    while !isOver, step() {}
    if checks.violations.isEmpty { checkEnd() }
  }

  /// Puts all into the queue that happens by itself.
  func begin() {
    queue.add(.start(1), at: 0)
    control.incarnation = 1
    for (index, step) in script.steps.enumerated() { queue.add(.script(index), at: step.at * 1000) }
    // Where somebody drives the run, that is who looks after it.
    if script.plan == nil { queue.add(.tidy, at: (script.steps.last?.at ?? 0) * 1000 + 30_000_000) }
    for number in 0..<(script.plan == nil ? 2 : 0) {
      viewers.append(SimViewer())
      queue.add(.viewer(number), at: after(100...3_000))
    }
    queue.add(.boot, at: 1_000_000)
  }

  /// Lets the next thing happen.
  /// - Returns: whether there was one.
  @discardableResult
  func step() -> Bool {
    guard let (time, event) = queue.next() else { return false }
    now = time
    events += 1
    handle(event)
    // A machine that is not wanted calls again every few seconds, for as long as nobody has a look.
    if events > 200_000 + 12 * now / 1_000_000 {
      violated("liveness", "\(events) events and no end: \(unfinished().prefix(5))")
    }
    return true
  }

  private func handle(_ event: SimEvent) {
    switch event {
    case .script(let index): perform(script.steps[index].step)
    case .dispatch(let life): if control.lives(life) { dispatch() }
    case .wake(let life): if control.lives(life) { post(.tick) }
    case .execute(let life, let row): if control.lives(life) { execute(row) }
    case .lease(let life, let row): if control.lives(life) { lease(row) }
    case .settle(let life, let row, let outcome): if control.lives(life) { settle(row, outcome) }
    case .cloud(let life, let row, let call): callCloud(life, row, call)
    case .start(let life): if control.incarnation == life, !control.isUp { startControl() }
    case .frame(let connection, let toMachine): arrive(connection, toMachine: toMachine)
    case .linkTick(let connection, let byMachine): tickLink(connection, byMachine: byMachine)
    case .cut(let connection, let byMachine): noticeCut(connection, byMachine: byMachine)
    case .dial(let machine, let life): dial(machine, life)
    case .machineStart(let machine, let life): startMachine(machine, life)
    case .recover(let machine, let life): recover(machine, life)
    case .work(let machine, let life, let connection, let id, let request):
      finishWork(machine, life, connection, id, request)
    case .session(let machine, let life, let session): driveSession(machine, life, session)
    case .sessionWake(let machine, let life, let session):
      if machines[machine]?.lives(life) == true { feed(machine, session, .tick, route: nil) }
    case .agent(let machine, let life, let session, let run): stepAgent(machine, life, session, run: run)
    case .boot: bootMachines()
    case .viewer(let number): view(number)
    case .again(let order): carryOut(order)
    case .tidy: tidy()
    }
  }
}

/// The process that is being simulated has died in the middle of something.
struct SimDied: Error {}
