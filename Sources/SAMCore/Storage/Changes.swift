// SPDX-License-Identifier: Apache-2.0

/// All that one decision changes: applied as a whole or not at all.
public struct Changes: Sendable, Equatable {
  /// Facts to append, in order.
  public var events: [EventRecord] = []
  /// State rows to write, each aggregate at most once. The stored version must be the row's less the number of its events
  /// in ``events`` (less 1 when there are none); 0 = the row must not exist.
  public var states: [StateRow] = []
  /// Rows that the decision read without changing them: their versions must still be these.
  public var reads: [AggregateKey: Int64] = [:]
  /// Effects that are owed from now on.
  public var owed: [EffectRow] = []
  /// Effects whose row changes: leased, postponed. One that is gone is a conflict.
  public var updated: [EffectRow] = []
  /// Effects that are done or no longer owed.
  public var settled: [EffectID] = []
  /// Claims that are taken, after ``released`` ones are given back. A claim that somebody else holds is a conflict.
  public var claimed: [Claim] = []
  /// Claims that are given back.
  public var released: [String] = []
  /// What was answered, so that a retry hears the same.
  public var answer: StoredAnswer?
  /// Transcript entries, each with its final `seq`.
  public var entries: [Entry] = []
  /// How far the transcripts have come after these entries.
  public var streams: [SessionID: StreamPosition] = [:]

  /// Nothing changes.
  public init() {}

  /// Whether nothing changes.
  public var isEmpty: Bool { self == Changes() }
}

/// A state row: what runs.
public struct StateRow: Codable, Hashable, Sendable {
  /// Which aggregate.
  public var key: AggregateKey
  /// How many events it has seen.
  public var version: Int64
  /// What lists are made by.
  public var index: StateIndex
  /// When its life began.
  public var createdAt: Timestamp
  /// When it last changed.
  public var updatedAt: Timestamp
  /// The aggregate as JSON.
  public var body: [UInt8]

  /// - Parameters: as the properties of the same names.
  public init(
    key: AggregateKey, version: Int64, index: StateIndex, createdAt: Timestamp, updatedAt: Timestamp, body: [UInt8]
  ) {
    self.key = key
    self.version = version
    self.index = index
    self.createdAt = createdAt
    self.updatedAt = updatedAt
    self.body = body
  }
}

/// A name that only one may hold: a project's name, a workspace's branch.
public struct Claim: Codable, Hashable, Sendable {
  /// What is claimed.
  public var name: String
  /// Who holds it.
  public var holder: String
  /// - Parameters:
  ///   - name: what is claimed.
  ///   - holder: who holds it.
  public init(name: String, holder: String) {
    self.name = name
    self.holder = holder
  }
}

/// Names a command: who sent it and the id that the client made.
public struct CommandKey: Codable, Hashable, Sendable {
  /// Who sent it (`kind:id`).
  public var actor: String
  /// The client-made id.
  public var id: String
  /// - Parameters:
  ///   - actor: who sent it.
  ///   - id: the client-made id.
  public init(actor: Actor, id: String) {
    self.actor = "\(actor.kind.rawValue):\(actor.id)"
    self.id = id
  }
}

/// What was answered to a command.
public struct StoredAnswer: Codable, Hashable, Sendable {
  /// The command.
  public var key: CommandKey
  /// The command's name and a digest of its content: the same id with another content is refused.
  public var digest: String
  /// The answer as JSON.
  public var body: [UInt8]
  /// When it was given.
  public var at: Timestamp
  /// - Parameters: as the properties of the same names.
  public init(key: CommandKey, digest: String, body: [UInt8], at: Timestamp) {
    self.key = key
    self.digest = digest
    self.body = body
    self.at = at
  }
}

/// How far a session's transcript has come.
public struct StreamPosition: Codable, Hashable, Sendable {
  /// The `seq` of the last entry, 0 before the first.
  public var last: Int64
  /// The epoch whose items were applied last.
  public var epoch: Int64
  /// The runtime sequence of that epoch through which items were applied.
  public var applied: Int64
  /// - Parameters: as the properties of the same names.
  public init(last: Int64 = 0, epoch: Int64 = 0, applied: Int64 = 0) {
    self.last = last
    self.epoch = epoch
    self.applied = applied
  }
}
