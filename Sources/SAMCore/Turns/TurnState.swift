// SPDX-License-Identifier: Apache-2.0

/// Where a turn stands.
public enum TurnState: String, Codable, Sendable, CaseIterable {
  /// Accepted; waits for the turn before it, or for the workspace.
  case queued
  /// On its way to the machine; it may be there already.
  case delivering
  /// In the machine's inbox, on disk.
  case delivered
  /// There is evidence that the agent has it.
  case started
  /// The agent is asked to stop; it has not answered yet.
  case cancelling
  /// The agent answered; the stop reason says how.
  case finished
  /// It could not be done, and the reason is known.
  case failed
  /// The agent had it and was cut off.
  case interrupted
  /// It was handed over, and nobody can say whether the agent has it. It is never sent again by itself.
  case ambiguous
  /// It ended before the agent had it.
  case cancelled
}

/// What moves a turn.
public enum TurnTrigger: String, Sendable, CaseIterable {
  /// It is its turn.
  case dispatch
  /// The machine has it on disk.
  case deliver
  /// There is evidence.
  case start
  /// A person wants it to end.
  case requestCancel
  /// The agent answered.
  case finish
  /// It could not be done.
  case fail
  /// The agent was cut off.
  case interrupt
  /// Nobody can say.
  case lose
  /// It ended before the agent had it.
  case cancel
}

extension Turn {
  /// The arrows.
  public static let table = StateTable<TurnState, TurnTrigger>([
    .queued: [.dispatch: .delivering, .cancel: .cancelled, .fail: .failed],
    .delivering: [
      .deliver: .delivered, .start: .started, .requestCancel: .cancelling, .finish: .finished, .fail: .failed,
      .interrupt: .interrupted, .lose: .ambiguous, .cancel: .cancelled,
    ],
    .delivered: [
      .start: .started, .requestCancel: .cancelling, .finish: .finished, .fail: .failed, .interrupt: .interrupted,
      .lose: .ambiguous, .cancel: .cancelled,
    ],
    .started: [.requestCancel: .cancelling, .finish: .finished, .fail: .failed, .interrupt: .interrupted],
    .cancelling: [
      .deliver: .cancelling, .finish: .finished, .fail: .failed, .interrupt: .interrupted,
      .lose: .ambiguous, .cancel: .cancelled,
    ],
    .finished: [:], .failed: [:], .interrupted: [:], .ambiguous: [:], .cancelled: [:],
  ])

  /// The states of the one turn that its session is busy with.
  public static let active: Set<TurnState> = [.delivering, .delivered, .started, .cancelling]
}
