// SPDX-License-Identifier: Apache-2.0
import SAMCore

/// A machine in this process: real session hosts with scripted agents, on a link that can be cut.
actor ModelMachine: MachineLink {
  /// One session on the machine.
  private struct Served {
    var host: SessionHost
    var agent: ScriptedAgent
    var journal: [JournalRecord] = []
    var outgoing: [OutboxBatch] = []

    /// Feeds an input and whatever the agent says to it.
    mutating func feed(_ input: SessionHost.Input, now: Moment) -> MachineReply? {
      var reply: MachineReply?
      var heard = [input]
      while !heard.isEmpty || agent.canStep {
        guard let next = heard.first else {
          heard = agent.step()
          continue
        }
        heard.removeFirst()
        for action in host.on(next, now: now) { perform(action, &reply) }
      }
      return reply
    }

    private mutating func perform(_ action: SessionHost.Action, _ reply: inout MachineReply?) {
      switch action {
      case .journal(let record): journal.append(record)
      case .reply(let answer): reply = answer
      case .startAgent(let run, _): agent.start(run: run)
      case .open(_, let load): agent.open(load: load)
      case .choose: agent.choose()
      case .prompt(_, let turn, let text, _, _, _): agent.prompt(turn, text)
      case .cancelPrompt: agent.cancel()
      case .respond(_, let approval, _, _): agent.respond(approval)
      case .stopAgent: agent.stop()
      case .send(let batch): outgoing.append(batch)
      case .sync, .pauseReading, .resumeReading, .wake: break
      }
    }
  }

  private var sessions: [SessionID: Served] = [:]
  private var uplink: (any MachineUplink)?
  private var script: [ScriptedAgent.Step]
  private var failures = 0
  /// All that was asked, in order.
  private(set) var requests: [MachineRequest] = []

  init(script: [ScriptedAgent.Step] = [.take, .chunk("Done"), .finish("end_turn")]) { self.script = script }

  func report(to uplink: any MachineUplink) { self.uplink = uplink }

  /// The next requests get no answer.
  func fail(_ count: Int) { failures = count }

  /// The machine's process ends and begins again: its journals are what is left.
  func restart() {
    for (id, served) in sessions {
      var agent = served.agent
      agent.kill()
      let host = SessionHost(session: id, journal: served.journal)
      sessions[id] = Served(host: host, agent: agent, journal: served.journal)
    }
  }

  /// How often each prompt was handed to an agent.
  var handed: [TurnID: Int] { sessions.values.reduce(into: [:]) { $0.merge($1.agent.handed, uniquingKeysWith: +) } }

  func request(_ request: MachineRequest) async throws -> MachineReply {
    requests.append(request)
    if failures > 0 {
      failures -= 1
      throw LinkError("the machine is away; SAM asks again")
    }
    switch request {
    case .prepare: return .prepared(baseCommit: "c0ffee")
    case .publish(let order):
      return .published(PublishedWork(result: TaskResult(branch: order.branch, head: "abc", files: 1)))
    case .check(let launch, _): return .checked(AgentCheck(works: true, program: launch.command))
    case .deliver(let delivery): return try await feed(.deliver(delivery), delivery.spec.session)
    case .save(let order): return .published(PublishedWork(result: TaskResult(branch: order.branch)))
    case .attach(let spec, let turn): return try await feed(.attach(spec, turn: turn), spec.session)
    case .cancel(let session, let turn): return try await feed(.cancel(turn), session)
    case .answer(let session, let approval, let option, let values):
      return try await feed(.answer(approval, option: option, values: values), session)
    case .end(let session): return try await feed(.end, session)
    }
  }

  private func feed(_ input: SessionHost.Input, _ id: SessionID) async throws -> MachineReply {
    let now = Moment(wall: Timestamp(milliseconds: 1_700_000_000_000), uptime: .zero)
    var agent = ScriptedAgent()
    agent.script = script
    let new = Served(host: SessionHost(session: id, journal: []), agent: agent)
    let reply = sessions[id, default: new].feed(input, now: now)
    while let batch = sessions[id]?.outgoing.first {
      sessions[id]?.outgoing.removeFirst()
      guard let uplink else { throw LinkError("the machine has no control plane") }
      let through = try await uplink.deliver(batch)
      _ = sessions[id]?.feed(.acknowledged(through), now: now)
    }
    return reply ?? .refused(reason: "the host gave no answer")
  }
}
