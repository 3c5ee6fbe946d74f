// SPDX-License-Identifier: Apache-2.0
internal import SAMCore

/// What a session's host knows of its agent, as far as that can be told from what it was given and what it decided.
struct SimWork {
  /// What its agent works on, and in which run.
  private(set) var busy: (run: Int, turn: TurnID)?
  /// Whether its agent has a conversation and nothing to do.
  private(set) var isIdle = false
  private(set) var isChoosing = false
  private(set) var isEnding = false
  private(set) var isCancelled = false
  /// Whether its silence was reported, and it has said nothing since.
  private(set) var isCalledSilent = false
  /// When it last said something, in the machine's uptime.
  private(set) var heard: Duration?
  /// What can be set, as it was reported last.
  private(set) var offered: [AgentSetting]?

  /// Whether an input is a word of the agent that works.
  func hears(_ input: SessionHost.Input) -> Bool {
    guard let busy else { return false }
    return switch input {
    case .update(let run, _, _, _), .permission(let run, _, _, _, _, _), .settings(let run, _): run == busy.run
    case .answered(let run, let turn, _): run == busy.run && turn == busy.turn
    default: false
    }
  }

  /// Follows an input and what was decided.
  mutating func follow(_ input: SessionHost.Input, _ actions: [SessionHost.Action], at uptime: Duration) {
    if hears(input) { (heard, isCalledSilent) = (uptime, false) }
    switch input {
    case .answered where hears(input): (busy, isIdle, isCancelled) = (nil, true, false)
    case .conversationOpen where !isEnding: isIdle = true
    case .chosen where isChoosing: (isChoosing, isIdle) = (false, true)
    case .agentExited: leave()
    default: break
    }
    for action in actions {
      switch action {
      case .startAgent:
        leave()
        isEnding = false
      case .stopAgent:
        leave()
        isEnding = true
      case .choose: (isChoosing, isIdle) = (true, false)
      case .prompt(let run, let turn, _, _, _, _): (busy, isIdle, heard) = ((run, turn), false, uptime)
      case .cancelPrompt: isCancelled = true
      case .journal(.item(let item)):
        if case .silent = item.content { isCalledSilent = true }
        if case .settings(let settings, _) = item.content { offered = settings }
      default: break
      }
    }
  }

  private mutating func leave() {
    (busy, isIdle, isChoosing, isCancelled, isCalledSilent) = (nil, false, false, false, false)
  }
}

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
    for content in state.written {
      if case .settings(let offered, _) = content, offered == state.work.offered {
        violated("I19", "\(session): what can be set is said again, and is the same")
      }
    }
    state.work.follow(input, state.actions, at: uptime)
    checkWakes(state, session, at: uptime)
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
    guard let turn = state.work.busy?.turn else { return }
    var hasBegun = (machines[id]?.journals[session]?.begins(of: turn) ?? 0) > 0
    for (index, action) in state.actions.enumerated() {
      guard case .journal(.item(let item)) = action else { continue }
      switch item.content {
      case .started where item.turn == turn: hasBegun = true
      case .asked(let approval, _, _, _, _):
        if !hasBegun { violated("I2a", "\(approval) is asked in \(turn), which was not said to have begun") }
        if !state.actions[index...].contains(.sync) { violated("I15", "\(approval) is asked, and is not put on disk") }
      default: break
      }
    }
  }

  /// Whatever a host waits for wakes it: an agent may be silent for so long, and idle for so long.
  private func checkWakes(_ state: SimSession, _ session: SessionID, at uptime: Duration) {
    let work = state.work
    let isWorking = work.busy != nil && !work.isCancelled && !work.isCalledSilent && state.open.isEmpty
    guard work.isIdle || isWorking else { return }
    let wake = state.actions.compactMap { if case .wake(let time) = $0 { time } else { nil } }.min()
    let most = uptime + (work.isIdle ? Self.idle : Self.silence)
    if wake.map({ $0 > most }) ?? true {
      violated(
        "I10", "\(session): its agent \(work.isIdle ? "is idle" : "works"), and nobody looks whether it still does")
    }
  }

  /// As the settings of the simulated machines' hosts, which are those of every machine.
  private static var silence: Duration { SessionHost.Settings().silence }
  private static var idle: Duration { SessionHost.Settings().idle }
}
