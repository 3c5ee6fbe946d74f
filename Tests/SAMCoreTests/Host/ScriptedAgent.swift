// SPDX-License-Identifier: Apache-2.0
import SAMCore

/// An agent that does what its script says, one step at a time. Its conversations survive its process.
struct ScriptedAgent {
  /// What it does with a prompt.
  enum Step: Hashable {
    /// Writes the prompt into its own history, without a word.
    case take
    /// Repeats the prompt.
    case echo
    case chunk(String)
    case tool(String)
    /// Asks for permission, and waits for the answer.
    case ask
    case finish(String)
    /// Ends without a word.
    case die
    /// Does nothing any more, unless it is cancelled.
    case hang
  }
  enum Phase: Hashable {
    case starting
    case ready
    case opening(load: String?)
    case idle
    case choosing
    case working(TurnID, text: String, step: Int)
    case asking(TurnID, text: String, step: Int, ApprovalID)
    case dead
  }
  struct Process: Hashable {
    var run: Int
    var phase: Phase
    var conversation: String?
    var cancelled = false
  }

  /// Whether it can load a conversation.
  var loads = true
  /// Whether it stops when it is asked to.
  var obeysCancel = true
  /// What it does with each prompt.
  var script: [Step] = [.take, .chunk("Hel"), .chunk("lo "), .ask, .chunk("done"), .finish("end_turn")]
  /// The prompts that each conversation has, on the agent's own disk.
  private(set) var histories: [String: [String]] = [:]
  private(set) var process: Process?
  /// How often each prompt was handed to it, over all its runs.
  private(set) var handed: [TurnID: Int] = [:]
  private(set) var conversations = 0
  private(set) var approvals = 0

  mutating func start(run: Int) { process = Process(run: run, phase: .starting) }

  mutating func open(load: String?) { process?.phase = .opening(load: load) }

  mutating func choose() { process?.phase = .choosing }

  mutating func prompt(_ turn: TurnID, _ text: String) {
    handed[turn, default: 0] += 1
    process?.cancelled = false
    process?.phase = .working(turn, text: text, step: 0)
  }

  mutating func cancel() { process?.cancelled = true }

  mutating func respond(_ approval: ApprovalID) {
    guard case .asking(let turn, let text, let step, approval) = process?.phase else { return }
    process?.phase = .working(turn, text: text, step: step)
  }

  /// The process ends by force.
  mutating func kill() { process = nil }

  /// Ends on demand: says that it is gone.
  mutating func stop() { process?.phase = .dead }

  /// Whether it would do something now.
  var canStep: Bool {
    guard let process else { return false }
    switch process.phase {
    case .starting, .opening, .choosing, .dead: return true
    case .ready, .idle: return false
    case .asking: return process.cancelled && obeysCancel
    case .working(_, _, let step):
      if process.cancelled, obeysCancel { return true }
      return script.indices.contains(step) && script[step] != .hang
    }
  }

  /// Does one thing.
  /// - Returns: what its driver hears of it.
  mutating func step() -> [SessionHost.Input] {
    guard let current = process else { return [] }
    let run = current.run
    switch current.phase {
    case .ready, .idle: return []
    case .starting:
      process?.phase = .ready
      return [.agentReady(run: run, AgentAbilities(load: loads, name: "scripted"))]
    case .choosing:
      process?.phase = .idle
      return [.chosen(run: run, refused: [])]
    case .dead:
      process = nil
      return [.agentExited(run: run, reason: "exit status 1")]
    case .opening(let load): return opened(load, run: run)
    case .asking(let turn, _, _, _): return current.cancelled && obeysCancel ? end(turn, "cancelled", run: run) : []
    case .working(let turn, let text, let step):
      if current.cancelled, obeysCancel { return end(turn, "cancelled", run: run) }
      process?.phase = .working(turn, text: text, step: step + 1)
      return perform(script[step], turn, text, step, run: run)
    }
  }

  private mutating func opened(_ load: String?, run: Int) -> [SessionHost.Input] {
    process?.phase = .idle
    if let load, let history = histories[load] {
      process?.conversation = load
      // The replay, as an agent streams it before it answers the load.
      let replay = history.map { text in
        SessionHost.Input.update(run: run, .agent(TextBlock("replayed answer to \(text)")), raw: nil, echo: nil)
      }
      return replay + [.conversationOpen(run: run, id: load, loaded: true, replayed: history)]
    }
    conversations += 1
    let id = "conversation-\(conversations)"
    histories[id] = []
    process?.conversation = id
    return [.conversationOpen(run: run, id: id, loaded: false, replayed: [])]
  }

  private mutating func end(_ turn: TurnID, _ reason: String, run: Int) -> [SessionHost.Input] {
    process?.phase = .idle
    process?.cancelled = false
    return [.answered(run: run, turn, .finished(stopReason: reason))]
  }

  private mutating func perform(
    _ step: Step, _ turn: TurnID, _ text: String, _ index: Int, run: Int
  ) -> [SessionHost.Input] {
    switch step {
    case .take:
      if let conversation = process?.conversation { histories[conversation, default: []].append(text) }
      return []
    case .echo: return [.update(run: run, nil, raw: nil, echo: text)]
    case .chunk(let piece): return [.update(run: run, .agent(TextBlock(piece)), raw: nil, echo: nil)]
    case .tool(let id): return [.update(run: run, .tool(ToolActivity(id: id)), raw: nil, echo: nil)]
    case .ask:
      approvals += 1
      let id = ApprovalID(trusted: "approval_\(approvals)")
      process?.phase = .asking(turn, text: text, step: index + 1, id)
      let options = [ApprovalOption(id: "yes", name: "Allow", kind: "allow_once")]
      return [.permission(run: run, id, title: "May I?", tool: nil, options: options)]
    case .finish(let reason): return end(turn, reason, run: run)
    case .die:
      process?.phase = .dead
      return []
    case .hang: return []
    }
  }
}
