// SPDX-License-Identifier: Apache-2.0

/// What to say to an agent so that it does what a check is about. What is nil cannot be brought about, and the checks that
/// need it do not apply.
public struct AgentPrompts: Sendable {
  /// Has it answer with text. `{word}` becomes a word that the answer repeats where it can.
  public var say: String
  /// Has it ask for permission and then do something.
  public var ask: String?
  /// Has it be silent for a minute before its first text.
  public var wait: String?
  /// Has it run a tool that takes a minute (or until the client's terminal says that a command is over).
  public var tool: String?

  /// Makes the prompts.
  public init(
    say: String = "Reply with the single word {word} and nothing else. Use no tools.", ask: String? = nil,
    wait: String? = nil, tool: String? = nil
  ) {
    self.say = say
    self.ask = ask
    self.wait = wait
    self.tool = tool
  }
}

/// How long the checks wait.
public struct AgentLimits: Sendable {
  /// For the answer to `initialize` of a process that was just started.
  public var start: Duration = .seconds(30)
  /// For an answer that needs no model.
  public var answer: Duration = .seconds(15)
  /// For a whole turn.
  public var turn: Duration = .seconds(60)
  /// For the end of a turn that was cancelled.
  public var cancel: Duration = .seconds(5)
  /// For the end of a process whose input has ended.
  public var exit: Duration = .seconds(5)
  /// How long something that must not come is waited for.
  public var quiet: Duration = .milliseconds(400)

  /// The defaults.
  public init() {}
}
