// SPDX-License-Identifier: Apache-2.0

/// What a task tells the demo agent to do besides its usual work, or instead of it. docs/testing.md lists them.
enum DemoDirective: Equatable {
  /// Says the numbers from 1, each in a chunk of its own with a space after it; so many a second, nil = at once.
  case count(Int, rate: Double?)
  /// Says so many times what time it is, in milliseconds since 1970.
  case times(Int, rate: Double?)
  /// Says nothing for so many seconds.
  case sleep(Double)
  /// Says so many chunks of 1 KiB at once.
  case flood(Int)
  /// Says a word.
  case say(String)
  /// Says what it was told of an earlier conversation.
  case recall
  /// Asks which colour, how many and for whom, and says what was answered.
  case question
  /// Asks the person to open a page, and says whether they did.
  case page(String)
  /// Changes its own mode, and tells.
  case mode(String)
  /// Says what came with the prompt: its kind, name, media type, size and a digest.
  case attachments
  /// Says a digest of its login file.
  case login
  /// Writes its login file anew, as an agent does that refreshes a token, and says a digest of it.
  case refresh
  /// Answers the prompt with an error.
  case fail(String)
  /// Answers the prompt with an error that says that a limit of use is reached for so many seconds, until it is over.
  case quota(Double)
  /// Ends the process at once with this code.
  case exit(Int32)
  /// Writes lines that are no messages to standard output, and goes on.
  case garbage
  /// Leaves a process behind: in a session of its own, with no parent that knows it.
  case forkDaemon

  /// Whether it is the whole answer: nobody who counts wants more text after it.
  var isWholeAnswer: Bool {
    switch self {
    case .count, .times, .flood, .fail, .exit: true
    // Once the limit is over, the usual work follows.
    case .sleep, .say, .recall, .question, .page, .mode, .attachments, .login, .refresh, .garbage, .forkDaemon, .quota:
      false
    }
  }

  /// - Parameters:
  ///   - word: the name, with `=` and the value where it has one.
  ///   - rate: what stands beside it as `rate=`.
  init?(_ word: Substring, rate: Double?) {
    let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
    let value = parts.count == 2 ? parts[1] : nil
    let amount = value.flatMap { Int($0) }.flatMap { $0 >= 0 ? $0 : nil }
    switch (parts.first, value, amount) {
    case ("count", _, let amount?): self = .count(amount, rate: rate)
    case ("times", _, let amount?): self = .times(amount, rate: rate)
    case ("flood", _, let amount?): self = .flood(amount)
    case ("say", let word?, _): self = .say(word)
    case ("fail", let reason?, _): self = .fail(reason)
    case ("recall", nil, _): self = .recall
    case ("question", nil, _): self = .question
    case ("page", let address?, _): self = .page(address)
    case ("mode", let mode?, _): self = .mode(mode)
    case ("attachments", nil, _): self = .attachments
    case ("login", nil, _): self = .login
    case ("refresh", nil, _): self = .refresh
    case ("garbage", nil, _): self = .garbage
    case ("fork-daemon", nil, _): self = .forkDaemon
    case ("sleep", let value?, _):
      guard let seconds = Double(value), seconds >= 0 else { return nil }
      self = .sleep(seconds)
    case ("quota", let value?, _):
      guard let seconds = Double(value), seconds >= 0 else { return nil }
      self = .quota(seconds)
    case ("exit", let value?, _):
      guard let code = Int32(value) else { return nil }
      self = .exit(code)
    default: return nil
    }
  }
}
