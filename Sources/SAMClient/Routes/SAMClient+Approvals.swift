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
  /// - Parameters:
  ///   - option: the id of one of its options.
  ///   - scope: how far the answer reaches; nil = this question.
  ///   - values: what the approval's form is filled with; nil = what its fields hold at first.
  /// - Throws: ``SAMClientError`` with `already_answered` when somebody was faster; it says who, and what counts.
  public func answerApproval(
    _ id: ApprovalID, option: String, scope: GrantScope? = nil, values: [String: FormValue]? = nil,
    key: IdempotencyKey = IdempotencyKey()
  ) async throws -> ApprovalView {
    try await send(
      .change(
        .POST, "approvals", id.rawValue, "answer",
        body: AnswerApprovalBody(option: option, scope: scope, values: values), key: key))
  }

  /// A page of grants, newest first.
  /// - Parameters:
  ///   - state: only those in a state; nil = `active`.
  ///   - session: only those that were given for this session alone.
  ///   - project: only those of a project, by name or id.
  public func grants(
    state: String? = nil, session: SessionID? = nil, project: String? = nil, limit: Int? = nil, cursor: String? = nil
  ) async throws -> Page<GrantView> {
    try await send(
      .get(
        "grants",
        query: [
          ("state", state), ("session", session?.rawValue), ("project", project), ("limit", limit.map(String.init)),
          ("cursor", cursor),
        ]))
  }

  /// One grant.
  public func grant(_ id: GrantID) async throws -> GrantView { try await send(.get("grants", id.rawValue)) }

  /// Takes a grant back: the same question is asked again.
  public func revokeGrant(_ id: GrantID, key: IdempotencyKey = IdempotencyKey()) async throws -> GrantView {
    try await send(.change(.DELETE, "grants", id.rawValue, key: key))
  }
}
