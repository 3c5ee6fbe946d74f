// SPDX-License-Identifier: Apache-2.0

/// What a machine knows about the prompts of one session: `received → handing → evident → ended`.
public struct PromptInbox: Hashable, Sendable {
  /// One prompt.
  public struct Prompt: Hashable, Sendable {
    /// Where it stands.
    public enum State: String, Hashable, Sendable, CaseIterable {
      /// Cancelled before it arrived; that is not reported yet. It is never handed over.
      case refused
      /// On disk. It may be handed over.
      case received
      /// On disk since an earlier epoch: nobody waits for it, unless it is delivered again in this one.
      case aside
      /// Being handed over, or handed over without evidence. It is never handed over again.
      case handing
      /// The agent has it.
      case evident
      /// Its turn is over.
      case ended
    }
    /// Its id.
    public var turn: TurnID
    /// What is said.
    public var text: String
    /// What is sent along; nothing any more once it was handed over, which happens once.
    public var attachments: [PromptAttachment] = []
    /// What was sent along, by name.
    public var attached: [String] = []
    /// The request that it came with: a W3C `traceparent`.
    public var correlation: String?
    /// Where it stands.
    public var state: State
    /// How its turn ended.
    public var end: TurnEnd?
    /// The epoch in which that was reported, and its place there.
    public var reported: Report?
    /// Which of the session's conversations it was handed over in, counted from 1; nil = it was not, or the agent is known
    /// not to have taken it.
    public var conversation: Int?
    /// Whether there was evidence that the agent had it.
    public var isTaken = false

    /// Whether a user's message of a replay may be this prompt: agents show what came with it in many ways, all of them
    /// behind its words.
    func isShown(by replayed: String) -> Bool {
      guard !attached.isEmpty else { return PromptInbox.same(replayed, text) }
      func squeezed(_ text: String) -> String { text.filter { !$0.isWhitespace } }
      return squeezed(replayed).hasPrefix(squeezed(text))
    }

    /// Whether what a replay shows of this prompt may also be another one, as far as anybody can know.
    func maybeShown(as other: Prompt) -> Bool {
      other.isShown(by: text) || (!attached.isEmpty && isShown(by: other.text))
    }

    /// Whether what a replay shows of this prompt may also be another one, however its agent shows what came with it.
    func surelyShown(as other: Prompt) -> Bool {
      (attached.isEmpty || !other.attached.isEmpty) && other.isShown(by: text)
    }
  }

  /// Where something was reported.
  public struct Report: Hashable, Sendable {
    /// The epoch.
    public var epoch: Int64
    /// The place in it.
    public var sequence: Int64
  }

  /// All prompts, in the order of their arrival.
  public private(set) var prompts: [Prompt] = []
  /// How many conversations the session has had.
  public private(set) var conversations = 0
  /// The epoch of what is reported now.
  private var epoch: Int64 = 0

  /// The one that the agent is busy with.
  public var current: Prompt? { prompts.first { $0.state == .handing || $0.state == .evident } }
  /// The first that waits.
  public var next: Prompt? { prompts.first { $0.state == .received } }

  /// Those that were cancelled before they arrived, without a word of it in the outbox.
  public var refused: [TurnID] { prompts.filter { $0.state == .refused }.map(\.turn) }

  /// Whether there was another conversation, and no prompt is known to have reached the agent in the present one.
  var isConversationNew: Bool {
    conversations > 1
      && !prompts.contains { $0.conversation == conversations && $0.isTaken }
  }

  /// The prompt of an id.
  public subscript(turn: TurnID) -> Prompt? { prompts.last { $0.turn == turn } }

  /// How many earlier prompts were handed over in the same conversation that a replay may show as this one: so often it may
  /// show them without this one. Those of which nobody knows count too, so that they are no evidence for another.
  public func handedBefore(_ prompt: Prompt) -> Int {
    prompts.prefix { $0.turn != prompt.turn }.count { one in
      one.conversation != nil && one.conversation == prompt.conversation && one.maybeShown(as: prompt)
    }
  }

  /// Which prompts of a conversation the agent never took, by a replay of it: those without evidence that it shows no more
  /// often than it has to show those with evidence.
  /// - Parameters:
  ///   - replayed: the user's messages.
  ///   - conversation: which of the session's conversations was replayed.
  public func absent(from replayed: [String], of conversation: Int?) -> [TurnID] {
    let handed = prompts.filter { $0.conversation != nil && $0.conversation == conversation }
    let taken = handed.filter(\.isTaken)
    return handed.filter { one in
      !one.isTaken && replayed.count(where: one.isShown) <= taken.count { $0.surelyShown(as: one) }
    }.map(\.turn)
  }

  /// Whether two texts are the same prompt: agents trim prompts and normalise white space.
  public static func same(_ left: String, _ right: String) -> Bool {
    left.split(whereSeparator: \.isWhitespace) == right.split(whereSeparator: \.isWhitespace)
  }

  /// Folds one journal record.
  public mutating func apply(_ record: JournalRecord) {
    switch record {
    case .received(let turn, let text, let correlation, let attachments):
      if let index = prompts.firstIndex(where: { $0.turn == turn }) {
        if prompts[index].state == .aside { prompts[index].state = .received }
        return
      }
      prompts.append(
        Prompt(
          turn: turn, text: text, attachments: attachments ?? [], attached: (attachments ?? []).map(\.name),
          correlation: correlation, state: .received))
    case .refused(let turn):
      guard self[turn] == nil else { return }
      prompts.append(Prompt(turn: turn, text: "", correlation: nil, state: .refused))
    case .handing(let turn):
      set(turn, .handing)
      change(turn) { [conversations] in ($0.conversation, $0.attachments) = (conversations, []) }
    case .absent(let turn): change(turn) { $0.conversation = nil }
    case .conversation: conversations += 1
    case .item(let item):
      guard let turn = item.turn else { return }
      switch item.content {
      case .started:
        change(turn) { $0.isTaken = true }
        set(turn, .evident)
      case .ended(let end): ended(turn, end, item.sequence)
      default: break
      }
    case .epoch(let number):
      epoch = number
      for index in prompts.indices where prompts[index].state == .received { prompts[index].state = .aside }
    case .acknowledged: break
    }
  }

  private mutating func ended(_ turn: TurnID, _ end: TurnEnd, _ sequence: Int64) {
    set(turn, .ended)
    change(turn) { [epoch] in
      ($0.end, $0.reported, $0.attachments) = (end, Report(epoch: epoch, sequence: sequence), [])
    }
  }

  private mutating func set(_ turn: TurnID, _ state: Prompt.State) {
    change(turn) { if $0.state != .ended { $0.state = state } }
  }

  private mutating func change(_ turn: TurnID, _ body: (inout Prompt) -> Void) {
    if let index = prompts.lastIndex(where: { $0.turn == turn }) { body(&prompts[index]) }
  }
}
