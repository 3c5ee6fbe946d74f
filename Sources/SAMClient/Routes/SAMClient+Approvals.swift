// SPDX-License-Identifier: Apache-2.0
public import SAMAPI
public import SAMCore

extension SAMClient {
  /// A page of approvals, newest first.
  /// - Parameters:
  ///   - state: only those in a state, for example `asked`.
  ///   - session: only those of a session.
  public func approvals(
    state: String? = nil, session: SessionID? = nil, limit: Int? = nil, cursor: String? = nil
  ) async throws -> Page<ApprovalView> {
    try await send(
      .get(
        "approvals",
        query: [
          ("state", state), ("session", session?.rawValue), ("limit", limit.map(String.init)), ("cursor", cursor),
        ]))
  }

  /// One approval.
  public func approval(_ id: ApprovalID) async throws -> ApprovalView {
    try await send(.get("approvals", id.rawValue))
  }

  /// Answers an approval; the first answer counts.
  /// - Parameter option: the id of one of its options.
  /// - Throws: ``SAMClientError`` with `already_answered` when somebody was faster.
  public func answerApproval(
    _ id: ApprovalID, option: String, key: IdempotencyKey = IdempotencyKey()
  ) async throws -> ApprovalView {
    try await send(
      .change(.POST, "approvals", id.rawValue, "answer", body: AnswerApprovalBody(option: option), key: key))
  }
}
