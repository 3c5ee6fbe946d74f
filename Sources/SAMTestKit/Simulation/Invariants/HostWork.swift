// SPDX-License-Identifier: Apache-2.0
internal import SAMCore

/// What a session's host promises about an agent at work.
extension SimWorld {
  /// - Parameter open: what its agent had asked before this input.
  func checkWork(
    _ state: inout SimSession, asked open: Set<ApprovalID>, _ id: MachineID, _ session: SessionID,
    _ input: SessionHost.Input
  ) {
    let uptime = moment(on: id).uptime
    checkSilence(state, asked: open, session, input, at: uptime)
    checkAnswers(state, asked: open, session, input)
    checkAsked(state, id, session)
    checkPatience(state, session, input, at: uptime)
    checkNew(state, session)
    let before = state.work
    let journal = machines[id]?.journals[session] ?? SimJournal()
    state.work.follow(
      input, state.actions, isWanted: journal.waits || journal.current != nil, hasWorked: journal.hasConversation,
      at: uptime)
    if before.isCounted { checkAgain(state, journal, session, input, isOnItsWay: before.busy == nil) }
    checkWakes(state, session, input, at: uptime)
  }

  /// Nothing is said or done that was before, and an agent belongs to its epoch and has a number of its own.
  private func checkNew(_ state: SimSession, _ session: SessionID) {
    for action in state.actions {
      switch action {
      case .journal(.item(let item)):
        if case .settings(let offered, _) = item.content, offered == state.work.offered {
          violated("I19", "\(session): what can be set is said again, and is the same")
        }
        if case .entry(.agent, _) = item.content, state.isSuperseded {
          violated("I1", "\(session) is served elsewhere, and what its agent said is written")
        }
      case .choose(_, let new) where generation == 0 && new.contains { state.work.told[$0.key] == $0.value }:
        violated("I19", "\(session): its agent is told \(new), and was told \(state.work.told)")
      case .journal(.epoch(let number)) where state.work.hasAgent && !state.stopsAgent:
        violated("I1", "\(session): epoch \(number) begins, and the agent of the one before goes on")
      case .startAgent(let run, _) where run <= state.work.run:
        violated("I1", "\(session): its agent goes by the number of another one, \(run)")
      case .pauseReading where state.isPaused: violated("I17", "\(session) is not read already, and is not to be read")
      default: break
      }
    }
  }

  /// An agent that ends unasked is started again at once, and later when it ends again and again; that is said when it had
  /// not begun.
  private func checkAgain(
    _ state: SimSession, _ journal: SimJournal, _ session: SessionID, _ input: SessionHost.Input, isOnItsWay: Bool
  ) {
    guard case .agentExited = input, !state.isSuperseded, journal.waits else { return }
    let starts = state.actions.contains { if case .startAgent = $0 { true } else { false } }
    let isTold = state.tells { $0.text.contains("it is started again") }
    let isOver = state.written.contains { if case .ended = $0 { true } else { false } }
    if isOnItsWay, journal.hasConversation, !isTold, !isOver {
      violated("I7", "\(session): its agent ended as it was started, and that is said to nobody")
    }
    if starts, state.work.ends > 1 {
      violated("I9", "\(session): its agent ended \(state.work.ends) times and is started again at once")
    }
    if !starts, state.work.ends == 1, !isOnItsWay {
      violated("I9", "\(session): its agent ended once and is not started again")
    }
  }

  /// An agent is called silent when it works, has said nothing for so long, and nobody makes it wait; and once it says
  /// something, no more.
  private func checkSilence(
    _ state: SimSession, asked open: Set<ApprovalID>, _ session: SessionID, _ input: SessionHost.Input,
    at uptime: Duration
  ) {
    let (work, written) = (state.work, state.written)
    if work.isCalledSilent, work.hears(input), !written.contains(.heard) {
      violated("I10", "\(session): its agent says something and is still called silent")
    }
    guard written.contains(where: { if case .silent = $0 { true } else { false } }) else { return }
    guard let heard = work.heard, work.busy != nil, !work.isCancelled, !work.isCalledSilent, open.isEmpty else {
      violated("I10", "\(session): its agent is called silent, and need not say anything")
      return
    }
    if uptime - heard < Self.silence {
      violated(
        "I10", "\(session): its agent is called silent \((uptime - heard).components.seconds) s after it said something"
      )
    }
  }

  /// Time alone ends an agent that was cancelled, or has had nothing to do for so long.
  private func checkPatience(
    _ state: SimSession, _ session: SessionID, _ input: SessionHost.Input, at uptime: Duration
  ) {
    guard case .tick = input, state.stopsAgent else { return }
    if let turn = state.work.busy?.turn, !state.work.isCancelled {
      violated("I2b", "the agent that works on \(turn) is ended, and nobody wanted that")
    }
    if let since = state.work.idleSince, uptime - since < Self.idle {
      violated("I2b", "\(session): its agent is ended after \((uptime - since).components.seconds) s of rest")
    }
  }

  /// An answer reaches the agent that asked; and what nobody will answer is called off: by a cancel at the agent, and where
  /// the agent ends at those who were asked.
  private func checkAnswers(
    _ state: SimSession, asked open: Set<ApprovalID>, _ session: SessionID, _ input: SessionHost.Input
  ) {
    guard let busy = state.work.busy, !open.isEmpty else { return }
    let answered = Set(
      state.actions.compactMap { if case .respond(busy.run, let approval, _, _) = $0 { approval } else { nil } })
    if case .answer(let approval, _, _) = input, open.contains(approval), !answered.contains(approval) {
      violated("I15", "\(approval) was answered, and its agent does not hear it")
    }
    if state.actions.contains(.cancelPrompt(run: busy.run)), !answered.isSuperset(of: open) {
      violated("I15", "\(busy.turn) is cancelled, and its agent waits for an answer")
    }
    let isEnd =
      switch input {
      case .agentExited(busy.run, _): true
      case .end: state.stopsAgent
      default: false
      }
    let isCalledOff = state.written.contains { if case .agentGone = $0 { true } else { false } }
    if isEnd, !isCalledOff { violated("I15", "\(session): its agent ends, and what it asked is not called off") }
  }

  /// A question shows that its turn has begun, and is on its way at once.
  private func checkAsked(_ state: SimSession, _ id: MachineID, _ session: SessionID) {
    let turn = state.work.busy?.turn
    var hasBegun = turn.map { machines[id]?.journals[session]?.begins(of: $0) ?? 0 > 0 } ?? true
    for (index, action) in state.actions.enumerated() {
      guard case .journal(.item(let item)) = action else { continue }
      switch item.content {
      case .started where item.turn == turn: hasBegun = true
      case .ended where !state.actions[index...].contains(.sync):
        violated("I2a", "how \(item.turn?.rawValue ?? "a turn") ended is said, and is not put on disk")
      case .asked(let approval, _, _, _, _):
        if !hasBegun { violated("I2a", "\(approval) is asked in a turn that was not said to have begun") }
        if !state.actions[index...].contains(.sync) { violated("I15", "\(approval) is asked, and is not put on disk") }
      default: break
      }
    }
  }

  /// Whatever a host waits for wakes it: an agent may be silent for so long, and idle for so long; and what did not get
  /// through is sent again.
  private func checkWakes(
    _ state: SimSession, _ session: SessionID, _ input: SessionHost.Input, at uptime: Duration
  ) {
    let work = state.work
    let wake = state.actions.compactMap { if case .wake(let time) = $0 { time } else { nil } }.min()
    if case .deliveryFailed = input, !state.isSuperseded {
      let most = uptime + .milliseconds(min(10_000, 50 << min(work.failures, 8)))
      if wake.map({ $0 > most }) ?? true {
        violated("I7", "\(session): what did not get through \(work.failures) times is sent again late")
      }
    }
    let isWorking = work.busy != nil && !work.isCancelled && !work.isCalledSilent && state.open.isEmpty
    let isIdle = work.idleSince != nil
    guard isIdle || isWorking else { return }
    let most = uptime + (isIdle ? Self.idle : Self.silence)
    if wake.map({ $0 > most }) ?? true {
      violated(
        "I10", "\(session): its agent \(isIdle ? "is idle" : "works"), and nobody looks whether it still does")
    }
  }

  /// As the settings of the simulated machines' hosts, which are those of every machine.
  private static var silence: Duration { SessionHost.Settings().silence }
  private static var idle: Duration { SessionHost.Settings().idle }
}
