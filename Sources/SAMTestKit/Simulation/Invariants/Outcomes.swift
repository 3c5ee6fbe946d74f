// SPDX-License-Identifier: Apache-2.0
internal import SAMCore

/// What is looked at before an outcome is settled.
struct SimBefore {
  /// The machine that the effect is about.
  var machine: Machine?
  /// The looks for machines that are owed.
  var looks: Set<Effect> = []
  /// The workspace of the session that the effect is about.
  var workspace: Workspace?
  /// The task of that session.
  var task: SAMTask?
}

/// What outcomes lead to: what was learned is known, what may work is tried again, and nothing is given up too soon.
extension SimWorld {
  func before(_ row: EffectRow) -> SimBefore {
    switch row.effect {
    case .createMachine(let id), .findMachine(let id, _): SimBefore(machine: find(Machine.self, id), looks: looks())
    case .sweep: SimBefore(looks: looks())
    case .publishWork(let turn):
      SimBefore(
        workspace: workspace(of: turn),
        task: find(Turn.self, turn).flatMap { find(Session.self, $0.session) }.flatMap { find(SAMTask.self, $0.task) })
    default: SimBefore()
    }
  }

  func checkOutcome(_ row: EffectRow, _ outcome: EffectOutcome, _ before: SimBefore) {
    checkPatience(row, outcome)
    switch (row.effect, outcome) {
    case (.endSession(let id), .done): checkEnded(id)
    case (.saveWork(let id), .refused): checkUnsavable(id)
    case (.saveWork(let id), .published(let work)) where !work.isSafe: checkUnsavable(id)
    case (.publishWork(let turn), .published(let work)): checkPublished(turn, work, before)
    case (.createMachine(let id), .created(let made)): checkShown([made], id)
    case (.findMachine(let id, let isLast), .listed(let all)):
      checkShown(all, id)
      if !all.contains(where: { isOurs($0) && $0.machine == id }) { checkLook(id, isLast: isLast, before) }
    case (.findMachine(let id, let isLast), .found(nil)): checkLook(id, isLast: isLast, before)
    case (.sweep(let cloud), .listed(let all)):
      checkShown(all, nil)
      checkSilent(cloud, all, before)
    default: break
    }
  }

  /// Work counts as saved when it is on the remote or in a bundle, and only then; and what it came to is what its task shows.
  private func checkPublished(_ id: TurnID, _ work: PublishedWork, _ before: SimBefore) {
    guard let old = before.workspace, let new = workspace(of: id), let turn = find(Turn.self, id) else { return }
    if work.isSafe, old.state == .ready, new.unsaved.contains(turn.number) {
      violated("I8", "the work of \(id) is saved, and that is not known")
    }
    if !work.isSafe, new.unsaved != old.unsaved {
      violated("I8", "the work of \(id) is nowhere but on its machine, and is taken for saved")
    }
    if let task = before.task, task.state == .running, let after = find(SAMTask.self, task.id),
      after.state == .completed,
      after.result != work.result
    {
      violated(
        "I18", "\(task.id) came to \(after.result.map { "\($0)" } ?? "nothing"), and \(work.result) was published")
    }
  }

  private func workspace(of turn: TurnID) -> Workspace? {
    find(Turn.self, turn).flatMap { find(Session.self, $0.session) }.flatMap { find(Workspace.self, $0.workspace) }
  }

  /// What may work the next time is tried again.
  private func checkPatience(_ row: EffectRow, _ outcome: EffectOutcome) {
    guard case .retry = outcome, let most = I14Effects.tries(row.effect) else { return }
    examine("I14") { reader in
      let next = try reader.effects(EffectQuery(id: row.id, limit: 1)).first
      if row.attempt >= most {
        return next?.status == .runnable ? ["\(row.effect) is tried again after \(most) tries"] : []
      }
      return next?.status == .runnable ? [] : ["\(row.effect) was given up after \(row.attempt) tries of \(most)"]
    }
  }

  /// A session that was ended has no agent.
  private func checkEnded(_ id: SessionID) {
    guard let session = find(Session.self, id), let agent = machines[session.machine]?.sessions[id]?.agent else {
      return
    }
    if !agent.isStopping { violated("I9", "\(id) was ended and its agent lives") }
  }

  /// Work that could not be brought off its machine is said to be there.
  private func checkUnsavable(_ id: WorkspaceID) {
    guard let workspace = find(Workspace.self, id), workspace.state != .destroyed, !workspace.isUnsavable else {
      return
    }
    violated("I8", "\(id) could not be saved, and that is not known")
  }

  /// What a machine reports is known: what its agent lets people set, what it refuses, and that nobody waits for answers.
  /// - Parameter before: the session as it was.
  func checkIngested(_ batch: OutboxBatch, after applied: Int64, of before: Session?) {
    guard let before, let session = find(Session.self, batch.session) else { return }
    if batch.epoch != before.epoch {
      violated("I1", "what \(session.id) said in epoch \(batch.epoch) is written in epoch \(before.epoch)")
    }
    var (offered, shown): ([AgentSetting]?, [AgentSetting]?)
    var mayBeAsked: Set<ApprovalID>?
    for item in batch.items where item.sequence > applied {
      switch item.content {
      case .settings(let settings, let told):
        // Only the first one says what was changed since.
        for (name, value) in offered == nil ? before.chosen ?? [:] : [:] where told[name] == value {
          guard before.offered?.first(where: { $0.id == name })?.value == value,
            settings.first(where: { $0.id == name })?.value ?? value != value, session.chosen?[name] == value
          else { continue }
          violated("I19", "\(session.id): its agent has left '\(value)' itself, and is to be put back")
        }
        offered = settings
        if item.turn == nil, before.chosen == nil { shown = settings }
      case .settingRefused(let one) where session.chosen?[one.setting] == one.value:
        violated("I19", "\(session.id): '\(one.setting)' was refused, and is to be '\(one.value)' all the same")
      case .agentGone: mayBeAsked = []
      case .asked(let id, _, _, _, _): mayBeAsked?.insert(id)
      default: break
      }
    }
    if let offered, session.offered != offered {
      violated("I19", "\(session.id): what its agent lets people set is not known")
    }
    if let shown, let profile = find(Profile.self, session.profile), profile.launch == session.launch,
      profile.offered != shown
    {
      violated("I19", "what can be set at \(profile.id) was seen, and the next conversation does not know")
    }
    guard let mayBeAsked else { return }
    for approval in all(Approval.self, statuses: ["asked"], parent: session.id.rawValue)
    where !mayBeAsked.contains(approval.id) {
      violated("I15", "\(approval.id) is asked, and the agent that asked is gone")
    }
  }

  private func isOurs(_ shown: ProvidedMachine) -> Bool { shown.installation == installation }

  /// A machine that the provider shows by our labels is known at once.
  private func checkShown(_ all: [ProvidedMachine], _ only: MachineID?) {
    for shown in all where isOurs(shown) && (only == nil || shown.machine == only) {
      guard let id = shown.machine, let machine = find(Machine.self, id), machine.handle == nil,
        machine.state == .creating || machine.state == .destroying
      else { continue }
      violated("I3", "\(id) is shown as \(shown.handle.value), and is not known by it")
    }
  }

  /// A look that saw nothing is followed by one that can tell, and nothing is given up before that.
  private func checkLook(_ id: MachineID, isLast: Bool, _ before: SimBefore) {
    guard let earlier = before.machine, let machine = find(Machine.self, id) else { return }
    let isWaiting =
      switch earlier.state {
      case .creating, .destroying: earlier.handle == nil
      case .booting, .lost: earlier.handle != nil
      default: false
      }
    guard isWaiting else { return }
    if isLast {
      if machine.state == earlier.state { violated("I3", "\(id) is nowhere, and is \(machine.state) all the same") }
    } else if machine.state != earlier.state || !looks().contains(.findMachine(id, isLast: true)) {
      violated("I3", "\(id) was given up after a look that could not tell")
    }
  }

  /// What is silent and not listed is looked for, and nothing else is.
  private func checkSilent(_ cloud: CloudID, _ all: [ProvidedMachine], _ before: SimBefore) {
    let seen = Set(all.filter(isOurs).map(\.handle))
    let looks = looks()
    for machine in self.all(Machine.self, statuses: ["booting", "lost"], parent: cloud.rawValue) {
      guard let handle = machine.handle else { continue }
      let own = Set([true, false].map { Effect.findMachine(machine.id, isLast: $0) })
      if seen.contains(handle), !looks.subtracting(before.looks).isDisjoint(with: own) {
        violated("I17", "\(machine.id) is there, and is looked for")
      }
      if !seen.contains(handle), looks.isDisjoint(with: own) {
        violated("I3", "\(machine.id) is silent and not listed, and nobody looks for it")
      }
    }
  }

  private func looks() -> Set<Effect> {
    do {
      let owed = try read { try $0.effects(EffectQuery()) }
      return Set(owed.map(\.effect).filter { if case .findMachine = $0 { true } else { false } })
    } catch {
      violated("read", "what is owed cannot be read: \(error)")
      return []
    }
  }

  /// What could not be done because a machine was not there need not wait longer once it is.
  func checkHurried(_ machine: MachineID) {
    examine("I9") { reader in
      let away = try reader.effects(EffectQuery(statuses: [.runnable])).filter {
        $0.lastError?.hasSuffix("is not connected") == true && $0.dueAt > wall
      }
      return try away.compactMap { row in
        let session = SessionID(rawValue: String(row.lane.prefix { $0 != "/" }))
        guard let session, try reader.load(Session.self, session).machine == machine else { return nil }
        return "\(row.effect) waits for \(machine), which is back"
      }
    }
  }

  /// A machine may call before its create call is answered: that it has, and that it hung up again, is known.
  func checkCalled(_ id: MachineID, _ calls: Bool) {
    guard let machine = find(Machine.self, id), machine.state == .creating, machine.hasCalled != calls else { return }
    violated("I18", "\(id) has \(calls ? "called" : "hung up"), and that is not known")
  }

  /// A machine that the ledger knows is nobody else's when it shows up again.
  func checkDiscovered(_ changes: Changes) {
    for event in changes.events where event.type == "machine.discovered" {
      let id = MachineID(trusted: event.aggregate.id)
      guard let new = find(Machine.self, id), let shown = cloud.resources.first(where: { $0.handle == new.handle }),
        let key = shown.machine, let known = find(Machine.self, key), known.state == .gone, known.cloud == new.cloud
      else { continue }
      violated("I3", "\(key) shows up again, and is taken for another machine")
    }
  }

  /// Whether a restore was confirmed is known also to a provider that is configured later.
  func checkHeld() {
    examine("I4") { reader in
      let isKnown = try reader.claim("restore/unconfirmed") != nil
      let state = isUnconfirmed ? "not confirmed" : "confirmed"
      return isKnown == isUnconfirmed ? [] : ["the restore is \(state), and that is not known"]
    }
  }

  /// After a restore nobody knows what was done since: all that is there counts as saved nowhere.
  func checkRestored() {
    for session in all(Session.self, statuses: ["preparing", "ready"]) {
      guard let workspace = find(Workspace.self, session.workspace), workspace.state != .destroyed else { continue }
      if !workspace.isUnsaved { violated("I8", "\(workspace.id) counts as saved after a restore") }
    }
  }
}
