// SPDX-License-Identifier: Apache-2.0

/// What SAM can owe to the world. An effect names what it concerns; what it needs is read when it runs.
public enum Effect: Codable, Hashable, Sendable {
  /// Put the repository into the workspace.
  case prepareWorkspace(WorkspaceID)
  /// Bring a prompt to the machine's inbox.
  case deliverPrompt(TurnID)
  /// Ask the agent to stop the turn.
  case cancelTurn(TurnID)
  /// Bring an approval's answer to the agent that asked.
  case answerApproval(ApprovalID)
  /// Commit what is left, push the branch, record the commits.
  case publishWork(TurnID)
  /// End the session's agent.
  case endSession(SessionID)
  /// Take a session up again on a machine that is connected anew.
  case attachSession(SessionID)
  /// Bring work that is nowhere else off a machine that is to go.
  case saveWork(WorkspaceID)
  /// Let the provider make a machine.
  case createMachine(MachineID)
  /// Look whether a provider has a machine. The last look is one after which its lists are not behind any more.
  case findMachine(MachineID, isLast: Bool)
  /// Let the provider remove a machine and all that is billed for it.
  case destroyMachine(MachineID)
  /// Compare what a provider has with what the ledger knows.
  case sweep(CloudID)
  /// Nothing but the passing of time.
  case timer(Timer)

  /// What a second execution would do.
  public var `class`: EffectRow.Class {
    switch self {
    case .prepareWorkspace, .publishWork, .saveWork: .adoptable
    case .createMachine: .atMostOnce
    default: .idempotent
    }
  }
}

/// What happens when time has passed and nothing else has happened.
public enum Timer: Codable, Hashable, Sendable {
  /// A machine should have come up.
  case boot(MachineID)
  /// A machine should have been heard of again.
  case lost(MachineID)
  /// Nobody has needed a machine.
  case warm(MachineID)
  /// A provider that refused a kind of machine (nil = any) may be asked again.
  case supply(CloudID, kind: String?)
  /// A question should have been answered.
  case approval(ApprovalID)
  /// A limit of use may be over; or the session that tried has not been refused.
  case quota(QuotaID)

  /// Whether it may lead to the end of a machine, so that it must not run out because a clock was wrong.
  var isDestructive: Bool {
    switch self {
    case .boot, .lost, .warm: true
    case .supply, .approval, .quota: false
    }
  }
}

extension Effect {
  /// How often it is tried before it counts as refused; nil = it is never given up: money or a promise hangs on it.
  var attempts: Int? {
    switch self {
    case .prepareWorkspace, .publishWork: 4
    case .deliverPrompt, .cancelTurn, .answerApproval, .endSession, .attachSession, .saveWork, .createMachine,
      .findMachine, .destroyMachine, .sweep, .timer:
      nil
    }
  }

  /// How long to wait before the attempt after this one: 0.5 s, doubling, at most 30 s.
  static func delay(after attempt: Int) -> Duration {
    min(longestDelay, .milliseconds(500 << min(attempt - 1, 6)))
  }

  /// The longest that an effect waits for another try.
  static let longestDelay = Duration.seconds(30)

  /// The least time that a process which finds it after a start waits, whatever the wall clock says: for how long
  /// nobody looked is not known then.
  var settlingTime: Duration {
    if case .timer(let timer) = self, timer.isDestructive { .seconds(60) } else { .zero }
  }
}
