// SPDX-License-Identifier: Apache-2.0
internal import SAMCore

/// What a session's host promises to those who read along, and to an agent that is told of what was said.
extension SimWorld {
  /// What an agent says is written within a moment, joined where it comes in small pieces, and not without an end.
  func checkWritten(_ record: JournalRecord, _ id: MachineID, _ session: SessionID) {
    guard let journal = machines[id]?.journals[session] else { return }
    if case .acknowledged(let through) = record, let known = journal.acknowledgedBefore, known >= through {
      violated("I17", "that \(session) was heard through \(through) is written down, and was before")
    }
    guard case .item(let item) = record else { return }
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
  func checkJoined(_ state: inout SimSession, _ session: SessionID, _ input: SessionHost.Input) {
    // What comes before a question is written at once, also when the question is not.
    if case .permission = input { state.texts = [] }
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

  /// What an agent says is written, in the order in which it says it; what it lets people set is known.
  func checkSaid(_ state: inout SimSession, _ id: MachineID, _ session: SessionID, _ input: SessionHost.Input) {
    let written = state.written
    if state.agent?.isStopping == false, !state.work.isEnding {
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
        let isSaid = state.tells { $0.text.hasSuffix("taken its conversation up") }
        if isLoaded, !isSaid { violated("I7", "\(session): its agent was started again, and that is said to nobody") }
      default: break
      }
    }
    for content in written {
      switch content {
      case .entry(.agent(let block), _): state.unwritten.removeFirst(min(block.text.count, state.unwritten.count))
      case .entry where !state.unwritten.isEmpty, .asked where !state.unwritten.isEmpty,
        .ended where !state.unwritten.isEmpty:
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

  /// An agent in a new conversation is told what was said in the session before; one that remembers is not.
  func checkHistory(_ history: String?, in conversation: String?, _ known: SimHistory?, _ session: SessionID) {
    guard let conversation, let said = known?.said(in: conversation) else { return }
    let isTold = history.map { $0.contains("is left out") || $0.contains("Person: \(said.last ?? "")") } ?? false
    if !said.here, said.last != nil, !isTold {
      violated("I7", "\(session): its agent begins anew and is not told what was said last")
    }
    if known?.count == 1, history != nil { violated("I7", "\(session): its agent is told what it knows") }
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
