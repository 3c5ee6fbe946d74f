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

  /// What a second execution would do.
  public var `class`: EffectRow.Class {
    switch self {
    case .prepareWorkspace, .publishWork: .adoptable
    case .deliverPrompt, .cancelTurn, .answerApproval, .endSession: .idempotent
    }
  }
}
