// SPDX-License-Identifier: Apache-2.0
internal import SAMCore

/// The script's steps, done.
extension SimWorld {
  func perform(_ step: SimScript.Step) {
    note(70, "— \(step)")
    switch step {
    case .task, .prompt, .cancelTurn, .cancelTask, .retryTask, .answer, .drain, .discard, .confirm, .fickle, .redefine,
      .goOn:
      wish(step)
    default: goWrong(step)
    }
  }

  private func wish(_ step: SimScript.Step) {
    switch step {
    case .task(let agent): if let profile = choose(people.profiles, agent) { order(.task(profile)) }
    case .prompt(let pick):
      // Mostly somebody goes on with what was begun last.
      let sessions = all(Session.self)
      let last = sessions.max { $0.createdAt < $1.createdAt }
      guard let session = pick % 2 == 0 ? last : choose(sessions, pick) else { return }
      // Some change their mind about how it is to work, before and after they say something.
      if pick % 3 == 0 { choose(pick, in: session.id) }
      for _ in 0...pick % 3 { say(in: session.id) }
      if pick % 5 == 0 { choose(pick + 1, in: session.id) }
      // Somebody says something again, or tries to say in place of what it is not.
      if pick % 5 == 0, let earlier = choose(all(Turn.self), pick / 5) {
        order(.prompt(pick % 2 == 0 ? earlier.session : session.id, "once more", insteadOf: earlier.id))
      }
    case .cancelTurn(let pick):
      if pick % 3 == 0, let grant = choose(all(Grant.self, statuses: ["active"]), pick) { order(.revoke(grant.id)) }
      if let turn = choose(live(Turn.self), pick) { order(.cancelTurn(turn.id)) }
    case .cancelTask(let pick): if let task = choose(all(SAMTask.self), pick) { order(.cancelTask(task.id)) }
    case .retryTask(let pick):
      let ended = all(SAMTask.self, statuses: ["failed", "cancelled"])
      if let task = choose(ended, pick) { order(.retryTask(task.id)) }
    case .answer(let pick, let sensibly):
      let questions = sensibly ? all(Approval.self, statuses: ["asked"]) : all(Approval.self)
      guard let approval = choose(questions, pick) else { return }
      // Some answers stand, until somebody thinks better of it.
      let scope: GrantScope? = pick % 4 == 0 ? .project : pick % 4 == 1 ? .session : nil
      if pick % 3 == 1, let grant = choose(all(Grant.self, statuses: ["active"]), pick) { order(.revoke(grant.id)) }
      order(.answer(approval.id, sensibly ? ["yes", "no"][pick % 2] : "perhaps", for: scope))
      // Somebody else thinks otherwise of the same question, asked elsewhere.
      let other = questions.first { $0.id != approval.id && $0.tool == approval.tool && $0.state == .asked }
      if scope == .project, let other { order(.answer(other.id, ["no", "yes"][pick % 2], for: .project)) }
      // Two people answer at once: only the first counts.
      if pick % 3 == 0 { order(.answer(approval.id, "no")) }
    case .drain(let pick): if let machine = choose(provided(), pick) { order(.drain(machine.id)) }
    case .discard(let pick): if let machine = choose(provided(), pick) { order(.discard(machine.id)) }
    case .fickle(let agent):
      guard let profile = choose(people.profiles, agent) else { return }
      order(.task(profile))
      if agent % 3 == 0, let machine = all(Machine.self, statuses: ["requested"]).last {
        // Let go of while the provider is being asked.
        people.orders += 1
        let order = SimOrder(id: "order-\(people.orders)", kind: .discard(machine.id))
        queue.add(.again(order), at: after(5...2_000))
      } else if let task = all(SAMTask.self).last {
        order(.cancelTask(task.id))
      }
    case .redefine(let agent): redefine(agent)
    case .goOn(let pick):
      let held = all(Session.self).filter { $0.hold != nil }
      if let session = choose(held, pick) { order(.goOn(session.id)) }
    default: order(.confirm)
    }
  }

  private func redefine(_ pick: Int) {
    do {
      // Nobody names one that a restore has lost.
      if pick % 3 == 0, let project = people.project, find(Project.self, project)?.state == .active {
        try perform(RemoveProject(project: project), by: .owner)
        people.project = nil
        try furnish()
        return
      }
      guard let id = choose(people.profiles, pick), let profile = find(Profile.self, id) else { return }
      if pick % 2 == 0, profile.state == .active { try perform(RemoveProfile(profile: id), by: .owner) }
      // Somebody who trusts an agent, or no longer does.
      let other: ApprovalPolicy = profile.approvals == .ask ? pick % 4 < 2 ? .allow : .deny : .ask
      try perform(
        DefineProfile(name: profile.name, launch: profile.launch, approvals: other, machine: profile.machine),
        by: .owner)
    } catch let error as Rejection where pick % 3 != 0 {
      violated("total", "agent \(pick) cannot be defined again: \(error)")
    } catch {
      note(73, "it cannot be defined again: \(error)")
      if let project = people.project, error is Rejection, !all(SAMTask.self).contains(where: { $0.project == project })
      {
        violated("total", "\(project) has no task and cannot be removed: \(error)")
      }
    }
  }

  /// Some prompts are said more than once, in other white space.
  private func say(in session: SessionID) {
    order(.prompt(session, ["go on", "go  on ", "go on", "fix the test"][(people.orders + 1) % 4]))
  }

  private func choose(_ pick: Int, in session: SessionID) {
    let (setting, value) = [
      ("mode", "plan"), ("mode", "auto"), ("web", "on"), ("mode", "ask"), ("web", "off"), ("mode", "never"),
    ][pick % 6]
    order(.choose(session, setting, value))
  }

  /// Turns that are not over, or any when there is none.
  private func live(_ type: Turn.Type) -> [Turn] {
    let live = all(Turn.self, statuses: TurnState.allCases.filter { !Turn.table.isFinal($0) }.map(\.rawValue))
    return live.isEmpty ? all(Turn.self) : live
  }

  private func provided() -> [Machine] { all(Machine.self).filter { $0.isProvided && $0.state != .gone } }

  private func goWrong(_ step: SimScript.Step) {
    let there = machines.keys.sorted().filter { machines[$0]?.isUp == true }
    switch step {
    case .crashControl: crashControl("by the script")
    case .crashMachine(let pick, let power): if let id = choose(there, pick) { crashMachine(id, power: power) }
    case .killAgent(let pick):
      let agents = there.flatMap { id in
        (machines[id]?.sessions.filter { $0.value.agent != nil }.keys.sorted() ?? []).map { (id, $0) }
      }
      guard let (id, session) = choose(agents, pick) else { return }
      killAgent(id, session)
      // Some are broken from then on, for a while.
      if pick % 4 == 0 { machines[id]?.histories[session]?.doomed = 9 }
    case .cutLink(let pick): if let number = choose(upLinks(), pick) { cut(number) }
    case .partition(let pick, let seconds): partition(pick, seconds)
    case .jump(let seconds):
      skew += Int64(seconds) * 1000
      note(71, "the wall clock jumps by \(seconds) s")
    case .fullDisk(let count): fullDisk += count
    case .backup: makeBackup()
    case .restore: restore()
    case .vanish(let pick): if let id = choose(there.filter { machines[$0]?.isLocal == false }, pick) { vanish(id) }
    case .outage(let seconds): cloudDownUntil = max(cloudDownUntil, now + Int64(seconds) * 1_000_000)
    case .sick(let pick, let seconds):
      guard let id = choose(there.filter { machines[$0]?.isLocal == false }, pick) else { return }
      fallIll(id, seconds)
    case .foreign:
      let like = all(Machine.self).last
      cloud.plantForeign(
        installation: Self.stranger, machine: like?.id ?? local, name: like?.name ?? "sam-1",
        now: cloudTime)
    case .poison(let pick): plantPoison(pick)
    default: break
    }
  }

  private func upLinks() -> [Int] {
    connections.keys.sorted().filter { number in
      connections[number].map { $0.isInUse && machines[$0.machine]?.isLocal == false } == true
    }
  }

  /// Nothing passes for a while; each side finds out by itself when it lasts.
  private func partition(_ pick: Int, _ seconds: Int) {
    // Where an agent works there is more to lose.
    let links = upLinks()
    let busy = links.filter { connections[$0].map { hasAgent($0.machine) } == true }
    guard let number = choose(busy.isEmpty ? links : busy, pick), let id = connections[number]?.machine else { return }
    let end = now + Int64(seconds) * 1_000_000
    machines[id]?.unreachableUntil = end
    block(number, until: end)
  }

  private func hasAgent(_ id: MachineID) -> Bool {
    machines[id]?.sessions.contains { $0.value.agent != nil } == true
  }

  private func vanish(_ id: MachineID) {
    guard let handle = machines[id]?.handle else { return }
    cloud.remove(handle, now: cloudTime)
    removeMachine(id)
    checks.handOver.machineWasLost()
  }

  /// The store is copied, at times with prompts that wait: what becomes of them afterwards the copy does not know.
  private func makeBackup() {
    let isDrawn = script.plan == nil
    if isDrawn, chance.oneIn(2), let session = all(Session.self, statuses: ["ready", "preparing"]).last {
      for _ in 0..<3 { order(.prompt(session.id, "go on")) }
    }
    backup = (store as? InMemoryStore)?.durableCopy()
    // What is on its way is cancelled: the copy will not know why it ended.
    let sent = all(Turn.self, statuses: ["delivered"]) + all(Turn.self, statuses: ["delivering"])
    if isDrawn, chance.oneIn(2), let turn = sent.first { order(.cancelTurn(turn.id)) }
  }

  /// The store is replaced by the older copy, as an operator does after a loss.
  private func restore() {
    guard let copy = backup, faults.areOn else {
      makeBackup()
      return
    }
    crashControl("to be restored")
    generation += 1
    store = copy.durableCopy()
    restoredChecks()
    note(72, "RESTORE, generation \(generation)")
    // Somebody cleans up before anybody has looked.
    if let machine = choose(provided(), chance.below(1_000)) { order(.drain(machine.id)) }
  }
}

/// What the rules remember is of a store that is not there any more.
extension SimWorld {
  fileprivate func restoredChecks() {
    people.answers = [:]
    people.accepted = []
    viewers = viewers.map { _ in SimViewer() }
    checks.holder.restored()
    checks.foreign.restored()
    checks.handOver.restored()
    checks.oneWay.restored()
    checks.quotas.restored()
    checks.settings.restored()
    checks.approvals.restored()
    do {
      let (entries, rows) = try read { reader in
        let sessions = try reader.list(Session.self, StateQuery(Session.kind, limit: 100_000))
        let kinds = [
          Project.kind, Profile.kind, SAMTask.kind, Session.kind, Turn.kind, Approval.kind, Grant.kind,
          Machine.kind, Workspace.kind, Cloud.kind, Quota.kind, Attachment.kind,
        ]
        return (
          try sessions.flatMap { try reader.entries($0.id, after: 0, limit: 1_000_000) },
          try kinds.flatMap { try reader.states(StateQuery($0, limit: 1_000_000)) }
        )
      }
      checks.viewers.restored(entries)
      coverage.restored(rows.map { ($0.key.id, $0.index.status) })
      var fold = checks.fold
      try read { try fold.restored($0) }
      checks.fold = fold
      var vain = checks.vain
      try read { try vain.restored($0) }
      checks.vain = vain
      var fit = checks.fit
      try read { try fit.restored($0) }
      checks.fit = fit
    } catch {
      violated("read", "the restored store cannot be read: \(error)")
    }
  }
}

/// Somebody who reads along: a cursor into one transcript.
struct SimViewer {
  var session: SessionID?
  var seq: Int64 = 0
}

extension SimWorld {
  func view(_ number: Int) {
    queue.add(.viewer(number), at: after(400...8_000))
    guard control.isUp else { return }
    if viewers[number].session == nil || chance.oneIn(12) {
      let sessions = all(Session.self)
      guard let session = choose(sessions, chance.below(1_000)) else { return }
      viewers[number] = SimViewer(session: session.id)
    }
    guard let session = viewers[number].session else { return }
    do {
      let entries = try read { try $0.entries(session, after: viewers[number].seq, limit: 1 + chance.below(20)) }
      for what in checks.viewers.viewed(entries, after: viewers[number].seq) { violated("I7", what) }
      if let last = entries.last { viewers[number].seq = last.seq }
    } catch {
      violated("I7", "the transcript of \(session) cannot be read: \(error)")
    }
  }
}
