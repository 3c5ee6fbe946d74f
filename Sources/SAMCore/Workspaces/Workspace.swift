// SPDX-License-Identifier: Apache-2.0

/// A repository in a sandbox on a machine: one task's own clone on its own branch.
public struct Workspace: Aggregate {
  /// The kind's name.
  public static let kind = AggregateKind(rawValue: "workspace")

  /// What can happen to a workspace.
  public enum Event: Codable, Sendable, Equatable {
    /// It is wanted.
    case requested(
      project: ProjectID, session: SessionID, machine: MachineID, repository: String, baseBranch: String?,
      branch: String, owner: UserID)
    /// The clone is complete.
    case prepared(baseCommit: String?)
    /// The clone could not be made.
    case failed(reason: String)
    /// Nothing records it any more; what was written once must be readable for ever.
    case retried
    /// An agent may change it from now on, in the session's turn of this number.
    case touched(turn: Int)
    /// All that was done in the turn of this number, and in those that began before it, is on the remote, or in a bundle.
    case saved(through: Int, bundle: BlobID?)
    /// What is in it cannot be brought off its machine.
    case unsavable(reason: String)
    /// Its files are gone.
    case destroyed
  }
  /// Where its life stands.
  public enum State: String, Codable, Sendable, CaseIterable {
    /// The clone is owed.
    case requested
    /// An agent may work in it.
    case ready
    /// It could not be made.
    case failed
    /// Its files are gone.
    case destroyed
  }
  /// What moves it.
  public enum Trigger: String, Sendable, CaseIterable {
    /// The clone is complete.
    case prepare
    /// The clone could not be made.
    case fail
    /// Its files are gone.
    case destroy
  }
  /// The arrows.
  public static let table = StateTable<State, Trigger>([
    .requested: [.prepare: .ready, .fail: .failed, .destroy: .destroyed],
    .ready: [.destroy: .destroyed],
    .failed: [.destroy: .destroyed],
    .destroyed: [:],
  ])

  /// Its id.
  public let id: WorkspaceID
  /// Where its life stands.
  public private(set) var state: State
  /// The project whose repository it holds.
  public let project: ProjectID
  /// The session that works in it.
  public let session: SessionID
  /// Where it lies.
  public let machine: MachineID
  /// Where the repository comes from.
  public let repository: String
  /// The branch that the work starts from; nil = the remote's HEAD.
  public let baseBranch: String?
  /// The branch that the work is on: `sam/<slug>-<short id>`.
  public let branch: String
  /// The commit that the work started from; nil in an empty repository.
  public private(set) var baseCommit: String?
  /// Why it could not be made.
  public private(set) var failure: String?
  /// The session's turns in which an agent may have changed it since all was on the remote, or in a bundle: by their
  /// numbers, in the order in which they began, which is not always that of the numbers.
  public private(set) var unsaved: [Int]
  /// Whether what is in it could not be brought off its machine.
  public private(set) var isUnsavable: Bool
  /// Whether its machine may hold work that is nowhere else. After a restore it may even when its clone is owed or failed.
  public var isUnsaved: Bool { !unsaved.isEmpty && state != .destroyed }
  /// Whose it is.
  public let owner: UserID

  /// Folds `requested`.
  public init(first event: Event, id: WorkspaceID, at: Timestamp) throws {
    guard
      case .requested(let project, let session, let machine, let repository, let baseBranch, let branch, let owner) =
        event
    else { throw Rejection(.wrongState, "workspace '\(id)' does not exist") }
    self.id = id
    state = .requested
    self.project = project
    self.session = session
    self.machine = machine
    self.repository = repository
    self.baseBranch = baseBranch
    self.branch = branch
    self.owner = owner
    (unsaved, isUnsavable) = ([], false)
  }

  /// Folds a later event.
  public mutating func apply(_ event: Event, at: Timestamp) throws {
    let trigger: Trigger
    switch event {
    case .requested: throw Rejection(.wrongState, "workspace '\(id)' exists already")
    case .touched(let turn):
      unsaved.append(turn)
      isUnsavable = false
      return
    case .saved(let turn, _):
      if let last = unsaved.lastIndex(of: turn) { unsaved.removeSubrange(...last) }
      return
    case .unsavable:
      isUnsavable = true
      return
    case .prepared: trigger = .prepare
    case .failed: trigger = .fail
    case .destroyed: trigger = .destroy
    case .retried: throw Rejection(.wrongState, "workspace '\(id)' is \(state.rawValue); make a new one")
    }
    guard let next = Self.table.next(from: state, on: trigger) else {
      throw Rejection(.wrongState, "workspace '\(id)' is \(state.rawValue); it cannot \(trigger.rawValue)")
    }
    state = next
    switch event {
    case .prepared(let commit): baseCommit = commit
    case .failed(let reason): failure = reason
    default: failure = nil
    }
  }

  /// What lists are made by.
  public var index: StateIndex {
    StateIndex(status: state.rawValue, owner: owner, project: project, parent: session.rawValue)
  }

  /// The branch of a task: never the default branch, never another task's.
  static func branch(title: String, task: TaskID) -> String {
    var slug = ""
    for scalar in title.lowercased().unicodeScalars {
      let plain = ("a"..."z").contains(scalar) || ("0"..."9").contains(scalar)
      if plain { slug.unicodeScalars.append(scalar) } else if !slug.hasSuffix("-"), !slug.isEmpty { slug += "-" }
      if slug.utf8.count >= 40 { break }
    }
    while slug.hasSuffix("-") { slug.removeLast() }
    return "sam/\(slug.isEmpty ? "task" : slug)-\(task.rawValue.suffix(8).lowercased())"
  }
}
