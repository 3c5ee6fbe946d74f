// SPDX-License-Identifier: Apache-2.0
internal import SAMCore

/// Something that a person wants, with the id that the client made: sent again with it when no answer came.
struct SimOrder {
  enum Kind {
    /// `nil` = what the order is called.
    case task(ProfileID, String? = nil)
    case prompt(SessionID, String, insteadOf: TurnID? = nil)
    case goOn(SessionID)
    case choose(SessionID, String, String)
    case cancelTurn(TurnID)
    case cancelTask(TaskID)
    case retryTask(TaskID)
    case answer(ApprovalID, String, for: GrantScope? = nil)
    case revoke(GrantID)
    case drain(MachineID)
    case discard(MachineID)
    case confirm
  }
  let id: String
  let kind: Kind
  /// Whether it may have been carried out already: its answer got lost.
  var isAgain = false

  /// The same order, sent once more.
  var again: SimOrder { SimOrder(id: id, kind: kind, isAgain: true) }
}

/// What people did and heard.
struct SimPeople {
  var orders = 0
  /// What was answered to each order: the id of what it made.
  var answers: [String: String] = [:]
  /// The turns that were accepted.
  var accepted: Set<TurnID> = []
  var project: ProjectID?
  var projects = 0
  var profiles: [ProfileID] = []
}

extension SimWorld {
  /// What every installation has: a project and some agents.
  func furnish() throws {
    if people.project == nil {
      people.project = try perform(
        // The name of one that was removed is free again.
        AddProject(name: "demo-\(generation)", repository: "/srv/demo.git", defaultBranch: "main"),
        id: "furnish-\(generation)-\(people.projects)", by: .owner
      ).id
      people.projects += 1
      // A name belongs to one project, and an address that git would take for a command to none.
      try checkRefused(AddProject(name: "demo-\(generation)", repository: "/srv/other.git"))
      try checkRefused(AddProject(name: "other", repository: "ext::sh -c true"))
    }
    guard people.profiles.isEmpty else { return }
    if let plan = script.plan { return try hire(plan.agents) }
    let wish = MachineWish(
      provider: "sim", kinds: cloud.behaviour.kinds.prefix(2).map(\.name), slots: 1 + chance.below(2),
      // Where one machine may be held for ever there is another one.
      warmSeconds: 30 + chance.below(600), limit: (script.poisons ? 2 : 1) + chance.below(4))
    let wishes: [(String, Bool, MachineWish?)] = [
      ("loader", true, nil), ("forgetful", false, nil), ("loader", true, wish), ("stubborn", true, wish),
      ("forgetful", false, wish),
    ]
    var profiles: [ProfileID] = []
    for (number, (command, echoes, wish)) in wishes.enumerated() {
      let policy =
        number == 1 ? try SimQuestion.lenientRules() : number == 4 ? try SimQuestion.strictRules() : .ask
      profiles.append(
        try perform(
          DefineProfile(
            // The agents on provided machines share a key, and with it a limit of use.
            name: "agent-\(number)",
            launch: AgentLaunch(
              command: command, secrets: wish == nil ? [:] : ["KEY": "shared"], echoesPrompts: echoes),
            approvals: policy,
            machine: wish), by: .owner
        ).id)
    }
    people.profiles = profiles
    // The last one has a machine made for it: one that waits for this machine would be refused for that.
    guard let project = people.project, let profile = profiles.last else { return }
    let slash = PromptAttachment(name: "../words.txt", type: "text/plain", data: Base64([1]))
    try checkRefused(CreateTask(project: project, profile: profile, prompt: " \n"))
    try checkRefused(CreateTask(project: project, profile: profile, prompt: "say", attachments: [slash]))
    try checkRefused(CreateTask(project: project, profile: profile, prompt: "say", chosen: ["": "plan"]))
  }

  /// What cannot be done is refused before anything is written down.
  private func checkRefused(_ command: some Command) throws {
    do {
      _ = try perform(command, by: .owner)
      violated("I18", "what nobody can do was taken: \(command)")
    } catch is Rejection {
      // As it is to be.
    }
  }

  /// Defines the agents of a run of which nothing is drawn.
  private func hire(_ agents: [SimPlan.Agent]) throws {
    var profiles: [ProfileID] = []
    for (number, agent) in agents.enumerated() {
      let define = DefineProfile(
        name: "agent-\(number)", launch: agent.launch, approvals: agent.approvals, machine: agent.machine)
      profiles.append(try perform(define, by: .owner).id)
    }
    people.profiles = profiles
  }

  func order(_ kind: SimOrder.Kind) {
    people.orders += 1
    carryOut(SimOrder(id: "order-\(people.orders)", kind: kind))
  }

  func carryOut(_ order: SimOrder) {
    guard control.isUp else {
      queue.add(.again(order), at: after(500...5_000))
      return
    }
    let mayRefuse = mayRefuse(order)
    do {
      let mustRefuse = !order.isAgain && mustRefuse(order)
      let answer = try perform(order)
      if mustRefuse {
        violated("total", "\(order.id) \(order.kind) was accepted, and cannot be done")
      }
      checkDone(order)
      note(50, "order \(order.id) \(order.kind) → \(answer.suffix(8))")
      if let earlier = people.answers[order.id], earlier != answer {
        violated("I2b", "\(order.id) was answered '\(earlier)' and then '\(answer)'")
      }
      people.answers[order.id] = answer
      if case .prompt = order.kind { people.accepted.insert(TurnID(trusted: answer)) }
      if chance.oneIn(faults.loseAnswer) { queue.add(.again(order.again), at: after(10...20_000)) }
    } catch let error as Rejection {
      note(51, "order \(order.id) \(order.kind) is refused: \(error)")
      if people.answers[order.id] != nil {
        violated("I2b", "\(order.id) was accepted and then refused: \(error)")
      } else if !mayRefuse {
        violated("total", "\(order.id) \(order.kind) was refused for no reason: \(error)")
      }
    } catch {
      // The client does not know what became of it: it asks again with the same id.
      queue.add(.again(order.again), at: after(100...10_000))
    }
  }

  /// - Returns: the id of what it made or changed.
  private func perform(_ order: SimOrder) throws -> String {
    switch order.kind {
    case .task(let profile, let prompt):
      guard let project = people.project else { return "" }
      // Those who script the order name the task themselves, as an editor does.
      let own = prompt == nil ? nil : TaskID(rawValue: "task_\(order.id)")
      let text = prompt ?? Self.wish(order.id)
      let command = CreateTask(
        project: project, profile: profile, prompt: text, attachments: SimAttachment.of(text),
        chosen: Self.choices(order), id: own)
      return try perform(command, id: order.id, by: .owner).id.rawValue
    case .choose(let session, let setting, let value):
      let command = ChooseSetting(session: session, setting: setting, value: value)
      return try perform(command, id: order.id, by: .owner).id.rawValue
    case .prompt(let session, let text, let earlier):
      let prompt = SendPrompt(
        session: session, text: text, attachments: SimAttachment.of(text), supersedes: earlier)
      return try perform(prompt, id: order.id, by: .owner).id.rawValue
    case .goOn(let session):
      return try perform(ContinueSession(session: session), id: order.id, by: .owner).id.rawValue
    case .cancelTurn(let turn): return try perform(CancelTurn(turn: turn), id: order.id, by: .owner).id.rawValue
    case .cancelTask(let task): return try perform(CancelTask(task: task), id: order.id, by: .owner).id.rawValue
    case .retryTask(let task): return try perform(RetryTask(task: task), id: order.id, by: .owner).id.rawValue
    case .answer(let approval, let option, let scope):
      let answer = AnswerApproval(approval: approval, option: option, scope: scope)
      return try perform(answer, id: order.id, by: .owner).id.rawValue
    case .revoke(let grant): return try perform(RevokeGrant(grant: grant), id: order.id, by: .owner).id.rawValue
    case .drain(let machine): return try perform(DrainMachine(machine: machine), id: order.id, by: .owner).id.rawValue
    case .discard(let machine):
      return try perform(DiscardMachine(machine: machine), id: order.id, by: .owner).id.rawValue
    case .confirm:
      _ = try perform(ConfirmRestore(), id: order.id, by: .owner)
      return "confirmed"
    }
  }

  /// What some people choose for a task's agent, which they may not know.
  private static func choices(_ order: SimOrder) -> [String: String]? {
    guard let number = Int(order.id.dropFirst(6)) else { return nil }
    return number % 5 == 0 ? ["mode": "plan"] : number % 7 == 0 ? ["mode": "never", "web": "on"] : nil
  }

  /// What people write when they want something, in one line or many, and at times in signs that no branch can have.
  private static func wish(_ id: String) -> String {
    switch id.utf8.reduce(0, { $0 &+ Int($1) }) % 5 {
    case 0: "Fix: the *tests* of \(id) --\nall of them"
    case 1: "  \(id) is too slow, and nobody knows why it has become so slow; please find out"
    case 2: "…"
    default: "do \(id)"
    }
  }

  // MARK: Looking around

  func all<A: Aggregate>(_ type: A.Type, statuses: [String] = [], parent: String? = nil) -> [A] {
    do {
      return try read { try $0.list(type, StateQuery(A.kind, statuses: statuses, parent: parent, limit: 100_000)) }
    } catch {
      violated("read", "the \(A.kind)s cannot be read: \(error)")
      return []
    }
  }

  func find<A: Aggregate>(_ type: A.Type, _ id: A.ID) -> A? {
    do { return try read { try $0.load(type, id) } } catch { return nil }
  }

  func choose<Element>(_ elements: [Element], _ pick: Int) -> Element? {
    elements.isEmpty ? nil : elements[pick % elements.count]
  }

  /// A person looks after what waits for a person. The first time, faults stop.
  func tidy() {
    if healedAt == nil { heal() }
    guard control.isUp else {
      if now - (healedAt ?? now) > 8 * 3_600_000_000 {
        violated("liveness", "8 hours after the last fault the control plane is not up")
      }
      queue.add(.tidy, at: after(2_000...5_000))
      return
    }
    checkWaits()
    for machine in disconnections.sorted() {
      disconnections.remove(machine)
      if control.links[machine] == nil { disconnected(machine) }
    }
    for approval in all(Approval.self, statuses: ["asked"]) { order(.answer(approval.id, "yes")) }
    for task in all(SAMTask.self, statuses: ["waiting"]) {
      switch task.waiting {
      case .human, .silent: order(.cancelTask(task.id))
      case .quota: if let session = task.session { order(.goOn(session)) }
      case .approval, .capacity, nil: break
      }
    }
    for machine in all(Machine.self, statuses: ["lost", "draining"]) where !machine.isDiscarded {
      if machine.isGivenUp || (machine.state == .draining && hasUnsavable(machine)) { order(.discard(machine.id)) }
    }
    if !all(Cloud.self, statuses: ["held"]).isEmpty { order(.confirm) }
    let left = unfinished()
    if left.isEmpty {
      isOver = true
    } else if poison.isActive, unfinished(but: poison).isEmpty {
      othersCameToRest()
      queue.add(.tidy, at: after(40_000...80_000))
    } else if now - (healedAt ?? now) > 8 * 3_600_000_000 {
      let others = unfinished(but: poison)
      violated(poison.isActive ? "I12" : "liveness", "8 hours after the last fault there is still: \(others.prefix(6))")
    } else {
      queue.add(.tidy, at: after(40_000...80_000))
    }
  }

  private func hasUnsavable(_ machine: Machine) -> Bool {
    machine.sessions.contains { id in
      find(Session.self, id).flatMap { find(Workspace.self, $0.workspace) }?.isUnsavable == true
    }
  }

  private func heal() {
    healedAt = now
    faults = SimFaults()
    faults.areOn = script.faults.areOn
    cloud.behaviour = cloud.behaviour.faultless
    cloudDownUntil = 0
    fullDisk = 0
    for id in machines.keys.sorted() {
      machines[id]?.unreachableUntil = 0
      if let life = machines[id]?.incarnation { recover(id, life) }
    }
    for number in connections.keys.sorted() { unblock(number) }
    note(60, "faults stop")
  }

  /// What has not come to its end. Who waits for a limit of use is among the tasks; that the limit lasts is nobody's fault.
  /// - Parameter poison: what fails for ever, and what that holds up, is left out.
  func unfinished(but poison: SimPoison = SimPoison()) -> [String] {
    let held = poison.isActive ? heldUp(by: poison) : []
    let turns = all(Turn.self, statuses: TurnState.allCases.filter { !Turn.table.isFinal($0) }.map(\.rawValue))
    let tasks = all(SAMTask.self, statuses: TaskState.allCases.filter { !SAMTask.ended.contains($0) }.map(\.rawValue))
    let machines = all(Machine.self).filter { $0.isProvided && $0.state != .gone }
    let effects = (try? read { try $0.effects(EffectQuery()) }) ?? []
    // What carries no label is found only through its machine: while the ledger knows that, it is to go with it.
    let owners = Dictionary(
      all(Machine.self).compactMap { machine in machine.handle.map { ($0, machine.id.rawValue) } },
      uniquingKeysWith: { first, _ in first })
    let billed = cloud.billed(now: cloudTime).filter {
      $0.installation == installation && ($0.isLabelled || owners[$0.handle] != nil)
    }
    var left = turns.map { ($0.id.rawValue, "\($0.id) \($0.state)") }
    left += tasks.map { ($0.id.rawValue, "\($0.id) \($0.state) \(String(describing: $0.waiting))") }
    left += machines.map { ($0.id.rawValue, "\($0.id) \($0.state)") }
    left += effects.filter { !$0.effect.isOutstanding }
      .map { ($0.subject, "\($0.effect) \($0.status) \($0.lastError ?? "")") }
    left += billed.map { (owners[$0.handle] ?? "", "billed \($0.id)") }
    return left.filter { !held.contains($0.0) }.map(\.1)
  }
}
