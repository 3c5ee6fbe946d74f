// SPDX-License-Identifier: Apache-2.0
internal import SAMCore

/// The control plane's process: what is lost when it dies.
struct SimControl {
  /// Which life of the process this is.
  var incarnation = 0
  var isUp = false
  /// When it began, in microseconds: its uptime counts from there.
  var begun: Int64 = 0
  var engine = Engine(ids: IDSource(generator: SeededGenerator(seed: 0)))
  var dispatcher = Dispatcher()
  var inbox: [Dispatcher.Input] = []
  var isDispatching = false
  /// The connection over which each machine is reached.
  var links: [MachineID: Int] = [:]

  func lives(_ life: Int) -> Bool { isUp && incarnation == life }
}

/// What the production driver `Orchestrator` does, one step at a time.
extension SimWorld {
  var controlMoment: Moment { Moment(wall: wall, uptime: .microseconds(now - control.begun)) }

  func read<Result>(_ body: (SimReader) throws -> Result) throws -> Result {
    try store.transactNow { (Changes(), try body(SimReader($0, memo))) }
  }

  /// Performs a command as `Orchestrator.perform` does; the process may die right after the commit.
  @discardableResult
  func perform<C: Command>(_ command: C, id: String? = nil, by actor: Actor = .system) throws -> C.Answer {
    guard control.isUp else { throw SimDied() }
    let context = CommandContext(id: id, actor: actor, now: wall)
    var changes = Changes()
    let answer: C.Answer
    var before: SimStoreDigest?
    do {
      answer = try store.transactNow { reader in
        let (decided, answer) = try control.engine.decide(command, context: context, reader: reader)
        if !decided.isEmpty, passes(.beforeCommit(C.name)) {
          before = try SimStoreDigest(reader)
          throw SimDied()
        }
        if !decided.isEmpty, fullDisk > 0 {
          fullDisk -= 1
          throw StoreError(.full, "the disk is full; make room")
        }
        changes = decided
        return (decided, answer)
      }
    } catch let died as SimDied {
      diesUncommitted(C.name, before: before)
      throw died
    }
    guard !changes.isEmpty else { return answer }
    commits += 1
    committed(changes, by: C.name)
    crashPoint?.committed(changes)
    if passes(.afterCommit(C.name)) { throw SimDied() }
    if diesNow() {
      crashControl("right after \(C.name)")
      throw SimDied()
    }
    return answer
  }

  /// Whether the control plane dies after a commit: what is rarely done is interrupted more often, and what is hardly
  /// ever done mostly, also when faults have stopped: what ends late is rarely done before.
  private func diesNow() -> Bool {
    if coverage.isRarest, faults.areOn { return !chance.oneIn(4) }
    return chance.oneIn(coverage.isRare ? (faults.dieAfterCommit + 9) / 10 : faults.dieAfterCommit)
  }

  private func committed(_ changes: Changes, by name: String) {
    for event in changes.events { trace.mix(event.type) }
    note(
      1,
      "commit \(name): \(changes.events.map { "\($0.aggregate.id.suffix(6)) \($0.type)" }.joined(separator: ", "))"
        + (changes.owed.isEmpty ? "" : "; owes \(changes.owed.map { "\($0.effect)".prefix(60) })"))
    coverage.committed(changes)
    checkCommit(changes, by: name)
    guard !(changes.owed.isEmpty && changes.updated.isEmpty && changes.settled.isEmpty) else { return }
    post(.committed(changes))
  }

  /// Puts something into the dispatcher's mailbox.
  func post(_ input: Dispatcher.Input) {
    control.inbox.append(input)
    guard !control.isDispatching else { return }
    control.isDispatching = true
    queue.add(.dispatch(control.incarnation), at: soon())
  }

  /// Takes in all that is in the mailbox, in order.
  func dispatch() {
    control.isDispatching = false
    let inputs = control.inbox
    control.inbox = []
    let life = control.incarnation
    for input in inputs {
      checks.effects.hears(input, controlMoment)
      for action in control.dispatcher.on(input, now: controlMoment) {
        for what in checks.effects.wants(action) { violated("I14", what) }
        switch action {
        case .run(let row): queue.add(.execute(life, row), at: soon())
        case .lease(let row): queue.add(.lease(life, row), at: soon())
        case .settleUnknown(let row): queue.add(.settle(life, row, .unknown), at: soon())
        case .wake(let uptime): queue.add(.wake(life), at: max(now, control.begun + uptime.microseconds))
        }
      }
    }
    checkEffects()
  }

  func lease(_ row: EffectRow) {
    do {
      let begun = try perform(LeaseEffect(effect: row.id, attempt: row.attempt))
      if !begun { post(.finished(row.id)) }
    } catch is SimDied {
    } catch {
      queue.add(.lease(control.incarnation, row), at: after(100...2_000))
    }
  }

  func execute(_ row: EffectRow) {
    let order: EffectOrder
    do {
      order = try read { try EffectOrder.of(row, in: $0) }
    } catch let error as Rejection {
      settleSoon(row, .refused(reason: error.message))
      return
    } catch {
      settleSoon(row, .retry(reason: "\(error)"))
      return
    }
    note(2, "execute \(row.effect) attempt \(row.attempt): \(String(describing: order).prefix(100))")
    coverage.executed(row)
    for what in checks.effects.runs(row, order, now: now, begun: control.begun) { violated("I14", what) }
    switch order {
    case .settled(let outcome): settleSoon(row, outcome)
    case .ask(let machine, let request):
      guard let connection = control.links[machine] else {
        settleSoon(row, .away(reason: "machine '\(machine)' is not connected"))
        return
      }
      tellControl(connection, .call(row, request))
    case .create(let provider, let order): call(row, .create(order), of: provider)
    case .find(let provider, let handle): call(row, .find(handle), of: provider)
    case .list(let provider, let installation): call(row, .list(installation), of: provider)
    case .destroy(let provider, let handle): call(row, .destroy(handle), of: provider)
    }
  }

  private func call(_ row: EffectRow, _ call: SimCloud.Call, of provider: String) {
    if isPoisoned(row, provider: provider) { return settleSoon(row, .provider(SimPoison.error)) }
    if passes(.beforeCall(call.kind)) { return }
    queue.add(.cloud(control.incarnation, row, call), at: after(5...max(6, faults.latency)))
  }

  func settleSoon(_ row: EffectRow, _ outcome: EffectOutcome) {
    let isLate = strikes(row, once: faults.settleLate, rarely: (faults.settleLate + 2) / 3)
    if isLate { coverage.waits(row) }
    // Until something else was done and settled.
    let most = row.effect.isRarest ? 120_000 : 6_000
    queue.add(.settle(control.incarnation, row, outcome), at: isLate ? after(1_000...most) : soon())
  }

  /// Whether something happens to the outcome of an effect: more often to those that are rarely owed.
  private func strikes(_ row: EffectRow, once often: Int, rarely: Int) -> Bool {
    if row.effect.isRarest, faults.areOn, healedAt == nil { return chance.oneIn(3) }
    return chance.oneIn(row.effect.isRare ? rarely : often)
  }

  func settle(_ row: EffectRow, _ outcome: EffectOutcome) {
    if strikes(row, once: faults.dieBeforeSettling, rarely: (faults.dieBeforeSettling + 14) / 15) {
      coverage.lostReply(row)
      crashControl("before it settles \(row.effect.kindName)")
      return
    }
    do {
      let current = try read { try $0.effects(EffectQuery(id: row.id, limit: 1)).first }
      coverage.settles(row, current: current)
      let before = before(row)
      try perform(SettleEffect(effect: row.id, attempt: row.attempt, outcome: outcome))
      if current?.attempt == row.attempt { checkOutcome(row, outcome, before) }
      if let current, current.attempt != row.attempt,
        try read({ try $0.effects(EffectQuery(id: row.id, limit: 1)).first }) != current
      {
        violated("I14", "the outcome of attempt \(row.attempt) of \(row.effect) changed attempt \(current.attempt)")
      }
      post(.finished(row.id))
      if strikes(row, once: faults.settleTwice, rarely: (faults.settleTwice + 3) / 4) {
        queue.add(.settle(control.incarnation, row, outcome), at: after(1...5_000))
      }
    } catch is SimDied {
    } catch let error as StoreError {
      note(3, "settle \(row.effect) fails: \(error.code.rawValue)")
      queue.add(.settle(control.incarnation, row, outcome), at: after(100...2_000))
    } catch {
      violated("total", "the outcome \(outcome) of \(row.effect) was refused: \(error)")
    }
  }

  // MARK: Life and death

  func startControl() {
    control.isUp = true
    control.begun = now
    // Another process draws other ids: two lives must never make the same one.
    control.engine = Engine(
      ids: IDSource(generator: SeededGenerator(seed: script.seed &* 1_000_003 &+ UInt64(control.incarnation))))
    control.dispatcher = Dispatcher()
    checks.effects.began()
    note(4, "control plane starts, life \(control.incarnation)")
    checkWaits()
    do {
      if let reopen, control.incarnation > 1 {
        store = InMemoryStore()
        store = try reopen(control.incarnation)
      }
      // What is committed while the rows are being read may be in them or not.
      let early = script.plan == nil && chance.oneIn(2) ? try read { try $0.effects(EffectQuery()) } : nil
      try perform(ForgetConnections())
      if generation > 0 { try perform(NoteRestore(generation: generation)) }
      try perform(
        OpenCloud(
          provider: "sim", installation: installation, traits: ProviderTraits(settling: cloud.behaviour.traits.settling)
        ))
      if let provider = poison.provider {
        try perform(OpenCloud(provider: provider, installation: installation, traits: ProviderTraits()))
      }
      try furnish()
      let rows = try early ?? read { try $0.effects(EffectQuery()) }
      post(.loaded(rows))
      local = try perform(RegisterMachine(name: "this machine", provider: "local")).id
      if machines[local] == nil { machines[local] = SimMachine(id: local, isLocal: true) }
      startMachine(local, machines[local]?.incarnation ?? 0)
      connect(local)
    } catch is SimDied {
    } catch let error as StoreError where error.code == .full {
      note(4, "the start fails: \(error)")
      crashControl("at its start")
    } catch {
      violated("total", "the control plane cannot start: \(error)")
    }
  }

  /// The process dies.
  /// - Parameter power: whether this machine's power fails with it; nil = that is drawn.
  func crashControl(_ why: String, power: Bool? = nil) {
    guard control.isUp else { return }
    crashes += 1
    note(5, "CRASH control plane \(why)")
    let life = control.incarnation + 1
    control = SimControl()
    control.incarnation = life
    for id in connections.keys.sorted() { cut(id) }
    // This machine's runtime is in the same process.
    stopMachine(local, power: power ?? chance.oneIn(faults.powerFails))
    coverage.crashed()
    checkWaits()
    queue.add(.start(life), at: after(500...20_000))
  }
}

extension Duration {
  var microseconds: Int64 { components.seconds * 1_000_000 + components.attoseconds / 1_000_000_000_000 }
}
