// SPDX-License-Identifier: Apache-2.0

/// Where SAM keeps what must not be lost: ledger, state rows, effects, claims, answers and transcripts.
///
/// A decision is one synchronous body over a ``StoreReader`` that yields ``Changes``. The store runs bodies one after
/// the other (or makes it look so), applies the changes of each atomically, and returns only when they are on disk.
/// Many bodies may share one disk flush (group commit); one that throws leaves no trace and does not harm the others.
///
/// The suite `StoreConformance` in SAMTestKit says what a new store must keep.
public protocol Store: Sendable {
  /// Runs a body and commits its changes durably.
  /// - Parameter body: reads, decides, and yields changes with a result. It may run on any thread and must not block.
  /// - Throws: what the body throws; ``Rejection/Code/conflict`` when a version check fails; ``StoreError`` when the
  ///   disk refuses.
  func transact<Result: Sendable>(
    _ body: @escaping @Sendable (any StoreReader) throws -> (Changes, Result)
  ) async throws -> Result

  /// Runs a body over one consistent picture, without changing anything.
  func read<Result: Sendable>(_ body: @escaping @Sendable (any StoreReader) throws -> Result) async throws -> Result

  /// Calls an observer with the changes of every commit, in the order of the commits, after they are durable and
  /// before `transact` returns. The observer must be quick and must not call the store. Ledger positions are set.
  /// Empty changes are not observed.
  func observeCommits(_ observer: @escaping @Sendable (Changes) -> Void)

  /// What this store remembers about itself.
  func metadata() async throws -> StoreMetadata
}

/// A store that can also be used by one caller without suspension: a simulator's.
public protocol SynchronousStore: Store {
  /// As ``Store/transact(_:)``, on the caller's thread.
  func transactNow<Result>(_ body: (any StoreReader) throws -> (Changes, Result)) throws -> Result
}

/// What a decision may look at.
public protocol StoreReader {
  /// The state row of one aggregate, or nil.
  func state(_ key: AggregateKey) throws -> StateRow?
  /// State rows in the order of their ids.
  func states(_ query: StateQuery) throws -> [StateRow]
  /// What was answered to a command before, or nil.
  func answer(_ key: CommandKey) throws -> StoredAnswer?
  /// Who holds a claim, or nil.
  func claim(_ name: String) throws -> Claim?
  /// Facts in ledger order.
  func events(_ query: EventQuery) throws -> [EventRecord]
  /// Effects that are not done, in the order in which they were owed.
  func effects(_ query: EffectQuery) throws -> [EffectRow]
  /// How far a session's transcript has come.
  func stream(_ session: SessionID) throws -> StreamPosition
  /// Entries of a transcript with `seq` greater than a bound, in order.
  func entries(_ session: SessionID, after seq: Int64, limit: Int) throws -> [Entry]
}

/// What a store remembers about itself.
public struct StoreMetadata: Codable, Hashable, Sendable {
  /// The installation: every cloud resource carries it.
  public var installation: InstallationID
  /// How often this store was restored from a backup.
  public var restoreGeneration: Int
  /// The version of the schema, from 1. A newer one than the program knows is refused.
  public var schemaVersion: Int

  /// - Parameters: as the properties of the same names.
  public init(installation: InstallationID, restoreGeneration: Int, schemaVersion: Int) {
    self.installation = installation
    self.restoreGeneration = restoreGeneration
    self.schemaVersion = schemaVersion
  }
}

/// Why a store could not do its work.
public struct StoreError: Error, Hashable, Sendable, CustomStringConvertible {
  /// A stable name for the reason.
  public struct Code: RawRepresentable, Hashable, Sendable {
    /// The name.
    public let rawValue: String
    /// - Parameter rawValue: the name.
    public init(rawValue: String) { self.rawValue = rawValue }
    /// The disk is full.
    public static let full = Code(rawValue: "storage_full")
    /// Another process uses this data directory.
    public static let locked = Code(rawValue: "storage_locked")
    /// The schema is newer than this program.
    public static let newerSchema = Code(rawValue: "storage_newer")
    /// What was read is not what was written.
    public static let corrupt = Code(rawValue: "storage_corrupt")
    /// Reading or writing failed.
    public static let failed = Code(rawValue: "storage_failed")
  }
  /// The stable name of the reason.
  public var code: Code
  /// What is wrong and what to do next.
  public var message: String
  /// The evidence: the underlying error.
  public var evidence: String
  /// - Parameters: as the properties of the same names.
  public init(_ code: Code, _ message: String, evidence: String = "") {
    self.code = code
    self.message = message
    self.evidence = evidence
  }
  /// Message, code and evidence.
  public var description: String { "\(message) (\(code.rawValue)\(evidence.isEmpty ? "" : ": \(evidence)"))" }
}
