// SPDX-License-Identifier: Apache-2.0
internal import SAMCore

/// What a session's host promises to the control plane, and to its agent.
extension SimWorld {
  /// A batch has all that waits, as far as it may.
  func checkBatch(_ batch: OutboxBatch, _ id: MachineID, _ session: SessionID) {
    guard !batch.items.contains(where: \.isDump) else {
      if batch.items.count > 1 { violated("I10", "more than a batch of \(session) holds travels in one") }
      return
    }
    guard let journal = machines[id]?.journals[session], !journal.hasDump else { return }
    let most = min(journal.waiting, EntryOutbox.batch)
    if batch.items.count != most { violated("I17", "a batch of \(session) has \(batch.items.count) items of \(most)") }
  }

  /// Questions are called void when there are some, and a turn has one end.
  func checkQuestions(_ state: inout SimSession, _ session: SessionID, _ input: SessionHost.Input) {
    if case .permission(_, let id, _, _, _, _) = input {
      state.open.insert(id)
      let isHeard = state.actions.contains { action in
        switch action {
        case .respond(_, id, _, _): true
        case .journal(.item(let item)): if case .asked(id, _, _, _, _) = item.content { true } else { false }
        default: false
        }
      }
      if !isHeard, state.agent?.isStopping == false {
        violated("I15", "\(session): its agent asks and nobody hears it")
      }
    }
    var ended: Set<TurnID> = []
    for action in state.actions {
      switch action {
      case .respond(_, let id, _, _): state.open.remove(id)
      case .journal(.item(let item)):
        switch item.content {
        case .agentGone where state.open.isEmpty: violated("I15", "\(session): nothing is asked, and is called void")
        case .ended:
          guard let turn = item.turn, !ended.insert(turn).inserted else { continue }
          violated("I2b", "\(turn) ended twice at once")
        default: break
        }
      default: break
      }
    }
    switch input {
    case .agentExited, .end, .answered: state.open = []
    default: break
    }
    if state.stopsAgent { state.open = [] }
  }

  /// An agent that has worked here and ends while it starts is started again; one that refuses, or never worked, is not.
  func checkRestarts(
    _ state: inout SimSession, _ id: MachineID, _ session: SessionID, _ input: SessionHost.Input
  ) {
    let hasWorked = machines[id]?.journals[session]?.hasConversation == true
    let isAgain = state.tells { $0.text.contains("it is started again") }
    let isOver = state.written.contains { if case .ended = $0 { true } else { false } }
    switch input {
    case .agentReady:
      let isTold = state.tells { $0.text == SimAgent.lack }
      if isTold, hasWorked { violated("I7", "\(session): what its agent lacks is said again") }
      if !isTold, !hasWorked, state.agent?.loads == false {
        violated("I7", "\(session): what its agent lacks is said to nobody")
      }
    case .answered: state.deaths = 0
    case .agentExited: state.deaths += 1
    case .agentFailed(_, _, let mayPass):
      if isAgain, !mayPass || !hasWorked { violated("I9", "an agent of \(session) refuses, and is started again") }
      if isOver, mayPass, hasWorked, state.deaths + state.failedStarts < 5 {
        violated("I9", "an agent of \(session) ended \(state.failedStarts + 1) times and is not started again")
      }
      let saysHow = state.written.contains {
        if case .ended(let end) = $0 { "\(end)".contains("agent check") } else { false }
      }
      if isOver, mayPass, hasWorked, !saysHow {
        violated("I9", "an agent of \(session) is not started again, and nobody hears what to do")
      }
      let isWanted = machines[id]?.journals[session]?.waits == true && !state.work.isEnding && !state.isSuperseded
      if mayPass, hasWorked, isWanted, !isOver, !isAgain {
        violated("I7", "an agent of \(session) is started again, and that is said to nobody")
      }
      // Whatever is wanted next is tried as often.
      if isOver { state.deaths = 0 }
    default: break
    }
  }
}
