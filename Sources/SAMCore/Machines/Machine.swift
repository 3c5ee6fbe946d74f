// SPDX-License-Identifier: Apache-2.0

/// A VM or host on which workspaces lie and agents run.
public struct Machine: Aggregate {
  /// The kind's name.
  public static let kind = AggregateKind(rawValue: "machine")

  /// What can happen to a machine.
  public enum Event: Codable, Sendable, Equatable {
    /// A host that exists was registered: this machine.
    case registered(name: String, provider: String, owner: UserID)
    /// Its runtime went away.
    case lost
    /// Its runtime is there again.
    case found
  }
  /// Where its life stands.
  public enum State: String, Codable, Sendable, CaseIterable {
    /// It takes work.
    case ready
    /// Nothing is heard from it.
    case lost
  }
  /// What moves it.
  public enum Trigger: String, Sendable, CaseIterable {
    /// Nothing is heard any more.
    case lose
    /// It is heard again.
    case find
  }
  /// The arrows.
  public static let table = StateTable<State, Trigger>([
    .ready: [.lose: .lost],
    .lost: [.find: .ready],
  ])

  /// Its id.
  public let id: MachineID
  /// Where its life stands.
  public private(set) var state: State
  /// What people call it.
  public let name: String
  /// The provider that gave it.
  public let provider: String
  /// Whose it is.
  public let owner: UserID

  /// Folds `registered`.
  public init(first event: Event, id: MachineID, at: Timestamp) throws {
    guard case .registered(let name, let provider, let owner) = event else {
      throw Rejection(.wrongState, "machine '\(id)' does not exist; register it first")
    }
    self.id = id
    state = .ready
    self.name = name
    self.provider = provider
    self.owner = owner
  }

  /// Folds a later event.
  public mutating func apply(_ event: Event, at: Timestamp) throws {
    let trigger: Trigger
    switch event {
    case .registered: throw Rejection(.wrongState, "machine '\(name)' is registered already")
    case .lost: trigger = .lose
    case .found: trigger = .find
    }
    guard let next = Self.table.next(from: state, on: trigger) else {
      throw Rejection(.wrongState, "machine '\(name)' is \(state.rawValue)")
    }
    state = next
  }

  /// What lists are made by.
  public var index: StateIndex { StateIndex(status: state.rawValue, owner: owner, name: name) }
}
