// SPDX-License-Identifier: Apache-2.0

/// An agent with its settings and permissions, under a name.
public struct Profile: Aggregate {
  /// The kind's name.
  public static let kind = AggregateKind(rawValue: "profile")

  /// What can happen to a profile.
  public enum Event: Codable, Sendable, Equatable {
    /// It was defined, or defined anew: tasks that begin later use the new settings.
    case defined(
      name: String, launch: AgentLaunch, approvals: ApprovalPolicy, owner: UserID, machine: MachineWish? = nil)
    /// What it lets people set, and what holds while nobody has chosen anything, as a conversation showed.
    case offered([AgentSetting])
    /// It was removed.
    case removed
  }
  /// Where its life stands.
  public enum State: String, Codable, Sendable, CaseIterable {
    /// Tasks may use it.
    case active
    /// No more tasks.
    case removed
  }
  /// What moves it.
  public enum Trigger: String, Sendable, CaseIterable {
    /// A person, or the installation's defaults, define it.
    case define
    /// A person removes it.
    case remove
  }
  /// The arrows.
  public static let table = StateTable<State, Trigger>([
    .active: [.define: .active, .remove: .removed],
    .removed: [.define: .active],
  ])

  /// Its id.
  public let id: ProfileID
  /// Where its life stands.
  public private(set) var state: State
  /// What people call it.
  public let name: String
  /// How the agent is started.
  public private(set) var launch: AgentLaunch
  /// What happens to its requests for permission.
  public private(set) var approvals: ApprovalPolicy
  /// What machine its tasks want; nil = this one.
  public private(set) var machine: MachineWish?
  /// What it lets people set, and what holds while nobody has chosen anything, as its last conversation showed; nil = none
  /// has, since it was defined.
  public private(set) var offered: [AgentSetting]?
  /// Whose it is.
  public let owner: UserID

  /// Folds `defined`.
  public init(first event: Event, id: ProfileID, at: Timestamp) throws {
    guard case .defined(let name, let launch, let approvals, let owner, let machine) = event else {
      throw Rejection(.wrongState, "profile '\(id)' does not exist; define it first")
    }
    self.id = id
    state = .active
    self.name = name
    self.launch = launch
    self.approvals = approvals
    self.machine = machine
    self.owner = owner
  }

  /// Folds a later event.
  public mutating func apply(_ event: Event, at: Timestamp) throws {
    let trigger: Trigger
    switch event {
    case .defined(_, let launch, let approvals, _, let machine):
      trigger = .define
      if launch != self.launch { offered = nil }
      self.launch = launch
      self.approvals = approvals
      self.machine = machine
    case .removed: trigger = .remove
    case .offered(let settings):
      offered = settings
      return
    }
    guard let next = Self.table.next(from: state, on: trigger) else {
      throw Rejection(.wrongState, "profile '\(name)' is \(state.rawValue)")
    }
    state = next
  }

  /// What lists are made by.
  public var index: StateIndex { StateIndex(status: state.rawValue, owner: owner, name: name) }
}
