// SPDX-License-Identifier: Apache-2.0

/// Which state rows are wanted: all given conditions hold; ids ascending (or descending).
public struct StateQuery: Hashable, Sendable {
  /// The kind.
  public var kind: AggregateKind
  /// One of these states; empty = any.
  public var statuses: [String] = []
  /// The project.
  public var project: ProjectID?
  /// The aggregate that they hang under.
  public var parent: String?
  /// The name.
  public var name: String?
  /// Only ids beyond this one, in the direction of the order.
  public var after: String?
  /// Newest first.
  public var descending: Bool = false
  /// At most so many.
  public var limit: Int = 100

  /// - Parameters: as the properties of the same names.
  public init(
    _ kind: AggregateKind, statuses: [String] = [], project: ProjectID? = nil, parent: String? = nil,
    name: String? = nil, after: String? = nil, descending: Bool = false, limit: Int = 100
  ) {
    self.kind = kind
    self.statuses = statuses
    self.project = project
    self.parent = parent
    self.name = name
    self.after = after
    self.descending = descending
    self.limit = limit
  }
}

extension StateQuery {
  /// Whether a state of this kind is one of those that are wanted.
  func matches(_ id: String, _ index: StateIndex) -> Bool {
    (statuses.isEmpty || statuses.contains(index.status)) && (project == nil || project == index.project)
      && (parent == nil || parent == index.parent) && (name == nil || name == index.name)
      && (after.map { descending ? id < $0 : $0 < id } ?? true)
  }
}

/// Which facts are wanted.
public struct EventQuery: Hashable, Sendable {
  /// Only facts at a later position.
  public var after: Int64
  /// Only this aggregate's.
  public var aggregate: AggregateKey?
  /// At most so many.
  public var limit: Int
  /// - Parameters: as the properties of the same names.
  public init(after: Int64 = 0, aggregate: AggregateKey? = nil, limit: Int = 1000) {
    self.after = after
    self.aggregate = aggregate
    self.limit = limit
  }
}

/// Which effects are wanted.
public struct EffectQuery: Hashable, Sendable {
  /// One of these states; empty = any.
  public var statuses: [EffectRow.Status]
  /// Only one.
  public var id: EffectID?
  /// Only those that concern this.
  public var subject: String?
  /// At most so many.
  public var limit: Int
  /// - Parameters: as the properties of the same names.
  public init(statuses: [EffectRow.Status] = [], id: EffectID? = nil, subject: String? = nil, limit: Int = 100_000) {
    self.statuses = statuses
    self.id = id
    self.subject = subject
    self.limit = limit
  }
}
