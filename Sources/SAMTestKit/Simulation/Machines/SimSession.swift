// SPDX-License-Identifier: Apache-2.0
internal import SAMCore

/// Where an answer goes.
typealias SimRoute = (connection: Int, number: Int64)

/// A session's driver in a machine's runtime: what is lost when that dies.
struct SimSession {
  var host: SessionHost?
  /// What the host decided and is not done yet.
  var actions: [SessionHost.Action] = []
  /// Who waits for an answer to what is being done.
  var route: SimRoute?
  /// The prompt that is being taken or refused.
  var taken: TurnID?
  /// Whether an agent is being told an answer.
  var isAnswering = false
  var inputs: [(input: SessionHost.Input, route: SimRoute?)] = []
  var isScheduled = false
  var agent: SimAgent?
  /// What its host knows of its agent.
  var work = SimWork()
  /// What its agent has asked and heard no answer to.
  var open: Set<ApprovalID> = []
  /// How often its agent's process has ended since it last answered a prompt.
  var deaths = 0
  /// How often its agent has ended while it started, since it last opened a conversation or a turn ended.
  var failedStarts = 0
  /// The run of its agent that is being ended.
  var stopped: Int?
  /// The epoch of the batch that was sent last.
  var sent: Int64?
  /// Whether it is served elsewhere.
  var isSuperseded = false
  /// What its agent has said and is not written yet.
  var unwritten = ""
  /// When its agent's last words were written, without anything else between them.
  var texts: [Int64] = []
  var isPaused = false
  /// When it is going to be woken already.
  var wakes: Set<Int64> = []
}

extension SimSession {
  /// What the host has just decided to report.
  var written: [OutboxItem.Content] {
    actions.compactMap { if case .journal(.item(let item)) = $0 { item.content } else { nil } }
  }

  /// Whether the host has just decided to end its agent.
  var stopsAgent: Bool { actions.contains { if case .stopAgent = $0 { true } else { false } } }

  /// Whether people are told something now.
  func tells(_ isIt: (Notice) -> Bool) -> Bool {
    written.contains { if case .entry(.notice(let notice), _) = $0 { isIt(notice) } else { false } }
  }
}

/// What the production driver `SessionDriver` does, one action at a time.
extension SimWorld {
  func feed(_ id: MachineID, _ session: SessionID, _ input: SessionHost.Input, route: SimRoute?) {
    guard machines[id]?.isUp == true else { return }
    machines[id]?.sessions[session, default: SimSession()].inputs.append((input, route))
    schedule(id, session)
  }

  private func schedule(_ id: MachineID, _ session: SessionID, slow: Bool = false) {
    guard let machine = machines[id], machine.sessions[session]?.isScheduled == false else { return }
    machines[id]?.sessions[session]?.isScheduled = true
    queue.add(.session(id, machine.incarnation, session), at: slow ? after(1...30) : soon())
  }

  func driveSession(_ id: MachineID, _ life: Int, _ session: SessionID) {
    guard machines[id]?.lives(life) == true, machines[id]?.sessions[session] != nil else { return }
    machines[id]?.sessions[session]?.isScheduled = false
    guard let action = machines[id]?.sessions[session]?.actions.first else {
      takeInput(id, session)
      return
    }
    machines[id]?.sessions[session]?.actions.removeFirst()
    perform(action, on: id, session)
    guard machines[id]?.lives(life) == true else { return }
    if passes(.afterAction(String("\(action)".prefix { $0.isLetter })), on: id) { return }
    if case .prompt = action, chance.oneIn(faults.dieAtHandOver) {
      coverage.crashed(after: action)
      if chance.oneIn(2) {
        crashMachine(id, power: chance.oneIn(faults.powerFails))
        return
      }
      killAgent(id, session)
    }
    if chance.oneIn(faults.dieAfterAction) {
      coverage.crashed(after: action)
      crashMachine(id, power: chance.oneIn(faults.powerFails))
      return
    }
    schedule(id, session, slow: action == .sync)
  }

  /// All actions are done: the next input is taken in, or nothing is left to do.
  private func takeInput(_ id: MachineID, _ session: SessionID) {
    guard var state = machines[id]?.sessions[session] else { return }
    // Whatever the host did not answer is answered: nobody waits for ever.
    if let route = state.route {
      violated("I9", "\(session): a request gets no answer")
      answer(route, .failed(LinkError("the session gave no answer")))
      state.route = nil
    }
    guard !state.inputs.isEmpty else {
      // Nothing is going on: the journal says all there is to know.
      if state.host?.isQuiet == true, state.agent == nil {
        (state.host, state.isSuperseded, state.failedStarts, state.work) = (nil, false, 0, SimWork())
      }
      machines[id]?.sessions[session] = state
      return
    }
    let (input, route) = state.inputs.removeFirst()
    if state.host == nil {
      // Whoever opens a journal syncs what it reads before it promises anything on it.
      machines[id]?.journals[session, default: SimJournal()].sync()
      state.host = SessionHost(session: session, journal: machines[id]?.journals[session]?.records ?? [])
    }
    state.route = route
    switch input {
    case .deliver(let delivery): state.taken = delivery.turn
    case .cancel(let turn): state.taken = turn
    default: state.taken = nil
    }
    state.isAnswering = if case .answer = input { true } else { false }
    let moment = moment(on: id)
    state.actions = state.host?.on(input, now: moment) ?? []
    checkRestarts(&state, id, session, input)
    checkStarts(&state, session, input)
    let open = state.open
    checkQuestions(&state, session, input)
    checkWork(&state, asked: open, id, session, input)
    checkJoined(&state, session, input)
    checkSaid(&state, id, session, input)
    checkLeft(state, id, session, input)
    switch input {
    case .superseded where state.sent == machines[id]?.journals[session]?.epoch: state.isSuperseded = true
    case .attach, .deliver: state.isSuperseded = false
    default: break
    }
    note(30, "session \(session.rawValue.suffix(6)): \(String(describing: input).prefix(300))")
    checkEnds(state, id, session, after: input)
    machines[id]?.sessions[session] = state
    schedule(id, session)
  }

  private func perform(_ action: SessionHost.Action, on id: MachineID, _ session: SessionID) {
    switch action {
    case .journal(let record):
      machines[id]?.journals[session, default: SimJournal()].append(record)
      checkWritten(record, id, session)
    case .sync:
      if machines[id]?.journals[session]?.atRisk == 0 { violated("I17", "\(session): there is nothing to sync") }
      machines[id]?.journals[session]?.sync()
    case .reply(let reply):
      guard let route = machines[id]?.sessions[session]?.route else { return }
      machines[id]?.sessions[session]?.route = nil
      if let turn = machines[id]?.sessions[session]?.taken, machines[id]?.journals[session]?.risks(turn) == true {
        violated("I2a", "what became of \(turn) was acknowledged before it was on the disk")
      }
      let often = machines[id]?.sessions[session]?.isAnswering == true ? 1 : 10
      if chance.oneIn(faults.loseReply * often), machines[id]?.isLocal == false { cut(route.connection) }
      answer(route, .given(reply))
    case .startAgent(let run, let spec):
      machines[id]?.sessions[session]?.stopped = nil
      startAgent(id, session, run, spec)
    case .open(let run, let load): tell(id, session, run) { $0.open(load) }
    case .choose(let run, let chosen): tell(id, session, run) { $0.choose(chosen) }
    case .prompt(let run, let turn, let text, let attachments, let history, _):
      if attachments.map(\.content) != SimAttachment.of(text) ?? [] {
        violated("I2a", "\(turn) was handed over without what came with it")
      }
      if !attachments.allSatisfy({ $0.form == .text }) {
        violated("I2a", "\(turn) was handed over with a link to a text that its agent takes in a prompt")
      }
      for what in checks.handOver.hands(turn) { violated("I2a", what) }
      if run == machines[id]?.sessions[session]?.stopped {
        violated("I2a", "\(turn) was handed to an agent that is being ended")
      }
      if machines[id]?.journals[session]?.holds(.handing(turn)) != true {
        violated("I2a", "\(turn) was handed over before that was on the disk")
      }
      let conversation = machines[id]?.sessions[session]?.agent?.conversation
      checkHistory(history, in: conversation, machines[id]?.histories[session], session)
      checkTold(history, before: turn, machines[id]?.histories[session], machines[id]?.journals[session], session)
      machines[id]?.histories[session, default: SimHistory()].hands(turn, text, in: conversation)
      if let agent = machines[id]?.sessions[session]?.agent, agent.run == run {
        for what in checks.settings.hands(turn, in: session, agent.settings) { violated("I19", what) }
      }
      note(31, "HANDED \(turn.rawValue.suffix(6)) to run \(run)")
      tell(id, session, run) { $0.prompt(turn, text, history) }
    case .cancelPrompt(let run): tell(id, session, run) { $0.cancel() }
    case .respond(let run, let approval, let option, let values):
      checkCancelled(approval, option, id, session)
      for what in checks.approvals.responded(approval, option, values, restored: generation > 0) {
        violated("I15", what)
      }
      tell(id, session, run) { $0.respond(approval, allowed: option == "yes") }
    case .stopAgent(let run):
      machines[id]?.sessions[session]?.stopped = run
      tell(id, session, run, in: 5...3_000) { $0.stop() }
    case .send(let batch): report(batch, from: id, session)
    case .pauseReading: machines[id]?.sessions[session]?.isPaused = true
    case .resumeReading:
      if machines[id]?.sessions[session]?.isPaused == false {
        violated("I17", "\(session) is read again, and it is read")
      }
      if let waiting = machines[id]?.journals[session]?.waiting, waiting >= EntryOutbox.limit / 2 {
        violated("I10", "\(session) is read again, and \(waiting) items wait")
      }
      machines[id]?.sessions[session]?.isPaused = false
      if let run = machines[id]?.sessions[session]?.agent?.run { tell(id, session, run) { _ in } }
    case .wake(let uptime): wake(id, session, at: (machines[id]?.begun ?? 0) + uptime.microseconds)
    }
  }

  private func report(_ batch: OutboxBatch, from id: MachineID, _ session: SessionID) {
    if let last = batch.items.last?.sequence,
      machines[id]?.journals[session]?.holds(itemThrough: last, epoch: batch.epoch) != true
    {
      violated("I2a", "item \(last) of \(session) left the machine before it was on its disk")
    }
    checkBatch(batch, id, session)
    machines[id]?.sessions[session]?.sent = batch.epoch
    if machines[id]?.sessions[session]?.isSuperseded == true {
      violated("I17", "\(session) is served elsewhere, and says something")
    }
    guard let connection = machines[id]?.connection else {
      feed(id, session, .deliveryFailed, route: nil)
      return
    }
    tellMachine(connection, .call(session, .items(batch)))
  }

  private func wake(_ id: MachineID, _ session: SessionID, at time: Int64) {
    guard let machine = machines[id], var state = machine.sessions[session] else { return }
    state.wakes = state.wakes.filter { $0 > now }
    guard !state.wakes.contains(where: { $0 <= time }) else { return }
    state.wakes.insert(time)
    machines[id]?.sessions[session] = state
    queue.add(.sessionWake(id, machine.incarnation, session), at: max(now, time))
  }
}
