// SPDX-License-Identifier: Apache-2.0
internal import SAMCore

/// How agents' processes live in the simulated world.
extension SimWorld {
  func startAgent(_ id: MachineID, _ session: SessionID, _ run: Int, _ spec: SessionSpec) {
    let isAlive = machines[id]?.sessions[session]?.agent != nil
    for what in checks.holder.starts(session, isAlive: isAlive) { violated("I1", what) }
    machines[id]?.histories[session, default: SimHistory()].lives += 1
    let life = machines[id]?.histories[session]?.lives ?? 0
    // What kind of agent it is belongs to its launch: the same in every run.
    machines[id]?.sessions[session]?.agent = SimAgent(
      run: run, epoch: spec.epoch, workspace: spec.workspace, loads: spec.launch.command != "forgetful",
      echoes: spec.launch.echoesPrompts, obeys: spec.launch.command != "stubborn",
      life: life, chosen: spec.chosen ?? [:])
    machines[id]?.sessions[session]?.isPaused = false
    tell(id, session, run, in: 100...4_000) { _ in }
  }

  /// Tells an agent's process something; it goes on after a while.
  func tell(
    _ id: MachineID, _ session: SessionID, _ run: Int, in range: ClosedRange<Int> = 1...200,
    _ body: (inout SimAgent) -> Void
  ) {
    guard let machine = machines[id], var agent = machine.sessions[session]?.agent, agent.run == run else { return }
    body(&agent)
    if agent.canStep, !agent.isScheduled {
      agent.isScheduled = true
      queue.add(.agent(id, machine.incarnation, session, run: run), at: after(range))
    }
    machines[id]?.sessions[session]?.agent = agent
  }

  /// An agent's process dies of itself.
  func killAgent(_ id: MachineID, _ session: SessionID) {
    guard let run = machines[id]?.sessions[session]?.agent?.run else { return }
    note(23, "agent of \(session.rawValue.suffix(6)) dies")
    tell(id, session, run) { $0.stop() }
  }

  func stepAgent(_ id: MachineID, _ life: Int, _ session: SessionID, run: Int) {
    guard machines[id]?.lives(life) == true, var agent = machines[id]?.sessions[session]?.agent, agent.run == run
    else { return }
    agent.isScheduled = false
    guard machines[id]?.sessions[session]?.isPaused == false || agent.phase == .dead else {
      machines[id]?.sessions[session]?.agent = agent
      return
    }
    guard agent.phase != .dead else {
      machines[id]?.sessions[session]?.agent = nil
      feed(id, session, .agentExited(run: run, reason: "exit status 1"), route: nil)
      return
    }
    var history = machines[id]?.histories[session] ?? SimHistory()
    let heard = step(&agent, &history, id, session)
    let isPausing = agent.isPausing
    machines[id]?.histories[session] = history
    machines[id]?.sessions[session]?.agent = agent
    if passes(.afterStep, on: id) { return }
    for input in heard { feed(id, session, input, route: nil) }
    if agent.isLeaving, agent.phase == .idle { return tell(id, session, run, in: 1...90_000) { $0.stop() } }
    let isSlow = script.plan == nil && chance.oneIn(20)
    tell(id, session, run, in: isPausing ? 650_000...900_000 : isSlow ? 1_000...20_000 : 1...400) { _ in }
  }

  private func step(
    _ agent: inout SimAgent, _ history: inout SimHistory, _ id: MachineID, _ session: SessionID
  ) -> [SessionHost.Input] {
    let run = agent.run
    switch agent.phase {
    case .ready, .idle, .dead: return []
    case .starting:
      if history.doomed > 0 || chance.oneIn(faults.failsToStart) {
        history.doomed = max(0, history.doomed - 1)
        agent.phase = .dead
        return [.agentFailed(run: run, reason: "exit status 1", mayPass: true)]
      }
      agent.phase = .ready
      if chance.oneIn(faults.startFails) { return [.agentFailed(run: run, reason: "it is not installed")] }
      return [
        .agentReady(
          run: run,
          AgentAbilities(
            load: agent.loads, embeds: true, name: "simulated", lacks: agent.loads ? [] : [SimAgent.lack]))
      ]
    case .opening(let load):
      let refused = agent.set(agent.chosen)
      return [.chosen(run: run, refused: refused), .settings(run: run, agent.settings)]
        + opened(load, &agent, &history)
    case .choosing(let chosen):
      agent.phase = .idle
      let refused = agent.set(chosen)
      return [.chosen(run: run, refused: refused), .settings(run: run, agent.settings)]
    case .asking(let turn, let text, _, _): return cancelled(turn, text, &agent)
    case .working(let turn, let text, let place):
      if agent.isCancelled, agent.obeys { return cancelled(turn, text, &agent) }
      if place == 0 {
        agent.script =
          script.plan?.acts(for: text) ?? SimAgent.draw(&chance, isCalm: !faults.areOn, limits: faults.limits)
      }
      guard agent.script.indices.contains(place) else { return [] }
      agent.phase = .working(turn, text: text, place: place + 1)
      checks.handOver.begins(turn)
      return act(agent.script[place], turn, text, place, &agent, &history, id, session)
    }
  }

  private func opened(
    _ load: String?, _ agent: inout SimAgent, _ history: inout SimHistory
  ) -> [SessionHost.Input] {
    agent.phase = .idle
    // Once in a while a conversation cannot be loaded, and another one begins.
    if let load, let prompts = history.conversations[load]?.map(\.shown), !chance.oneIn(faults.forgets) {
      agent.conversation = load
      let replay = prompts.map { text in
        SessionHost.Input.update(
          run: agent.run, .agent(TextBlock("replayed answer to \(text)")), raw: nil, echo: nil)
      }
      return replay
        + [.conversationOpen(run: agent.run, id: load, loaded: true, replayed: agent.echoes ? prompts : [])]
    }
    history.count += 1
    let id = "conversation-\(history.count)"
    history.conversations[id] = []
    agent.conversation = id
    return [.conversationOpen(run: agent.run, id: id, loaded: false, replayed: [])]
  }

  private func end(_ turn: TurnID, _ reason: String, _ agent: inout SimAgent) -> [SessionHost.Input] {
    // Whoever answers a prompt has had it.
    checks.handOver.begins(turn)
    agent.phase = .idle
    agent.isCancelled = false
    return [.answered(run: agent.run, turn, .finished(stopReason: reason))]
  }

  /// Most stop as they are asked to; some end.
  private func cancelled(_ turn: TurnID, _ text: String, _ agent: inout SimAgent) -> [SessionHost.Input] {
    guard faults.areOn, agent.ends(at: text) else { return end(turn, "cancelled", &agent) }
    agent.phase = .dead
    return []
  }

  private func act(
    _ act: SimAgent.Act, _ turn: TurnID, _ text: String, _ place: Int, _ agent: inout SimAgent,
    _ history: inout SimHistory, _ id: MachineID, _ session: SessionID
  ) -> [SessionHost.Input] {
    let run = agent.run
    switch act {
    case .take:
      if let conversation = agent.conversation {
        // Others see what it was told before the prompt, and what came with it.
        let shown = [agent.history, text, SimAttachment.of(text).map { _ in "[words.txt]" }].compactMap(\.self)
        history.takes(turn, .init(text: text, shown: shown.joined(separator: "\n\n")), in: conversation)
      }
      return []
    case .echo: return [.update(run: run, nil, raw: nil, echo: text)]
    case .say:
      agent.words += 1
      // Every word says in which epoch it was said, and which it is: of its process, and of its session.
      let word = agent.life * SimWord.most + agent.words
      checks.viewers.says(session, word, now: now)
      return [.update(run: run, .agent(TextBlock("<\(agent.epoch).\(word)>")), raw: nil, echo: nil)]
    case .lecture:
      return [
        .update(run: run, .agent(TextBlock(String(repeating: "la ", count: 1_500))), raw: nil, echo: nil),
        .update(run: run, .tool(ToolActivity(id: "tool-\(place)", title: "paint")), raw: nil, echo: nil),
      ]
    case .dump:
      let output = String(repeating: "x", count: EntryOutbox.batchBytes + 1)
      return [.update(run: run, .tool(ToolActivity(id: "dump-\(place)", output: output)), raw: nil, echo: nil)]
    case .flood: return flood(run, id, session, turn, text, place, &agent)
    case .think: return [.update(run: run, .thought(TextBlock("a thought")), raw: nil, echo: nil)]
    case .change:
      checks.settings.changesItself(agent.settings[0], in: session)
      agent.settings[0].value = agent.settings[0].value == "auto" ? "ask" : "auto"
      return [.settings(run: run, agent.settings)]
    case .pause: return []
    case .tool:
      // What it calls it becomes clear while it runs.
      return ["look", "look at words.txt"].map { title in
        .update(run: run, .tool(ToolActivity(id: "tool-\(place)", title: title)), raw: nil, echo: nil)
      }
    case .edit:
      history.words += 1
      machines[id]?.workspaces[agent.workspace]?.pieces.append("\(agent.workspace).\(history.words)")
      return [.update(run: run, .tool(ToolActivity(id: "edit-\(place)")), raw: nil, echo: nil)]
    case .garble: return [.update(run: run, nil, raw: nil, echo: nil)]
    case .ask:
      let questions = (0...(history.words % 4 == 2 ? 1 : 0)).map { _ in
        history.words += 1
        let id = ApprovalID(trusted: "approval_\(agent.workspace.rawValue.suffix(14))\(history.words)")
        return (id: id, history.words)
      }
      agent.phase = .asking(turn, text: text, place: place + 1, questions.map(\.id))
      return questions.map { approval, number in
        let tool = SimQuestion.all[number % SimQuestion.all.count].tool
        return .permission(
          run: run, approval, title: "May I?", tool: tool, options: Self.options,
          form: tool == nil ? Self.form(number) : nil)
      }
    case .finish(let reason):
      let ended = end(turn, reason, &agent)
      agent.isLeaving = faults.areOn && agent.ends(at: text)
      return agent.script.last == .again ? ended + ended : ended
    case .fail:
      agent.phase = .idle
      return [.answered(run: run, turn, .failed(reason: "the model is overloaded"))]
    case .limit(let seconds):
      agent.phase = .idle
      let until = seconds > 0 ? wall + .seconds(seconds) : nil
      return [.answered(run: run, turn, .limited(reason: SimAgent.limitReached, until: until))]
    case .die:
      agent.phase = .dead
      return []
    case .hang, .again: return []
    }
  }

  /// Nobody is reached for a while, and the agent goes on all the same.
  private func flood(
    _ run: Int, _ id: MachineID, _ session: SessionID, _ turn: TurnID, _ text: String, _ place: Int,
    _ agent: inout SimAgent
  ) -> [SessionHost.Input] {
    guard let number = machines[id]?.connection, machines[id]?.isLocal == false else { return [] }
    if agent.floods == 0 { block(number, until: now + 40_000_000) }
    if agent.floods < 10 { agent.phase = .working(turn, text: text, place: place) }
    // What it said before is still being read.
    guard machines[id]?.sessions[session]?.inputs.isEmpty == true else { return [] }
    agent.floods += 1
    return (0..<SimAgent.floodStep).map { index in
      .update(run: run, .tool(ToolActivity(id: "flood-\(index)")), raw: nil, echo: nil)
    }
  }

  /// What is to be filled in. It holds something else in each question, so that the answers can be told apart.
  private static func form(_ number: Int) -> ApprovalForm {
    ApprovalForm(fields: [
      FormField(name: "number", kind: .integer, isRequired: true, standard: .integer(Int64(number))),
      FormField(name: "note", kind: .text),
    ])
  }

  static let options = [
    ApprovalOption(id: "yes", name: "Allow", kind: "allow_once"),
    ApprovalOption(id: "no", name: "Reject", kind: "reject_once"),
  ]
}
