// SPDX-License-Identifier: Apache-2.0
internal import SAMCore
internal import Synchronization

/// Performs what a ``SessionHost`` decides, one action after the other: the thin half that touches the world.
final class SessionDriver: Sendable {
  /// What comes in: something that happened, and who waits for an answer to it.
  private struct Message: Sendable {
    var input: SessionHost.Input?
    var reply: OneReply?
    /// The time that a tick was asked for.
    var wake: Duration?
  }

  let session: SessionID
  private let machine: MachineContext
  private let uplink: any MachineUplink
  private let mailbox = Mailbox<Message>()
  private let gate = ReadingGate()

  init(session: SessionID, machine: MachineContext, uplink: any MachineUplink) {
    self.session = session
    self.machine = machine
    self.uplink = uplink
  }

  /// The driver has ended; another one takes over.
  struct Quiet: Error {}

  /// Hands an input in and waits for the reply that the host decides.
  /// - Throws: ``Quiet`` when nothing was taken; ``LinkError`` when the session ends before it replies.
  func request(_ input: SessionHost.Input) async throws -> MachineReply {
    let reply = OneReply()
    let taken = mailbox.post(Message(input: input, reply: reply))
    guard taken else { throw Quiet() }
    guard let answer = await reply.value() else {
      throw LinkError("session '\(session)' is being ended on its machine; SAM asks again")
    }
    return answer
  }

  /// No more inputs; `run` ends the agent and returns.
  func stop() { mailbox.close() }

  /// Serves the session until ``stop()``.
  /// - Throws: ``RuntimeError`` when the journal cannot be kept: then nothing more may be promised.
  func run() async throws {
    let journal: SessionJournal
    do {
      journal = try SessionJournal(path: machine.journalPath(session))
    } catch {
      await refuseAll(because: error)
      throw error
    }
    var state = State(
      host: SessionHost(session: session, journal: journal.takeRecords(), settings: machine.settings), journal: journal)
    try await withThrowingDiscardingTaskGroup { group in
      // Whoever waits for a full outbox must not wait for one that is not served any more.
      defer { gate.open() }
      var messages: [Message] = []
      do {
        var isQuiet = false
        while !isQuiet {
          messages = await mailbox.next()
          if messages.isEmpty { break }
          for message in messages { try await take(message, &state, &group) }
          // Nothing is going on: the journal says all there is to know, so nothing needs to be held in memory.
          isQuiet = state.host.isQuiet && mailbox.closeIfEmpty()
        }
        state.agent?.stop(grace: nil)
        try await journal.sync()
        // Only timers are left, the longest of them as long as an agent may idle. The next driver of this session waits for
        // the end of this one, and with it the next prompt.
        if isQuiet { group.cancelAll() }
      } catch {
        state.agent?.stop(grace: .zero)
        machine.report("session \(session): \(error)")
        // One that has its answer already passes a second one over.
        for message in messages { message.reply?.give(nil) }
        await refuseAll(because: error)
        throw error
      }
    }
  }

  private struct State {
    var host: SessionHost
    let journal: SessionJournal
    var agent: AgentRun?
    var last: JournalRecord?
    /// The uptimes at which ticks are on their way.
    var wakes: Set<Duration> = []
    var flushing = false
  }

  private func take(
    _ message: Message, _ state: inout State, _ group: inout ThrowingDiscardingTaskGroup<any Error>
  ) async throws {
    guard let input = message.input else {
      state.flushing = false
      try await state.journal.sync()
      return
    }
    if case .attach(let spec, _) = input, state.agent == nil { await lookAtLogins(spec) }
    let now = machine.clock.moment
    if let wake = message.wake { state.wakes.remove(wake) }
    for action in state.host.on(input, now: now) {
      try await perform(action, reply: message.reply, &state, &group)
    }
    // Whatever the host did not answer is answered: nobody waits for ever.
    message.reply?.give(nil)
  }

  /// What an agent has refreshed whose end nobody saw.
  private func lookAtLogins(_ spec: SessionSpec) async {
    for finding in await AgentHome(spec, machine, uplink)?.look() ?? [] {
      machine.report("session \(session): \(finding.text)")
    }
  }

  private func perform(
    _ action: SessionHost.Action, reply: OneReply?, _ state: inout State,
    _ group: inout ThrowingDiscardingTaskGroup<any Error>
  ) async throws {
    switch action {
    case .journal(let record):
      machine.failpoints.pass(before: record)
      try state.journal.append(record)
      state.last = record
      flushSoon(&state, &group)
    case .sync:
      try await state.journal.sync()
      machine.failpoints.synced(state.last)
    case .reply(let answer): reply?.give(answer)
    case .startAgent(let run, let spec):
      let agent = AgentRun(
        run: run, spec: spec, machine: machine, home: AgentHome(spec, machine, uplink), gate: gate
      ) { [mailbox] input in mailbox.post(Message(input: input)) }
      state.agent = agent
      group.addTask { await agent.execute() }
    case .open(let run, let load): state.agent?.perform(.open(load: load), run: run)
    case .choose(let run, let chosen): state.agent?.perform(.choose(chosen), run: run)
    case .prompt(let run, let turn, let text, let attachments, let history, let correlation):
      machine.failpoints.pass(.afterHanding)
      state.agent?.perform(
        .prompt(turn, [history, text].compactMap(\.self), attachments, correlation: correlation), run: run)
    case .cancelPrompt(let run): state.agent?.perform(.cancel, run: run)
    case .respond(let run, let approval, let option, let values):
      state.agent?.perform(.respond(approval, option.map { .init(option: $0, values: values ?? [:]) }), run: run)
    case .stopAgent(let run): state.agent?.perform(.stop, run: run)
    case .send(let batch): group.addTask { await self.send(batch) }
    case .pauseReading: gate.close()
    case .resumeReading: gate.open()
    case .wake(let time): wake(at: time, &state, &group)
    }
  }

  private func send(_ batch: OutboxBatch) async {
    do {
      let through = try await uplink.deliver(batch)
      mailbox.post(Message(input: .acknowledged(through)))
    } catch let error as Rejection where error.code == .superseded {
      mailbox.post(Message(input: .superseded))
    } catch {
      machine.report("session \(session): a report did not get through, SAM tries again: \(error)")
      mailbox.post(Message(input: .deliveryFailed))
    }
  }

  /// The journal is on disk at most a second after it was written, also when no promise needs it sooner.
  private func flushSoon(_ state: inout State, _ group: inout ThrowingDiscardingTaskGroup<any Error>) {
    guard !state.flushing else { return }
    state.flushing = true
    group.addTask { [mailbox, clock = machine.clock] in
      do { try await clock.sleep(.seconds(1)) } catch { return }
      mailbox.post(Message())
    }
  }

  private func wake(
    at time: Duration, _ state: inout State, _ group: inout ThrowingDiscardingTaskGroup<any Error>
  ) {
    // A tick that comes at the same time or a little earlier will do; the host asks again for what is left.
    guard !state.wakes.contains(where: { $0 <= time }) else { return }
    state.wakes.insert(time)
    group.addTask { [mailbox, clock = machine.clock] in
      do { try await clock.sleep(max(.zero, time - clock.uptime())) } catch { return }
      mailbox.post(Message(input: .tick, wake: time))
    }
  }

  /// After a failure nobody must wait for this session for ever.
  private func refuseAll(because error: any Error) async {
    mailbox.close()
    for message in await mailbox.next() { message.reply?.give(nil) }
  }
}

/// An answer that is given once and waited for once.
final class OneReply: Sendable {
  private struct State {
    var answer: MachineReply??
    var waiter: CheckedContinuation<MachineReply?, Never>?
  }
  private let state = Mutex(State())

  /// Gives the answer; a second one is passed over. Nil = there will be none.
  func give(_ answer: MachineReply?) {
    let waiter = state.withLock { state -> CheckedContinuation<MachineReply?, Never>? in
      guard state.answer == nil else { return nil }
      state.answer = .some(answer)
      defer { state.waiter = nil }
      return state.waiter
    }
    waiter?.resume(returning: answer)
  }

  /// Waits for the answer.
  func value() async -> MachineReply? {
    await withCheckedContinuation { continuation in
      let answer = state.withLock { state -> MachineReply?? in
        if state.answer == nil { state.waiter = continuation }
        return state.answer
      }
      if let answer { continuation.resume(returning: answer) }
    }
  }
}
