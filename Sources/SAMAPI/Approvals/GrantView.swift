// SPDX-License-Identifier: Apache-2.0
public import SAMCore

/// A grant on the wire: an answer that a person lets stand.
public struct GrantView: Codable, Hashable, Sendable {
  /// Its id.
  public var id: GrantID
  /// active, revoked.
  public var state: String
  /// allow, deny.
  public var action: String
  /// The question that it answers: the kind of tool, and the command or the files.
  public var subject: String
  /// session, project.
  public var scope: String
  /// The question with whose answer it was given.
  public var approval: ApprovalID
  /// The conversation in which it was given.
  public var session: SessionID
  /// The project.
  public var project: ProjectID
  /// The agent to which it is given, by its id.
  public var agent: ProfileID
  /// Who gave it: the name of the person's token.
  public var givenBy: String
  /// When it was given.
  public var createdAt: APITimestamp

  /// - Parameter grant: the grant's state.
  public init(_ grant: Grant) {
    id = grant.id
    state = grant.state.rawValue
    action = grant.action.rawValue
    subject = grant.subject.text
    scope = grant.scope.rawValue
    approval = grant.approval
    session = grant.session
    project = grant.project
    agent = grant.profile
    givenBy = grant.giverName ?? grant.givenBy.id
    createdAt = APITimestamp(grant.createdAt)
  }

  private enum CodingKeys: String, CodingKey {
    case id
    case state
    case action
    case subject
    case scope
    case approval
    case session
    case project
    case agent
    case givenBy = "given_by"
    case createdAt = "created_at"
  }
}
