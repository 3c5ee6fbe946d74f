// SPDX-License-Identifier: Apache-2.0
internal import SAMCore

/// What a session's host promises to those who read along, and to its agent.
extension SimWorld {
  /// What an agent says is written within a moment, joined where it comes in small pieces, and not without an end.
  func checkWritten(_ record: JournalRecord, _ id: MachineID, _ session: SessionID) {
    guard case .item(let item) = record, let journal = machines[id]?.journals[session] else { return }
    if case .entry(let body, _) = item.content {
      for word in SimWord.all(in: body) {
        for what in checks.viewers.writes(session, word, now: now) { violated("I7", what) }
      }
    }
    switch (item.content, item.turn) {
    case (.started, let turn?) where journal.begins(of: turn) > 1: violated("I17", "\(turn) is said to begin again")
    case (.ended(.ambiguous), let turn?) where journal.begins(of: turn) > 0:
      violated("I2b", "\(turn) is called ambiguous, and was said to have begun")
    default: break
    }
    if journal.records.count > EntryOutbox.limit, journal.waiting > EntryOutbox.limit + SimAgent.floodStep + 100 {
      violated("I10", "\(journal.waiting) items of \(session) wait, and its agent is read")
    }
  }

  /// Small pieces of an agent's text are joined: the first is written at once, those that follow within 50 ms together.
  func checkJoined(_ state: inout SimSession, _ session: SessionID) {
    for case .journal(.item(let item)) in state.actions {
      if case .entry(.agent(let block), _) = item.content, block.text.utf8.count < 500 {
        state.texts.append(now)
        // What ended the second one early would stand before the third.
        let count = state.texts.count
        if count > 2, state.texts[count - 2] - state.texts[count - 3] < 50_000 {
          violated("I7", "\(session): what its agent says is written in pieces")
        }
      } else {
        state.texts = []
      }
    }
  }

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

  /// What an agent says is written, in the order in which it says it; what it lets people set is known.
  func checkSaid(_ state: inout SimSession, _ id: MachineID, _ session: SessionID, _ input: SessionHost.Input) {
    let written: [OutboxItem.Content] = state.actions.compactMap { action in
      if case .journal(.item(let item)) = action { item.content } else { nil }
    }
    if state.agent?.isStopping == false {
      switch input {
      // Words, and nothing that a replay repeats.
      case .update(_, .agent(let block), _, _) where block.text.hasPrefix("<"): state.unwritten += block.text
      case .update(_, let body?, let raw, nil) where body.isTool && !written.contains(.entry(body, raw: raw)):
        violated("I7", "\(session): what its agent does is not written")
      case .settings(_, let offered):
        let known = machines[id]?.journals[session]?.records.last { record in
          if case .item(let item) = record, case .settings = item.content { true } else { false }
        }
        let isWritten = written.contains { if case .settings(offered, _) = $0 { true } else { false } }
        let isKnown =
          if case .item(let item)? = known, case .settings(offered, _) = item.content { true } else { false }
        if !isWritten, !isKnown { violated("I19", "\(session): what its agent lets people set is said to nobody") }
      case .conversationOpen(_, _, let isLoaded, _):
        let isSaid = written.contains { content in
          if case .entry(.notice(let notice), _) = content {
            notice.text.hasSuffix("taken its conversation up")
          } else {
            false
          }
        }
        if isLoaded, !isSaid { violated("I7", "\(session): its agent was started again, and that is said to nobody") }
      default: break
      }
    }
    for content in written {
      switch content {
      case .entry(.agent(let block), _): state.unwritten.removeFirst(min(block.text.count, state.unwritten.count))
      case .entry(let body, _) where body.isTool && !state.unwritten.isEmpty:
        violated("I7", "\(session): '\(state.unwritten)' was said before something that is written before it")
      default: break
      }
    }
    let isOver = state.actions.contains { action in
      switch action {
      case .startAgent, .stopAgent: true
      default: false
      }
    }
    if isOver { state.unwritten = "" }
    if case .superseded = input { state.unwritten = "" }
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
    case .agentExited, .end, .superseded, .answered: state.open = []
    default: break
    }
    if state.actions.contains(where: { if case .stopAgent = $0 { true } else { false } }) { state.open = [] }
  }

  /// An agent that has worked here and ends while it starts is started again; one that refuses, or never worked, is not.
  func checkRestarts(
    _ state: inout SimSession, _ id: MachineID, _ session: SessionID, _ input: SessionHost.Input
  ) {
    let hasWorked = machines[id]?.journals[session]?.hasConversation == true
    var (isAgain, isOver) = (false, false)
    for case .journal(.item(let item)) in state.actions {
      switch item.content {
      case .entry(.notice(let notice), _): isAgain = isAgain || notice.text.contains("it is started again")
      case .ended: isOver = true
      default: break
      }
    }
    switch input {
    case .agentReady:
      let isTold = state.actions.contains { action in
        if case .journal(.item(let item)) = action, case .entry(.notice(let notice), _) = item.content {
          notice.text == SimAgent.lack
        } else {
          false
        }
      }
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
      // Whatever is wanted next is tried as often.
      if isOver { state.deaths = 0 }
    default: break
    }
  }

  /// What an agent is told of earlier is what was said, in the words of those who said it.
  func checkTold(
    _ history: String?, before turn: TurnID, _ known: SimHistory?, _ journal: SimJournal?, _ session: SessionID
  ) {
    guard let history else { return }
    if let missing = journal?.missing(in: history, before: turn) {
      violated("I7", "\(session): its agent begins anew and is not told '\(missing)'")
    }
    let lines = history.split(separator: "\n")
    if let wrong = lines.first(where: { $0.hasPrefix("Person: ") && $0.contains("<") }) {
      violated("I7", "\(session): a person is said to have said '\(wrong)'")
    }
    for (one, next) in zip(lines, lines.dropFirst()) where one.hasPrefix("You: ") && next.hasPrefix("You: ") {
      violated("I7", "\(session): what was said in one go is told in pieces: '\(one)', '\(next)'")
    }
    for (index, line) in lines.enumerated() where line.hasPrefix("Person: ") {
      let said = line.dropFirst("Person: ".count)
      let isNamed = lines.dropFirst(index + 1).first == "(with words.txt)"
      guard known?.hasHanded(String(said)) == true, isNamed != (SimAttachment.of(String(said)) != nil) else { continue }
      violated("I7", "\(session): what came with '\(said)' is \(isNamed ? "" : "not ")told")
    }
    let isCut = history.contains("is left out")
    if isCut ? history.utf8.count < 18_000 : history.utf8.count > 30_000 {
      violated(
        "I7", "\(session): \(history.utf8.count) bytes are told, and \(isCut ? "something" : "nothing") is left out")
    }
  }
}

extension EntryBody {
  fileprivate var isTool: Bool { if case .tool = self { true } else { false } }
}
