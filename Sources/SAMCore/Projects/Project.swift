// SPDX-License-Identifier: Apache-2.0

/// A repository and its defaults.
public struct Project: Aggregate {
  /// The kind's name.
  public static let kind = AggregateKind(rawValue: "project")

  /// What can happen to a project.
  public enum Event: Codable, Sendable, Equatable {
    /// It was added.
    case added(name: String, repository: String, defaultBranch: String?, owner: UserID)
    /// It was removed; its tasks stay readable.
    case removed
  }
  /// Where its life stands.
  public enum State: String, Codable, Sendable, CaseIterable {
    /// Tasks may be made on it.
    case active
    /// No more tasks.
    case removed
  }
  /// What moves it.
  public enum Trigger: String, Sendable, CaseIterable {
    /// A person removes it.
    case remove
  }
  /// The arrows.
  public static let table = StateTable<State, Trigger>([
    .active: [.remove: .removed],
    .removed: [:],
  ])

  /// Its id.
  public let id: ProjectID
  /// Where its life stands.
  public private(set) var state: State
  /// What people call it; one active project has it.
  public let name: String
  /// A path, an https or an ssh address.
  public let repository: String
  /// The branch that work starts from; nil = what the remote's HEAD says.
  public let defaultBranch: String?
  /// Whose it is.
  public let owner: UserID
  /// When it was added.
  public let createdAt: Timestamp

  /// Folds `added`.
  public init(first event: Event, id: ProjectID, at: Timestamp) throws {
    guard case .added(let name, let repository, let defaultBranch, let owner) = event else {
      throw Rejection(.wrongState, "project '\(id)' does not exist; add it first")
    }
    self.id = id
    self.state = .active
    self.name = name
    self.repository = repository
    self.defaultBranch = defaultBranch
    self.owner = owner
    createdAt = at
  }

  /// Folds a later event.
  public mutating func apply(_ event: Event, at: Timestamp) throws {
    guard case .removed = event, let next = Self.table.next(from: state, on: .remove) else {
      throw Rejection(.wrongState, "project '\(name)' is \(state.rawValue)")
    }
    state = next
  }

  /// What lists are made by.
  public var index: StateIndex { StateIndex(status: state.rawValue, owner: owner, project: id, name: name) }

  static func nameClaim(_ name: String, owner: UserID) -> String { "project/\(owner)/\(name)" }
}
