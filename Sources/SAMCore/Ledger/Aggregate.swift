// SPDX-License-Identifier: Apache-2.0

/// The kind of a thing that has a life of its own: project, task, session, …
public struct AggregateKind: RawRepresentable, Codable, Hashable, Sendable, CustomStringConvertible {
  /// The kind's name, also the first part of its events' types.
  public let rawValue: String
  /// - Parameter rawValue: the kind's name.
  public init(rawValue: String) { self.rawValue = rawValue }
  /// The name.
  public var description: String { rawValue }
}

/// Names one aggregate: its kind and id.
public struct AggregateKey: Codable, Hashable, Sendable {
  /// The kind.
  public var kind: AggregateKind
  /// The id within the kind.
  public var id: String
  /// - Parameters:
  ///   - kind: the kind.
  ///   - id: the id within the kind.
  public init(kind: AggregateKind, id: String) {
    self.kind = kind
    self.id = id
  }
}

/// A thing that changes only by events: its state is the fold of its ledger.
public protocol Aggregate: Codable, Sendable, Equatable {
  /// The type of its id.
  associatedtype ID: PrefixedID
  /// What can happen to it. Cases are never renamed: their names are the stored types (see ``EventRecord``).
  associatedtype Event: Codable & Sendable & Equatable

  /// The kind's name.
  static var kind: AggregateKind { get }
  /// Its id.
  var id: ID { get }
  /// What lists are made by.
  var index: StateIndex { get }
  /// Folds the first event.
  /// - Throws: ``Rejection`` when a life cannot begin with this event.
  init(first event: Event, id: ID, at: Timestamp) throws
  /// Folds a later event. It decides nothing, and throws only where the table has no arrow.
  mutating func apply(_ event: Event, at: Timestamp) throws
}

extension Aggregate {
  /// The key of an aggregate of this kind.
  public static func key(_ id: ID) -> AggregateKey { AggregateKey(kind: kind, id: id.rawValue) }
}

/// The columns by which state rows are found.
public struct StateIndex: Codable, Hashable, Sendable {
  /// The name of the state.
  public var status: String
  /// Whose it is.
  public var owner: UserID
  /// The project it belongs to.
  public var project: ProjectID?
  /// The aggregate it hangs under: a turn under its session, an approval under its session, a task under its parent.
  public var parent: String?
  /// A name that people use, where there is one.
  public var name: String?

  /// - Parameters:
  ///   - status: the name of the state.
  ///   - owner: whose it is.
  ///   - project: the project it belongs to.
  ///   - parent: the aggregate it hangs under.
  ///   - name: a name that people use.
  public init(
    status: String, owner: UserID, project: ProjectID? = nil, parent: String? = nil, name: String? = nil
  ) {
    self.status = status
    self.owner = owner
    self.project = project
    self.parent = parent
    self.name = name
  }
}
