// SPDX-License-Identifier: Apache-2.0

extension SessionHost {
  /// Takes an order to serve the session. A new epoch begins a new numbering; an order of an earlier one is refused.
  /// - Returns: whether it was taken.
  mutating func take(_ spec: SessionSpec, _ now: Timestamp) -> Bool {
    guard spec.epoch >= outbox.epoch else {
      actions.append(.reply(.refused(reason: "the session has moved on to epoch \(outbox.epoch)")))
      return false
    }
    self.spec = spec
    if spec.epoch > outbox.epoch {
      endOfEpoch()
      record(.epoch(spec.epoch))
      superseded = false
    }
    for turn in inbox.refused { over(turn, .cancelled, now) }
    return true
  }

  /// What runs belongs to the epoch that is over: it is ended, and what it still says counts no more.
  private mutating func endOfEpoch() {
    _ = coalescer.finish()
    restarts = RestartPolicy()
    stop()
  }

  /// The control plane counts on a turn: what became of it is said, also when it was said before. It may have been said in
  /// an earlier epoch, or at a time when the control plane, older than this machine, had not begun the turn.
  mutating func vouch(for turn: TurnID, _ now: Timestamp) {
    guard let prompt = inbox[turn] else {
      over(turn, .ambiguous(reason: "the machine has lost its journal"), now)
      return
    }
    guard prompt.state == .ended, let end = prompt.end else { return }
    // What waits in the outbox is on its way.
    if let place = prompt.reported, place.epoch == outbox.epoch, place.sequence > outbox.acknowledged { return }
    over(turn, end, now)
  }

  /// A prompt arrived: on disk first, then acknowledged. One that is known already is just acknowledged again.
  mutating func receive(_ delivery: PromptDelivery, _ now: Timestamp) {
    guard take(delivery.spec, now) else { return }
    let known = inbox[delivery.turn]?.state
    if known == .ended {
      // It ran in an earlier epoch, before the control plane was restored: it does not run again.
      vouch(for: delivery.turn, now)
    } else if known == nil || known == .aside {
      record(
        .received(
          delivery.turn, text: delivery.text, correlation: delivery.correlation, attachments: delivery.attachments))
      sync()
    }
    actions.append(.reply(.done))
  }

  /// Whatever the state allows to do next: resolve a lost hand-over, start an agent, hand the next prompt over.
  mutating func work(_ now: Timestamp) {
    guard !superseded else { return }
    if agent == .none, let prompt = inbox.current { resolveLost(prompt, now) }
    guard inbox.next != nil || inbox.current != nil else { return }
    switch agent {
    case .none: startAgent()
    case .idle:
      if let prompt = inbox.next, inbox.current == nil { handOver(prompt, now) }
    default: break
    }
  }

  /// Sees to it that what was chosen holds before a prompt is handed over. What the agent was told already is its own matter:
  /// where it has changed that itself, it is not put back.
  /// - Returns: whether it does.
  private mutating func choose() -> Bool {
    let chosen = spec?.chosen ?? [:]
    let new = chosen.filter { toldChoices[$0.key] != $0.value }
    toldChoices = chosen
    guard !new.isEmpty else { return true }
    agent = .choosing
    actions.append(.choose(run: run, new))
    return false
  }

  private mutating func startAgent() {
    guard let spec, restarts.due == nil else { return }
    run += 1
    agent = .starting
    toldChoices = spec.chosen ?? [:]
    actions.append(.startAgent(run: run, spec))
  }

  private mutating func handOver(_ prompt: PromptInbox.Prompt, _ now: Timestamp) {
    guard choose() else { return }
    // What the agent said between the turns is not the next one's.
    finishText(now)
    agent = .busy(Job(turn: prompt.turn))
    let history = inbox.isConversationNew && !recollection.isEmpty ? recollection.told : nil
    let attachments = prompt.attachments.map { HandedAttachment($0, as: AttachmentForm($0, for: abilities)) }
    for notice in attachments.compactMap(\.notice) { say(.notice(notice), turn: prompt.turn, now) }
    record(.handing(prompt.turn))
    sync()
    actions.append(
      .prompt(
        run: run, prompt.turn, text: prompt.text, attachments: attachments, history: history,
        correlation: prompt.correlation))
  }

  /// The agent that had a prompt is gone. What is known of it is said; where the agent can be asked, it is asked first.
  private mutating func resolveLost(_ prompt: PromptInbox.Prompt, _ now: Timestamp) {
    if prompt.state == .evident {
      over(prompt.turn, .interrupted(reason: "the agent's process ended"), now)
      return
    }
    let canAsk = spec.map { $0.launch.echoesPrompts } ?? true
    guard !canAsk || conversation == nil else { return }
    over(
      prompt.turn,
      .ambiguous(reason: "the agent's process ended at the hand-over, and this agent cannot be asked"), now)
  }

  /// A replay shows whether the agent has the prompt that was being handed over when its process ended.
  /// - Parameter problem: why there is no replay.
  mutating func compare(_ replayed: [String]?, problem: String? = nil, _ now: Timestamp) {
    guard let prompt = inbox.current else { return }
    guard let replayed else {
      let why = problem.map { ": \($0)" } ?? ""
      over(prompt.turn, .ambiguous(reason: "the conversation could not be loaded to look for the prompt\(why)"), now)
      return
    }
    let history = replayed.map(Recollection.without)
    if history.count(where: prompt.isShown) > inbox.handedBefore(prompt) {
      report(.started, turn: prompt.turn, now)
      over(prompt.turn, .interrupted(reason: "the agent's process ended after it had taken the prompt"), now)
    } else {
      let absent = inbox.absent(from: history, of: prompt.conversation)
      over(
        prompt.turn,
        .ambiguous(reason: "the agent's process ended at the hand-over, and its history does not show the prompt"), now)
      // After its end is on disk: a prompt that is still looked for must be found in its conversation.
      for turn in absent { record(.absent(turn)) }
    }
  }

  /// A turn is to end: at once when the agent does not have the prompt, else when the agent says so or its grace ends.
  mutating func cancel(_ turn: TurnID, _ now: Timestamp) {
    defer {
      sync()
      actions.append(.reply(.done))
    }
    if inbox[turn] == nil { record(.refused(turn)) }
    switch inbox[turn]?.state {
    case .refused, .received, .aside:
      // Before the session's first epoch there is no numbering in which to say it: it is said when that begins.
      if outbox.epoch > 0 { over(turn, .cancelled, now) }
    case .handing, .evident:
      guard case .busy(var job) = agent, job.turn == turn, job.killAt == nil else { return }
      job.killAt = uptime + settings.cancelGrace
      agent = .busy(job)
      for approval in asked { actions.append(.respond(run: run, approval, option: nil)) }
      asked = []
      actions.append(.cancelPrompt(run: run))
    case .ended, nil: break
    }
  }

  /// A turn is over: said in the outbox, on disk before anything else happens.
  mutating func over(_ turn: TurnID, _ end: TurnEnd, _ now: Timestamp) {
    finishText(now)
    report(.ended(end), turn: turn, now)
    sync()
  }

  mutating func finishText(_ now: Timestamp) {
    if let body = coalescer.finish() { say(body, turn: inbox.current?.turn, now) }
  }
}
