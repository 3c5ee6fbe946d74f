// SPDX-License-Identifier: Apache-2.0

/// What a machine knows about the prompts of one session: `received → handing → evident → ended`.
public struct PromptInbox: Hashable, Sendable {
  /// One prompt.
  public struct Prompt: Hashable, Sendable {
    /// Where it stands.
    public enum State: String, Hashable, Sendable, CaseIterable {
      /// On disk. It may be handed over.
      case received
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
    /// The request that it came with: a W3C `traceparent`.
    public var correlation: String?
    /// Where it stands.
    public var state: State
    /// Whether the agent has ever shown evidence of it.
    public var wasEvident: Bool
  }

  /// All prompts, in the order of their arrival.
  public private(set) var prompts: [Prompt] = []

  /// The one that the agent is busy with.
  public var current: Prompt? { prompts.first { $0.state == .handing || $0.state == .evident } }
  /// The first that waits.
  public var next: Prompt? { prompts.first { $0.state == .received } }

  /// The prompt of an id.
  public subscript(turn: TurnID) -> Prompt? { prompts.last { $0.turn == turn } }

  /// How many earlier prompts with this text the agent has had: so many times a replay shows it anyway.
  public func evidentBefore(_ turn: TurnID, text: String) -> Int {
    prompts.prefix { $0.turn != turn }.count { $0.wasEvident && $0.text == text }
  }

  /// Folds one journal record.
  public mutating func apply(_ record: JournalRecord) {
    switch record {
    case .received(let turn, let text, let correlation):
      guard self[turn] == nil else { return }
      prompts.append(
        Prompt(turn: turn, text: text, correlation: correlation, state: .received, wasEvident: false))
    case .refused(let turn):
      guard self[turn] == nil else { return }
      prompts.append(Prompt(turn: turn, text: "", correlation: nil, state: .ended, wasEvident: false))
    case .handing(let turn): set(turn, .handing)
    case .item(let item):
      guard let turn = item.turn else { return }
      switch item.content {
      case .started: set(turn, .evident)
      case .ended: set(turn, .ended)
      default: break
      }
    case .epoch, .acknowledged, .conversation: break
    }
  }

  private mutating func set(_ turn: TurnID, _ state: Prompt.State) {
    guard let index = prompts.lastIndex(where: { $0.turn == turn }), prompts[index].state != .ended else { return }
    prompts[index].state = state
    if state == .evident { prompts[index].wasEvident = true }
  }
}
