// SPDX-License-Identifier: Apache-2.0

extension SessionHost {
  /// What came from the agent's process. What an earlier run says late is passed over.
  mutating func fromAgent(_ input: Input, _ now: Timestamp) {
    if superseded {
      // It is being ended, and what it says belongs to an epoch that is over.
      if case .agentExited(run, _) = input { agent = .none }
      return
    }
    switch input {
    case .agentReady(run, let abilities):
      guard agent == .starting else { return }
      self.abilities = abilities
      // Once: what an agent lacks at its start it lacks at each later one.
      for sentence in abilities.lacks where conversation == nil {
        say(.notice(Notice(.warning, sentence)), turn: nil, now)
      }
      let load = abilities.load ? conversation : nil
      agent = .opening(load: load != nil)
      actions.append(.open(run: run, load: load))
    case .conversationOpen(run, let id, let loaded, let replayed):
      opened(id, loaded: loaded, replayed: replayed, now)
    case .agentFailed(run, let reason, let mayPass): failed(reason, mayPass: mayPass, now)
    case .agentExited(run, let reason): exited(reason, now)
    case .update(run, let body, let raw, let echo):
      heard(now)
      update(body, raw: raw, echo: echo, now)
    case .permission(run, let id, let title, let tool, let options, let form):
      heard(now)
      evidence(now)
      finishText(now)
      guard agent != .stopping, job?.killAt == nil else {
        // Its turn is being cancelled, or it is being ended: that is the answer, and nobody needs to be asked.
        actions.append(.respond(run: run, id, option: nil))
        return
      }
      asked.append(id)
      report(.asked(id, title: title, tool: tool, options: options, form: form), turn: inbox.current?.turn, now)
      sync()
    case .answered(run, let turn, let end):
      guard job?.turn == turn else { return }
      heard(now)
      if case .finished = end { evidence(now) }
      asked = []
      restarts.worked()
      rest()
      over(turn, end, now)
    case .settings(run, let offered):
      heard(now)
      guard agent != .stopping, self.offered != offered else { return }
      let held = (self.offered ?? []).filter { toldChoices[$0.id] == $0.value }
      self.offered = offered
      report(.settings(offered, told: toldChoices), turn: inbox.current?.turn, now)
      // What held and it has changed itself it is told again, when somebody chooses it again.
      for setting in held where !offered.contains(where: { $0.id == setting.id && $0.value == setting.value }) {
        toldChoices[setting.id] = nil
      }
    case .chosen(run, let refused):
      for one in refused { report(.settingRefused(one), turn: nil, now) }
      if agent == .choosing { rest() }
    default: break
    }
  }

  /// The working agent says something: its silence begins anew.
  private mutating func heard(_ now: Timestamp) {
    guard case .busy(var job) = agent else { return }
    if job.isSilent { report(.heard, turn: job.turn, now) }
    (job.silentAt, job.isSilent) = (nil, false)
    agent = .busy(job)
  }

  /// It has nothing to do, and is kept for a while.
  private mutating func rest() { agent = .idle(until: uptime + settings.idle) }

  private mutating func opened(_ id: String, loaded: Bool, replayed: [String]?, _ now: Timestamp) {
    guard case .opening = agent else { return }
    if loaded {
      say(.notice(Notice(.info, "the agent was started again and has taken its conversation up")), turn: nil, now)
    } else if !recollection.isEmpty {
      say(
        .notice(
          Notice(
            .warning,
            "the agent could not load its earlier conversation and begins a new one; it is told the last "
              + "\(Recollection.limit >> 10) KiB of what was said before")), turn: nil, now)
    }
    // An agent may give a new conversation the name of an old one.
    if conversation != id || !loaded { record(.conversation(id)) }
    compare(loaded ? replayed : nil, now)
    restarts.opened(at: uptime)
    rest()
  }

  private mutating func update(_ body: EntryBody?, raw: JSONText?, echo: String?, _ now: Timestamp) {
    // A replay goes to the comparator, also when its process is being ended.
    if agent == .opening(load: true) || agent == .stopping { return }
    evidence(now)
    guard let body, echo == nil else { return }
    let turn = inbox.current?.turn
    if let ready = coalescer.add(body, uptime: uptime) {
      for body in ready { say(body, turn: turn, now) }
    } else {
      finishText(now)
      say(body, raw: raw, turn: turn, now)
    }
  }

  /// Any word of the agent after a hand-over shows that it has the prompt.
  private mutating func evidence(_ now: Timestamp) {
    guard let turn = job?.turn, inbox[turn]?.state == .handing else { return }
    report(.started, turn: turn, now)
  }

  private mutating func failed(_ reason: String, mayPass: Bool, _ now: Timestamp) {
    switch agent {
    case .starting, .opening, .choosing: break
    case .none, .idle, .busy, .stopping: return
    }
    notStarted(reason, mayPass: mayPass, now)
    endAgent(because: reason, now)
  }

  /// The agent could not be started or opened. Nothing was handed to it: where that may help, and it has worked here before,
  /// it is started again, a few times; then what waits for it ends.
  private mutating func notStarted(_ reason: String, mayPass: Bool, _ now: Timestamp) {
    guard inbox.current != nil || inbox.next != nil else { return }
    var reason = reason
    if mayPass, conversation != nil {
      let delay = restarts.ended(at: uptime)
      guard restarts.isExhausted else {
        let when = delay == .zero ? "at once" : "in \(delay.wholeMilliseconds) ms"
        say(
          .notice(
            Notice(.warning, "\(reason); it is started again \(when) (\(restarts.ends) of \(RestartPolicy.most))")),
          turn: nil, now)
        return
      }
      reason +=
        ". It ended \(restarts.ends) times in a row as it was started; "
        + "try it with 'samctl agent check', then say again what to do"
    }
    restarts = RestartPolicy()
    if inbox.current != nil {
      compare(nil, problem: reason, now)
    } else if let prompt = inbox.next {
      over(prompt.turn, .failed(reason: reason), now)
    }
  }

  private mutating func exited(_ reason: String, _ now: Timestamp) {
    let was = agent
    agent = .none
    if !asked.isEmpty { report(.agentGone(reason: reason), turn: inbox.current?.turn, now) }
    asked = []
    switch was {
    case .busy(let job):
      restarts.ended(at: uptime)
      if inbox[job.turn]?.state == .evident {
        over(job.turn, job.killAt != nil ? .finished(stopReason: "cancelled") : .failed(reason: reason), now)
      }
    case .starting, .opening, .choosing: notStarted(reason, mayPass: true, now)
    case .none, .idle, .stopping: break
    }
  }

  mutating func answer(_ approval: ApprovalID, _ option: String?, _ values: [String: FormValue]?) {
    if let index = asked.firstIndex(of: approval) {
      asked.remove(at: index)
      actions.append(.respond(run: run, approval, option: option, values: values))
    }
    actions.append(.reply(.done))
  }

  mutating func endAgent(because reason: String, _ now: Timestamp) {
    if let turn = job?.turn, inbox[turn]?.state == .evident { over(turn, .interrupted(reason: reason), now) }
    if !asked.isEmpty { report(.agentGone(reason: reason), turn: inbox.current?.turn, now) }
    stop()
  }

  /// Ends the agent, if one runs, without a word: what it has asked counts no more.
  mutating func stop() {
    asked = []
    guard agent != .none, agent != .stopping else { return }
    agent = .stopping
    actions.append(.stopAgent(run: run))
  }
}
