// SPDX-License-Identifier: Apache-2.0
internal import SAMCore

/// How a session's host begins and ends its agents, and what it says became of their turns.
extension SimWorld {
  /// What a machine says became of its turns, against what its agent really does.
  func checkEnds(_ state: SimSession, _ id: MachineID, _ session: SessionID, after input: SessionHost.Input) {
    checkForgets(state, id, session, input)
    let isStopped = state.stopsAgent
    for case .journal(.item(let item)) in state.actions {
      guard case .ended(let end) = item.content, let turn = item.turn else { continue }
      var isWorking = false
      switch state.agent?.phase {
      case .working(turn, _, _), .asking(turn, _, _, _): isWorking = !isStopped
      default: break
      }
      var isShown = false
      if case .conversationOpen(_, let conversation, true, _) = input, state.agent?.echoes == true {
        isShown = machines[id]?.histories[session]?.shows(turn, in: conversation) == true
      }
      blame("I2b", checks.handOver.ends(turn, end, isWorking: isWorking, isShown: isShown))
      // Whoever can be asked is asked.
      if case .ambiguous(let reason) = end, reason.hasSuffix("cannot be asked"),
        find(Session.self, session)?.launch.echoesPrompts == true,
        machines[id]?.journals[session]?.hasConversation == true
      {
        violated("I2b", "\(turn) is called ambiguous, and its agent was not asked")
      }
      // A prompt of which nothing was heard may have been carried out: that its agent died says nothing about it.
      if case .failed = end, case .agentExited = input, checks.handOver.handed[turn] != nil,
        machines[id]?.journals[session]?.begins(of: turn) == 0
      {
        violated("I2b", "\(turn) is called failed, and nobody knows")
      }
    }
  }

  /// An agent that begins a new conversation has forgotten the one before, and people are told.
  private func checkForgets(_ state: SimSession, _ id: MachineID, _ session: SessionID, _ input: SessionHost.Input) {
    guard case .conversationOpen(_, _, let loaded, _) = input, state.agent != nil else { return }
    let isTold = state.tells { $0.level == .warning }
    guard let history = machines[id]?.histories[session], !loaded || isTold else { return }
    let isFirst = history.count == 1
    if isTold ? isFirst || loaded : history.hasHanded {
      violated("I7", "\(session): that its agent begins anew is \(isTold ? "told for no reason" : "told to nobody")")
    }
  }

  /// An agent that always ends while it starts is not started for ever.
  func checkStarts(_ state: inout SimSession, _ session: SessionID, _ input: SessionHost.Input) {
    if case .agentFailed = input { state.failedStarts += 1 }
    if case .conversationOpen = input { state.failedStarts = 0 }
    if state.failedStarts > 6 {
      violated("liveness", "the agent of \(session) was started in vain \(state.failedStarts) times")
    }
    // What a new epoch wants is tried as often.
    let isNewEpoch = state.actions.contains { if case .journal(.epoch) = $0 { true } else { false } }
    let isOver = state.written.contains { if case .ended = $0 { true } else { false } }
    if isNewEpoch || isOver { state.failedStarts = 0 }
  }

  /// An agent that ends, is to end, or belongs to an epoch that is over: what becomes of it and of its turn.
  func checkLeft(_ state: SimSession, _ id: MachineID, _ session: SessionID, _ input: SessionHost.Input) {
    guard let journal = machines[id]?.journals[session] else { return }
    let stops = state.stopsAgent
    let ends: [TurnID: TurnEnd] = state.actions.reduce(into: [:]) { ends, action in
      guard case .journal(.item(let item)) = action, case .ended(let end) = item.content else { return }
      if let turn = item.turn { ends[turn] = end }
    }
    for (turn, end) in ends {
      let hasBegun = journal.begins(of: turn) > 0 || state.actions.contains { $0.says(.started, of: turn) }
      if case .interrupted = end, !hasBegun, !journal.hasEnded(turn) {
        violated("I2b", "\(turn) is called interrupted, and was not said to have begun")
      }
    }
    switch input {
    case .agentExited(let run, _) where run != state.stopped:
      guard let turn = journal.current else { return }
      switch ends[turn] {
      case .failed?, .finished?: break
      case let end where journal.begins(of: turn) > 0:
        violated("I2b", "the agent ended that had \(turn), and that is called \(end.map { "\($0)" } ?? "nothing")")
      case nil where !isAsked(session):
        violated("I2b", "nobody can be asked what became of \(turn), and nothing is said")
      default: break
      }
    case .superseded where state.sent == journal.epoch && state.agent?.isStopping == false && !stops:
      violated("I1", "\(session) is served elsewhere, and its agent goes on")
    case .tick where stops && state.agent?.isCancelled == true:
      guard let turn = journal.current else { return }
      let isTold = state.tells { $0.text.contains("did not stop within") }
      if ends[turn] != .finished(stopReason: "cancelled") || !isTold {
        violated("I2b", "\(turn) was cancelled, its agent did not stop, and that is not said")
      }
    default: break
    }
  }

  /// Whether an agent shows in a replay what it was told.
  private func isAsked(_ session: SessionID) -> Bool { find(Session.self, session)?.launch.echoesPrompts != false }
}

extension SessionHost.Action {
  fileprivate func says(_ content: OutboxItem.Content, of turn: TurnID) -> Bool {
    if case .journal(.item(let item)) = self { item.turn == turn && item.content == content } else { false }
  }
}
