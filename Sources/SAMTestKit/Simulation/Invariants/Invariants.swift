// SPDX-License-Identifier: Apache-2.0
internal import SAMCore

/// What must hold, each rule in a file of its own, fed by the world as it turns.
struct Invariants {
  /// What does not hold.
  var violations: [String] = []
  let installation: InstallationID

  var holder = I01WorkspaceHolder()
  var handOver = I02HandOver()
  var leaks = I03Leaks()
  var foreign = I04Foreign()
  var limits = I05Limits()
  var viewers = I07Viewers()
  var work = I08Work()
  var waits = I09Waits()
  var silence = I10Silence()
  var oneWay = I11OneWay()
  var starvation = I12Starvation()
  var fold = I13Fold()
  var effects = I14Effects()
  var approvals = I15Approvals()
  var quotas = I16Quotas()
  var vain = I17Vain()
  var fit = I18Fit()
  var settings = I19Settings()

  init(installation: InstallationID) { self.installation = installation }

  /// How much each rule has seen; 0 = its promise is vacuous in this run.
  var evidence: [(id: String, count: Int)] {
    [
      ("I1", holder.count), ("I2a", handOver.handed.count), ("I2b", handOver.ended), ("I3", leaks.count),
      ("I4", foreign.count), ("I5", limits.count), ("I6", 0), ("I7", viewers.count), ("I8", work.count),
      ("I9", waits.count),
      ("I10", silence.count), ("I11", oneWay.count), ("I12", starvation.count), ("I13", fold.count),
      ("I14", effects.count), ("I15", approvals.count), ("I16", quotas.count),
      ("I17", vain.count), ("I18", fit.count), ("I19", settings.count),
    ]
  }
}

/// What the world tells the rules.
extension SimWorld {
  func blame(_ id: String, _ wrong: [String]) {
    for what in wrong { violated(id, what) }
  }

  /// Asks a rule that reads the store.
  func examine(_ id: String, _ body: (SimReader) throws -> [String]) {
    do { blame(id, try read(body)) } catch { violated(id, "the store cannot be read: \(error)") }
  }

  func checkCommit(_ changes: Changes, by name: String) {
    checkDiscovered(changes)
    if name == NoteRestore.name {
      isUnconfirmed = true
      checkRestored()
      checkHeld()
    }
    if name == ConfirmRestore.name {
      isUnconfirmed = false
      checkHeld()
    }
    blame("I1", checks.holder.committed(changes))
    blame("I7", checks.viewers.committed(changes))
    blame("I11", checks.oneWay.committed(changes))
    blame("I2a", checks.handOver.committed(changes))
    checks.effects.committed(changes, now: now)
    checkWritten(changes)
    do {
      blame(
        "I4",
        try checks.foreign.committed(changes, installation, isHeld: isUnconfirmed, now: cloudTime) { handle in
          cloud.resources.first { $0.handle == handle && $0.kind == .server }
        })
    } catch { violated("I4", "\(name): \(error)") }
    var limits = checks.limits
    examine("I5", { try limits.committed(changes, $0) })
    checks.limits = limits
    var quotas = checks.quotas
    examine("I16", { try quotas.committed(changes, $0) })
    checks.quotas = quotas
    do { try checks.settings.committed(changes) } catch { violated("I19", "\(name): \(error)") }
    var fold = checks.fold
    do {
      let wrong = try checks.approvals.committed(changes) { find(Session.self, $0) }
      blame("I15", wrong)
    } catch { violated("I15", "\(name): \(error)") }
    do { blame("I13", try fold.committed(changes)) } catch { violated("I13", "\(name) cannot be folded: \(error)") }
    checks.fold = fold
    var vain = checks.vain
    examine("I17", { try vain.committed(changes, idle: fold.idle, $0) })
    checks.vain = vain
    var fit = checks.fit
    examine("I18") {
      try fit.committed(changes, sessions: fold.sessions(in: changes), turns: fold.turns(in: changes), $0)
    }
    checks.fit = fit
  }

  func checkWaits() {
    let now = now
    var waits = checks.waits
    examine("I9", { try waits.check($0) })
    checks.waits = waits
    _ = now
  }

  func checkEffects() {
    guard control.inbox.isEmpty else { return }
    let known = control.dispatcher.count
    var effects = checks.effects
    examine("I14", { try effects.check($0, known: known) })
    checks.effects = effects
  }

  func checkTime() {
    // What the ledger has lost with a restore nobody waits for.
    let hung = hungSessions().filter { find(Session.self, $0.session) != nil }
    var silence = checks.silence
    examine("I10", { try silence.check(hung, now: now, $0) })
    checks.silence = silence
    // Leaks are a matter of minutes.
    let seconds = Int((now - leaksCheckedAt) / 1_000_000)
    guard seconds >= 30 else { return }
    leaksCheckedAt = now
    checkLinks(seconds: seconds)
    checkIdle(seconds: seconds)
    let billed = cloud.billed(now: cloudTime)
    guard !billed.isEmpty else { return }
    let held = !all(Cloud.self, statuses: ["held"]).isEmpty
    let isOpen = cloudDownUntil <= now && max(cloud.windows.outage, cloud.windows.refusal) <= cloudTime
    let isAble = control.isUp && !held && isOpen
    var leaks = checks.leaks
    let installation = installation
    examine("I3", { try leaks.check(billed, installation, seconds: seconds, isAble: isAble, $0) })
    checks.leaks = leaks
  }

  /// A machine that the ledger takes for connected is connected, or that it is not is about to be noted.
  private func checkLinks(seconds: Int) {
    let connected = [MachineState.ready, .idle, .draining].map(\.rawValue)
    let alone = all(Machine.self, statuses: connected).map(\.id).filter {
      control.isUp && machines[$0]?.isLocal != true && control.links[$0] == nil && !disconnections.contains($0)
    }
    for what in checks.waits.alone(alone, seconds: seconds) { violated("I9", what) }
  }

  /// No agent's process stays where nothing is to be done.
  private func checkIdle(seconds: Int) {
    let idle = machines.keys.sorted().flatMap { id in
      (machines[id]?.sessions.filter { $0.value.agent?.phase == .idle }.keys.sorted() ?? [])
    }
    for what in checks.waits.idle(idle, seconds: seconds) { violated("I9", what) }
  }

  /// Sessions whose agent works, says nothing any more, and could be heard.
  private func hungSessions() -> [(session: SessionID, turn: TurnID)] {
    machines.keys.sorted().flatMap { id -> [(session: SessionID, turn: TurnID)] in
      guard let machine = machines[id], let number = machine.connection, control.links[id] == number,
        let connection = connections[number], connection.isUp, connection.blockedUntil <= now
      else { return [] }
      return machine.sessions.keys.sorted().compactMap { session in
        guard let agent = machine.sessions[session]?.agent, case .working(let turn, _, let place) = agent.phase,
          !agent.isCancelled, agent.script.indices.contains(place), agent.script[place] == .hang
        else { return nil }
        return (session, turn)
      }
    }
  }

  /// A question is taken back only when its turn is cancelled, or nobody can answer it any more.
  func checkCancelled(_ approval: ApprovalID, _ option: String?, _ id: MachineID, _ session: SessionID) {
    guard option == nil, let state = machines[id]?.sessions[session], let agent = state.agent else { return }
    let isCancelled = agent.isCancelled || agent.phase == .dead || state.actions.contains(.cancelPrompt(run: agent.run))
    if isCancelled || generation > 0 { return }
    if (find(Approval.self, approval)?.state ?? .asked) == .asked {
      violated("I15", "\(approval) was taken back by nobody")
    }
  }

  /// What is written against what the ledger says of it.
  private func checkWritten(_ changes: Changes) {
    for entry in changes.entries where !SimWord.all(in: entry.body).isEmpty {
      guard let turn = entry.turn.flatMap({ find(Turn.self, $0) }), let session = find(Session.self, entry.session)
      else { continue }
      if turn.state == .delivering || turn.state == .delivered {
        violated("I2b", "\(turn.id) is \(turn.state), and its agent speaks")
      }
      if let task = find(SAMTask.self, session.task), case .silent = task.waiting, task.session == session.id {
        violated("I10", "\(session.id) speaks, and its task waits for it")
      }
    }
  }

  func checkDestroy(_ call: SimCloud.Call, of life: Int) {
    guard case .destroy(let handle) = call else { return }
    checks.leaks.destroys(handle, cloud.billed(now: cloudTime))
    let billed = cloud.resources.first { $0.handle == handle && $0.kind == .server }
    // A call that was on its way when the store was replaced is not the new ledger's.
    let isHeld = isUnconfirmed && control.lives(life)
    blame("I4", checks.foreign.destroys(handle, billed, installation, isHeld: isHeld))
    guard let id = machines.keys.sorted().first(where: { machines[$0]?.handle == handle }),
      machines[id]?.isGone == false, let machine = machines[id]
    else { return }
    let isDiscarded = find(Machine.self, id)?.isDiscarded ?? false
    let isKnown: (WorkspaceID) -> Bool = { [generation] in generation == 0 || self.find(Workspace.self, $0) != nil }
    blame("I8", checks.work.destroys(machine, remote, isDiscarded: isDiscarded, isKnown: isKnown))
  }

  /// Where nothing goes wrong and nobody takes a machine away, nothing fails.
  private func checkCalm() {
    guard !script.faults.areOn, script.plan == nil else { return }
    let taken = Set(all(Machine.self).filter { $0.isToGo || $0.isDiscarded || $0.isGivenUp }.map(\.id))
    for task in all(SAMTask.self, statuses: ["failed"]) where task.machine.map({ !taken.contains($0) }) ?? true {
      violated("I2b", "\(task.id) failed and nothing went wrong: \(task.failure ?? "")")
    }
    for workspace in all(Workspace.self) where workspace.isUnsavable {
      violated("I8", "\(workspace.id) is called unsavable, and nothing went wrong")
    }
    for session in checks.viewers.unwritten() {
      guard let machine = find(Session.self, session)?.machine, !taken.contains(machine) else { continue }
      violated("I7", "\(session): what its agent said last was not written, and nothing went wrong")
    }
    for turn in all(Turn.self, statuses: ["failed", "interrupted", "ambiguous"]) {
      guard let session = find(Session.self, turn.session), !taken.contains(session.machine) else { continue }
      violated("I2b", "\(turn.id) is \(turn.state) and nothing went wrong: \(turn.reason ?? "")")
    }
  }

  func checkEnd() {
    checkCalm()
    let gone = Set(all(Machine.self, statuses: ["gone"]).map(\.id))
    for workspace in all(Workspace.self, statuses: ["ready", "requested"]) where gone.contains(workspace.machine) {
      // One that a retry left behind was given back before.
      if find(Session.self, workspace.session)?.closeReason == "the task was retried" { continue }
      violated("I9", "\(workspace.id) is \(workspace.state) on a machine that is gone")
    }
    let accepted = people.accepted
    var handOver = checks.handOver
    examine("I2b", { try handOver.atTheEnd($0, accepted: accepted) })
    checks.handOver = handOver
    var approvals = checks.approvals
    examine("I15", { try approvals.atTheEnd($0) })
    checks.approvals = approvals
    var fold = checks.fold
    examine("I13", { try fold.whole($0) })
    checks.fold = fold
    var viewers = checks.viewers
    examine("I7", { try viewers.atTheEnd($0) })
    checks.viewers = viewers
  }
}
