// SPDX-License-Identifier: Apache-2.0
internal import GRDB
internal import Glibc
public import SAMCore

/// Keeps everything in one SQLite database of a data directory that one process holds.
///
/// Decisions are committed in groups: those that wait share one flush of the write-ahead log, and each still stands or
/// falls alone. A decision is on disk (`synchronous = FULL`) before its caller hears of it.
///
/// - Warning: a body or an observer that calls the store again ends the program: the writer waits for itself.
public final class SQLiteStore: SynchronousStore {
  /// The directory that holds the database, and whatever else must not be lost.
  public let directory: String

  // The order matters: the pool is closed before the lock is given back.
  let pool: DatabasePool
  private let queue: CommitQueue
  private let lock: DirectoryLock
  let fault: StorageFault

  /// Opens the store of a directory, and makes both when they are not there.
  /// - Parameters:
  ///   - directory: made with mode 0700; the database in it has mode 0600.
  ///   - readers: how many bodies may read at the same time.
  /// - Throws: ``StoreError``: `storage_locked` when another process has the directory, `storage_newer` when a newer
  ///   program has written it, `storage_corrupt`, `storage_full`, `storage_failed`.
  public init(directory: String, readers: Int = 4) throws {
    let fault = StorageFault(place: directory)
    self.directory = directory
    self.fault = fault
    try DurableFile.makeDirectory(directory, fault: fault)
    lock = try DirectoryLock(directory: directory, fault: fault)
    do {
      try NewDatabase.make("sam.db", in: directory, fault: fault)
      pool = try Self.open("\(directory)/sam.db", readers: readers, fault: fault)
    } catch {
      throw fault.explain(error)
    }
    queue = CommitQueue(pool: pool, fault: fault)
  }

  /// Queues a body for the next group, commits it durably, and returns its result. It cannot be cancelled once queued.
  public func transact<Result: Sendable>(
    _ body: @escaping @Sendable (any StoreReader) throws -> (Changes, Result)
  ) async throws -> Result {
    try await withCheckedThrowingContinuation { continuation in
      queue.add(SuspendedBody(body, continuation: continuation))
    }
  }

  /// Commits a body on the caller's thread, which waits for the disk.
  public func transactNow<Result>(_ body: (any StoreReader) throws -> (Changes, Result)) throws -> Result {
    try withoutActuallyEscaping(body) { body in
      let waiting = BlockingBody(body)
      queue.commitNow(waiting)
      guard let outcome = waiting.outcome else {
        throw StoreError(.failed, "a decision ended without an outcome; report this")
      }
      return try outcome.get()
    }
  }

  /// Runs a body over a snapshot, beside the writer and other readers.
  public func read<Result: Sendable>(
    _ body: @escaping @Sendable (any StoreReader) throws -> Result
  ) async throws -> Result {
    do {
      return try await pool.read { [fault] in try body(SQLiteReader(database: $0, fault: fault)) }
    } catch {
      throw fault.explain(error)
    }
  }

  /// Calls an observer on the writer's thread, after each commit and before its caller returns.
  public func observeCommits(_ observer: @escaping @Sendable (Changes) -> Void) { queue.observe(observer) }

  /// What this store remembers about itself.
  public func metadata() async throws -> StoreMetadata {
    do {
      return try await pool.read { [fault] in try StoreMeta.read($0, fault: fault) }
    } catch {
      throw fault.explain(error)
    }
  }

  /// Notes that this store came out of a backup: what was in flight then is unknown now.
  /// - Returns: the metadata with the next `restoreGeneration`.
  public func noteRestore() async throws -> StoreMetadata {
    do {
      return try await pool.write { [fault] database in
        try StoreMeta.bumpRestoreGeneration(database)
        return try StoreMeta.read(database, fault: fault)
      }
    } catch {
      throw fault.explain(error)
    }
  }

  /// Commits what is queued, closes the database, and gives the directory back. Whatever is asked afterwards fails.
  public func close() throws {
    queue.close()
    do {
      try pool.close()
    } catch {
      throw fault.explain(error)
    }
    lock.release()
  }
}

// MARK: Opening

extension SQLiteStore {
  private static func open(_ path: String, readers: Int, fault: StorageFault) throws -> DatabasePool {
    // No link, and ours to write. SQLite gives its other files the mode of this one.
    let file = Glibc.open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW)
    guard file >= 0 else { throw fault.system("open '\(path)'", errno) }
    Glibc.close(file)

    var configuration = Configuration()
    configuration.busyMode = .timeout(5)
    configuration.maximumReaderCount = max(1, readers)
    configuration.label = "sam.store"
    configuration.prepareDatabase { try SQLiteSettings.boundCache(of: $0) }
    let pool = try DatabasePool(path: path, configuration: configuration)
    try pool.writeWithoutTransaction { database in
      try SQLiteSettings.apply(to: database)
      try StoreMeta.refuseNewer(database, fault: fault)
    }
    try SQLiteSchema.migrator().migrate(pool)
    try pool.write { try StoreMeta.makeInstallation($0) }
    return pool
  }
}
