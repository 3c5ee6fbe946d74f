// SPDX-License-Identifier: Apache-2.0

/// How far an answer reaches that a person lets stand.
public enum GrantScope: String, Codable, Sendable, CaseIterable {
  /// The conversation in which it was asked.
  case session
  /// All conversations of the same agent in the same project.
  case project
}

/// An answer that a person lets stand: the same question, to the byte, is answered so until it is revoked.
public struct Grant: Aggregate {
  /// The kind's name.
  public static let kind = AggregateKind(rawValue: "grant")

  /// What can happen to a grant.
  public enum Event: Codable, Sendable, Equatable {
    /// A person gives it with an answer.
    case given(
      action: ApprovalAction, subject: ApprovalSubject, scope: GrantScope, approval: ApprovalID, session: SessionID,
      project: ProjectID, profile: ProfileID, owner: UserID, by: Actor, name: String?)
    /// A person takes it back.
    case revoked(by: Actor)
  }
  /// Where its life stands.
  public enum State: String, Codable, Sendable, CaseIterable {
    /// It answers.
    case active
    /// It answers no more.
    case revoked
  }
  /// What moves it.
  public enum Trigger: String, Sendable, CaseIterable {
    /// A person takes it back.
    case revoke
  }
  /// The arrows.
  public static let table = StateTable<State, Trigger>([
    .active: [.revoke: .revoked],
    .revoked: [:],
  ])

  /// Its id.
  public let id: GrantID
  /// Where its life stands.
  public private(set) var state: State
  /// What is answered: allow or deny.
  public let action: ApprovalAction
  /// Which question.
  public let subject: ApprovalSubject
  /// How far it reaches.
  public let scope: GrantScope
  /// The question with whose answer it was given.
  public let approval: ApprovalID
  /// The conversation in which it was given.
  public let session: SessionID
  /// The project.
  public let project: ProjectID
  /// The agent to which it is given.
  public let profile: ProfileID
  /// Whose it is.
  public let owner: UserID
  /// Who gave it.
  public let givenBy: Actor
  /// The name of the token with which it was given.
  public let giverName: String?
  /// Who took it back.
  public private(set) var revokedBy: Actor?
  /// When it was given.
  public let createdAt: Timestamp

  /// Folds `given`.
  public init(first event: Event, id: GrantID, at: Timestamp) throws {
    guard
      case .given(
        let action, let subject, let scope, let approval, let session, let project, let profile, let owner, let by,
        let name) = event
    else { throw Rejection(.wrongState, "grant '\(id)' does not exist") }
    self.id = id
    state = .active
    self.action = action
    self.subject = subject
    self.scope = scope
    self.approval = approval
    self.session = session
    self.project = project
    self.profile = profile
    self.owner = owner
    givenBy = by
    giverName = name
    createdAt = at
  }

  /// Folds a later event.
  public mutating func apply(_ event: Event, at: Timestamp) throws {
    guard case .revoked(let by) = event, let next = Self.table.next(from: state, on: .revoke) else {
      throw Rejection(.wrongState, "grant '\(id)' is \(state.rawValue)")
    }
    state = next
    revokedBy = by
  }

  /// What lists are made by: it hangs under what it reaches.
  public var index: StateIndex {
    StateIndex(
      status: state.rawValue, owner: owner, project: project,
      parent: scope == .session ? session.rawValue : project.rawValue, name: subject.text)
  }
}
