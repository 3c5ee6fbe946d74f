// SPDX-License-Identifier: Apache-2.0
internal import SAMCore

/// What agents keep on their machine's disk for one session.
struct SimHistory {
  /// A prompt that an agent wrote down.
  struct Taken {
    /// What was said.
    var text: String
    /// What it shows of it: also what it was told before, and what came with it.
    var shown: String
  }

  /// The prompts of each conversation.
  var conversations: [String: [Taken]] = [:]
  /// How many words were said in all, so that each is known again.
  var words = 0
  var count = 0
  /// How many processes there were.
  var lives = 0
  /// How many of the next ones end while they start.
  var doomed = 0
  /// Whether a prompt of these words was handed over.
  func hasHanded(_ text: String) -> Bool { handed.contains { $0.value.contains { $0.text == text } } }

  /// The prompts that were handed over in each conversation, in order, and those that its agent wrote down.
  private var handed: [String: [(turn: TurnID, text: String)]] = [:]
  private var taken: Set<TurnID> = []

  /// Whether anything was said to the agent in one conversation, and what was said last in another.
  func said(in conversation: String) -> (here: Bool, last: String?) {
    (
      handed[conversation] != nil,
      handed.filter { $0.key != conversation }.flatMap(\.value).max { $0.turn < $1.turn }?.text
    )
  }

  /// Whether anything was said to the agent in any conversation.
  var hasHanded: Bool { !handed.isEmpty }

  mutating func hands(_ turn: TurnID, _ text: String, in conversation: String?) {
    if let conversation { handed[conversation, default: []].append((turn, text)) }
  }

  mutating func takes(_ turn: TurnID, _ prompt: Taken, in conversation: String) {
    conversations[conversation, default: []].append(prompt)
    taken.insert(turn)
  }

  /// Whether a replay of a conversation shows beyond doubt that its agent has taken a prompt.
  func shows(_ turn: TurnID, in conversation: String) -> Bool {
    guard let all = handed[conversation], let index = all.firstIndex(where: { $0.turn == turn }) else { return false }
    // An earlier prompt of the same words that was not taken would be taken for this one; and so would one be missed
    // that came with a file, as nobody knows how its agent shows that.
    let isPlain = SimAttachment.of(all[index].text) == nil
    return all[...index].allSatisfy { one in
      guard PromptInbox.same(one.text, all[index].text) else { return true }
      return taken.contains(one.turn) && !(isPlain && SimAttachment.of(one.text) != nil)
    }
  }
}

/// An agent's process: it does what its script says, one step at a time, well or badly.
struct SimAgent {
  /// What it does with a prompt.
  enum Act: Hashable {
    /// Writes the prompt into its own history, without a word.
    case take
    /// Repeats the prompt.
    case echo
    /// Says a word.
    case say
    /// Says a lot in one go.
    case lecture
    /// Shows more of a file than fits anywhere.
    case dump
    /// Says more than anybody can take while nobody is there.
    case flood
    /// Thinks aloud.
    case think
    /// Changes its own mode.
    case change
    /// Uses a tool.
    case tool
    /// Changes a file.
    case edit
    /// Asks for permission, at times for two things at once, and waits for the answers.
    case ask
    /// Writes what is no message.
    case garble
    case finish(String)
    case fail
    /// Is told that its limit of use is reached, and until when: so many seconds from now, 0 = nobody says.
    case limit(Int)
    /// Ends without a word.
    case die
    /// Does nothing any more, unless it is cancelled.
    case hang
    /// Says nothing for longer than anybody waits, and goes on.
    case pause
    /// Answers a second time.
    case again
  }
  enum Phase: Hashable {
    case starting
    case ready
    case opening(load: String?)
    case idle
    case choosing([String: String])
    case working(TurnID, text: String, place: Int)
    case asking(TurnID, text: String, place: Int, [ApprovalID])
    case dead
  }

  /// What it says when it meets a limit of use.
  static let limitReached = "usage limit reached"
  /// What one says that cannot load a conversation.
  static let lack = "it cannot take a conversation up"
  /// How much a talkative one says in one go.
  static let floodStep = 500

  let run: Int
  let epoch: Int64
  let workspace: WorkspaceID
  /// Whether it can load a conversation, shows prompts in a replay, and stops when it is asked to.
  let loads: Bool
  let echoes: Bool
  let obeys: Bool
  /// Which process of its session it is, and how many words it has said.
  let life: Int
  var words = 0
  var phase = Phase.starting
  var conversation: String?
  var isCancelled = false
  /// Whether it ends by itself once it has nothing to do.
  var isLeaving = false
  var script: [Act] = []
  /// What people chose before it was started.
  let chosen: [String: String]
  /// What can be set, and what holds in this process.
  var settings = [
    AgentSetting(
      id: "mode", name: "Mode", category: AgentSetting.mode, value: "ask",
      choices: ["ask", "plan", "auto"].map { .init(value: $0, name: $0) }),
    AgentSetting(id: "web", name: "Web", kind: .toggle, value: "off", choices: AgentSetting.toggles),
  ]
  /// How much of a flood it has said.
  var floods = 0
  /// What it was told of earlier before its prompt.
  var history: String?
  var isScheduled = false

  mutating func open(_ load: String?) { phase = .opening(load: load) }

  mutating func choose(_ chosen: [String: String]) { phase = .choosing(chosen) }

  /// Sets what was chosen.
  /// - Returns: what it does not have.
  mutating func set(_ chosen: [String: String]) -> [RefusedSetting] {
    chosen.sorted { $0.key < $1.key }.compactMap { name, value in
      guard let index = settings.firstIndex(where: { $0.id == name }),
        settings[index].choices.contains(where: { $0.value == value })
      else { return RefusedSetting(setting: name, value: value, reason: "there is no such thing") }
      settings[index].value = value
      return nil
    }
  }

  mutating func prompt(_ turn: TurnID, _ text: String, _ history: String?) {
    (isCancelled, isLeaving) = (false, false)
    self.history = history
    floods = 0
    phase = .working(turn, text: text, place: 0)
  }

  mutating func cancel() { isCancelled = true }

  mutating func respond(_ approval: ApprovalID, allowed: Bool) {
    guard case .asking(let turn, let text, let place, let open) = phase, open.contains(approval) else { return }
    if !allowed, script.indices.contains(place), script[place] == .edit { script[place] = .say }
    let left = open.filter { $0 != approval }
    phase = left.isEmpty ? .working(turn, text: text, place: place) : .asking(turn, text: text, place: place, left)
  }

  mutating func stop() { phase = .dead }

  /// Whether it is one that ends when it is cancelled, or when it has nothing to do. The prompt decides, without a draw.
  func ends(at text: String) -> Bool { text.utf8.reduce(0, { $0 &+ Int($1) }) % 5 == 2 }

  /// Whether it is being ended.
  var isStopping: Bool { phase == .dead }

  /// Whether it has just begun to say nothing for a while.
  var isPausing: Bool {
    guard case .working(_, _, let place) = phase else { return false }
    return script.indices.contains(place - 1) && script[place - 1] == .pause
  }

  /// Whether it would do something now.
  var canStep: Bool {
    switch phase {
    case .starting, .opening, .choosing, .dead: true
    case .ready, .idle: false
    case .asking: isCancelled && obeys
    case .working(_, _, let place):
      (isCancelled && obeys) || place == 0 || (script.indices.contains(place) && script[place] != .hang)
    }
  }

  /// A script, drawn: mostly sensible.
  static func draw(_ chance: inout SeededGenerator, isCalm: Bool, limits: Int) -> [Act] {
    var acts: [Act] = [.take]
    if chance.oneIn(3) { acts.append(.echo) }
    for _ in 0..<(1 + chance.below(5)) {
      switch chance.below(isCalm ? 6 : 8) {
      case 0...2: acts += chance.oneIn(12) ? Array(repeating: .lecture, count: 1 + chance.below(7)) : [.say]
      case 3: acts += [.think, .tool]
      case 4: acts.append(.edit)
      case 5: acts += [.ask, .edit]
      case 6: acts.append(chance.oneIn(2) ? .garble : .change)
      default: acts += [.ask, .edit, .ask, .edit, .say]
      }
    }
    guard !isCalm else { return acts + [.finish("end_turn")] }
    // Mostly at once, before anything is done.
    if chance.oneIn(limits) {
      return (chance.oneIn(3) ? acts : []) + [.limit(chance.oneIn(2) ? 0 : chance.below(2_000))]
    }
    if chance.oneIn(60) { acts.append(.dump) }
    if chance.oneIn(150) { acts.append(.flood) }
    switch chance.below(16) {
    case 0: acts.append(.fail)
    case 1: acts.append(.die)
    case 2: acts.append(.hang)
    case 3: return acts + [.finish("end_turn"), .again]
    case 4: acts.removeFirst()
    case 5: acts += [.pause] + [[.die], [.ask, .edit], [.say]][acts.count % 3]
    case 6: return [.take, .die]
    default: break
    }
    return acts + [.finish("end_turn")]
  }
}
