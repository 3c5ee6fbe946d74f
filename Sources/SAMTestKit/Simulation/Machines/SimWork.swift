// SPDX-License-Identifier: Apache-2.0
internal import SAMCore

/// What a session's host knows of its agent, as far as that can be told from what it was given and what it decided.
struct SimWork {
  /// What its agent works on, and in which run.
  private(set) var busy: (run: Int, turn: TurnID)?
  /// Since when its agent has had a conversation and nothing to do; nil = it has something to do, or is none.
  private(set) var idleSince: Duration?
  private(set) var isChoosing = false
  private(set) var isEnding = false
  private(set) var isCancelled = false
  /// Whether its silence was reported, and it has said nothing since.
  private(set) var isCalledSilent = false
  /// When it last said something, in the machine's uptime.
  private(set) var heard: Duration?
  /// What can be set, as it was reported last.
  private(set) var offered: [AgentSetting]?
  /// What its agent was told of what people chose, as far as it has not changed that itself.
  private(set) var told: [String: String] = [:]
  /// The number of its last agent, and whether that has no conversation yet.
  private(set) var run = 0
  private(set) var isStarting = false
  /// How often it has ended unasked since it last answered a prompt, or since it last ran for long, and when it was opened.
  private(set) var ends = 0
  private var openSince: Duration?
  /// How many batches in a row did not get through.
  private(set) var failures = 0

  /// Whether an input is a word of the agent that works.
  func hears(_ input: SessionHost.Input) -> Bool {
    guard let busy else { return false }
    return switch input {
    case .update(let run, _, _, _), .permission(let run, _, _, _, _, _), .settings(let run, _): run == busy.run
    case .answered(let run, let turn, _): run == busy.run && turn == busy.turn
    default: false
    }
  }

  /// Whether it has one that is not being ended.
  var hasAgent: Bool { isCounted || idleSince != nil }

  /// Whether the end of its agent would count as one that nobody wanted.
  var isCounted: Bool { busy != nil || isStarting || isChoosing }

  /// Follows an input and what was decided.
  /// - Parameters:
  ///   - isWanted: whether a prompt waited for the agent.
  ///   - hasWorked: whether one has ever opened a conversation here.
  mutating func follow(
    _ input: SessionHost.Input, _ actions: [SessionHost.Action], isWanted: Bool, hasWorked: Bool, at uptime: Duration
  ) {
    if hears(input) { (heard, isCalledSilent) = (uptime, false) }
    switch input {
    case .answered where hears(input): (busy, idleSince, isCancelled, ends) = (nil, uptime, false, 0)
    case .conversationOpen where !isEnding: (idleSince, isStarting, openSince) = (uptime, false, uptime)
    case .chosen where isChoosing: (isChoosing, idleSince) = (false, uptime)
    case .agentExited:
      if busy != nil { end(at: uptime) } else if isCounted, isWanted { fail(mayPass: hasWorked, at: uptime) }
      leave()
    case .agentFailed(_, _, let mayPass) where isWanted && isCounted: fail(mayPass: mayPass && hasWorked, at: uptime)
    case .settings(_, let offered):
      told = told.filter { known in offered.contains { $0.id == known.key && $0.value == known.value } }
    case .deliveryFailed: failures += 1
    case .acknowledged: failures = 0
    default: break
    }
    for action in actions {
      switch action {
      case .startAgent(let number, let spec):
        leave()
        (isEnding, isStarting, run, told) = (false, true, number, spec.chosen ?? [:])
      case .stopAgent:
        leave()
        isEnding = true
      case .choose(_, let new):
        (isChoosing, idleSince) = (true, nil)
        told.merge(new) { $1 }
      case .journal(.epoch): (ends, openSince) = (0, nil)
      case .prompt(let run, let turn, _, _, _, _): (busy, idleSince, heard) = ((run, turn), nil, uptime)
      case .cancelPrompt: isCancelled = true
      case .journal(.item(let item)):
        if case .silent = item.content { isCalledSilent = true }
        if case .settings(let settings, _) = item.content { offered = settings }
      default: break
      }
    }
  }

  private mutating func leave() {
    (busy, idleSince, isChoosing, isCancelled, isCalledSilent, isStarting) = (nil, nil, false, false, false, false)
  }

  private mutating func end(at uptime: Duration) {
    if let openSince, uptime - openSince >= .seconds(60) { ends = 0 }
    (ends, openSince) = (ends + 1, nil)
  }

  /// It ends while it is started: a few times, and what follows begins anew.
  private mutating func fail(mayPass: Bool, at uptime: Duration) {
    if mayPass { end(at: uptime) }
    if !mayPass || ends > 5 { (ends, openSince) = (0, nil) }
  }
}
