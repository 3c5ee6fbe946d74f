// SPDX-License-Identifier: Apache-2.0

/// What came of executing an effect.
public enum EffectOutcome: Codable, Hashable, Sendable {
  /// It is done.
  case done
  /// The workspace is complete.
  case prepared(baseCommit: String?)
  /// The work is published, or could not be, with the reason.
  case published(PublishedWork)
  /// It cannot be done, and trying again would not help.
  case refused(reason: String)
  /// It did not work this time.
  case retry(reason: String)
  /// It began and nobody knows how it ended: an at-most-once effect whose lease ran out.
  case unknown
}

extension Effect {
  /// How often it is tried before SAM gives up on it.
  var attempts: Int {
    switch self {
    case .prepareWorkspace, .publishWork: 4
    case .deliverPrompt, .cancelTurn, .answerApproval, .endSession: 200
    }
  }

  /// How long to wait before the attempt after this one: 0.5 s, doubling, at most 30 s.
  static func delay(after attempt: Int) -> Duration {
    .milliseconds(min(30_000, 500 << min(attempt - 1, 6)))
  }
}
