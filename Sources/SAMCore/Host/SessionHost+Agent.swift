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
      let load = abilities.load ? conversation : nil
      agent = .opening(load: load != nil)
      actions.append(.open(run: run, load: load))
    case .conversationOpen(run, let id, let loaded, let replayed):
      opened(id, loaded: loaded, replayed: replayed, now)
    case .agentFailed(run, let reason): failed(reason, now)
    case .agentExited(run, let reason): exited(reason, now)
    case .update(run, let body, let raw, let echo):
      heard(now)
      update(body, raw: raw, echo: echo, now)
    case .permission(run, let id, let title, let tool, let options):
      heard(now)
      evidence(now)
      finishText(now)
      guard killAt == nil, agent != .stopping else {
        // Its turn is being cancelled, or it is being ended: that is the answer, and nobody needs to be asked.
        actions.append(.respond(run: run, id, option: nil))
        return
      }
      asked.append(id)
      report(.asked(id, title: title, tool: tool, options: options), turn: inbox.current?.turn, now)
      sync()
    case .answered(run, let turn, let end):
      guard case .busy(turn) = agent else { return }
      heard(now)
      if case .finished = end { evidence(now) }
      killAt = nil
      asked = []
      agent = .idle
      idleAt = uptime + settings.idle
      over(turn, end, now)
    default: break
    }
  }

  /// The working agent says something: its silence begins anew.
  private mutating func heard(_ now: Timestamp) {
    guard case .busy = agent else { return }
    silentAt = nil
    if isSilent { report(.heard, turn: inbox.current?.turn, now) }
    isSilent = false
  }

  private mutating func opened(_ id: String, loaded: Bool, replayed: [String], _ now: Timestamp) {
    guard case .opening = agent else { return }
    if !loaded, conversation != nil {
      say(
        .notice(
          Notice(
            .warning,
            "the agent could not load its earlier conversation and begins a new one; it does not remember what was said"
          )), turn: nil, now)
    }
    if conversation != id {
      record(.conversation(id))
      sync()
    }
    compare(loaded ? replayed : nil, now)
    agent = .idle
    idleAt = uptime + settings.idle
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
    guard case .busy(let turn) = agent, inbox[turn]?.state == .handing else { return }
    report(.started, turn: turn, now)
  }

  private mutating func failed(_ reason: String, _ now: Timestamp) {
    guard agent == .starting || agent == .opening(load: true) || agent == .opening(load: false) else { return }
    if inbox.current != nil {
      compare(nil, now)
    } else if let prompt = inbox.next {
      over(prompt.turn, .failed(reason: reason), now)
    }
    endAgent(because: reason, now)
  }

  private mutating func exited(_ reason: String, _ now: Timestamp) {
    let was = agent
    let wasCancelled = killAt != nil
    agent = .none
    killAt = nil
    idleAt = nil
    isSilent = false
    if !asked.isEmpty { report(.agentGone(reason: reason), turn: inbox.current?.turn, now) }
    asked = []
    switch was {
    case .busy(let turn):
      finishText(now)
      if inbox[turn]?.state == .evident {
        over(turn, wasCancelled ? .finished(stopReason: "cancelled") : .failed(reason: reason), now)
      }
    case .starting, .opening:
      if inbox.current != nil {
        compare(nil, now)
      } else if let prompt = inbox.next {
        over(prompt.turn, .failed(reason: reason), now)
      }
    case .none, .idle, .stopping: break
    }
  }

  mutating func answer(_ approval: ApprovalID, _ option: String?) {
    if let index = asked.firstIndex(of: approval) {
      asked.remove(at: index)
      actions.append(.respond(run: run, approval, option: option))
    }
    actions.append(.reply(.done))
  }

  mutating func endAgent(because reason: String, _ now: Timestamp) {
    idleAt = nil
    killAt = nil
    isSilent = false
    switch agent {
    case .none, .stopping: return
    case .busy(let turn):
      if let prompt = inbox[turn], prompt.state == .evident { over(turn, .interrupted(reason: reason), now) }
    case .starting, .opening, .idle: break
    }
    if !asked.isEmpty { report(.agentGone(reason: reason), turn: inbox.current?.turn, now) }
    asked = []
    agent = .stopping
    actions.append(.stopAgent(run: run))
  }
}
