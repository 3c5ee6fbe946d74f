// SPDX-License-Identifier: Apache-2.0
internal import GRDB
internal import SAMCore

/// Decides and commits several bodies in one transaction: one disk flush for all, and each as if it were alone.
///
/// A body that refuses, or whose changes conflict, has written nothing yet. Only one that fails while its rows are
/// written leaves something to undo: then the transaction begins anew and the changes before it, which are data, are
/// written again; from there on each body has a savepoint. Savepoints for all would be simpler, but SQLite then copies
/// every page for every body, which costs as much as the writing itself.
struct CommitBatch {
  private let database: Database
  private let fault: StorageFault
  private let reader: SQLiteReader
  private var writer: ChangeWriter
  private var ended: [(body: any CommitBody, result: Result<Changes, any Error>)] = []
  private var usesSavepoints = false

  init(database: Database, fault: StorageFault) {
    self.database = database
    self.fault = fault
    reader = SQLiteReader(database: database, fault: fault)
    writer = ChangeWriter(database: database)
  }

  /// Runs bodies until there are none, commits, and tells observers and bodies.
  /// - Parameters:
  ///   - next: the next bodies; empty when the batch is complete. Bodies that arrive meanwhile may join.
  ///   - observe: hears the changes of each commit, in order, when they are durable.
  mutating func run(next: (_ soFar: Int) -> [any CommitBody], observe: (Changes) -> Void) {
    var waiting = next(0)
    guard !waiting.isEmpty else { return }
    do {
      try execute("BEGIN IMMEDIATE")
      while !waiting.isEmpty {
        for index in waiting.indices {
          do {
            try run(waiting[index])
          } catch {
            waiting.removeFirst(index)
            throw error
          }
        }
        waiting = next(ended.count)
      }
      try execute("COMMIT")
    } catch {
      fail(waiting: waiting, error)
      return
    }
    for case (_, .success(let changes)) in ended where !changes.isEmpty { observe(changes) }
    for (body, result) in ended {
      switch result {
      case .success: body.succeed()
      case .failure(let error): body.fail(error)
      }
    }
  }

  /// Runs one body.
  /// - Throws: only what concerns the whole batch.
  private mutating func run(_ body: any CommitBody) throws {
    var changes: Changes
    do {
      changes = try body.decide(reader)
    } catch {
      try endedBadly(body, error)
      return
    }
    guard !changes.isEmpty else {
      ended.append((body, .success(changes)))
      return
    }
    if usesSavepoints { try execute("SAVEPOINT body") }
    do {
      try writer.apply(&changes)
    } catch {
      if let failure = error as? SQLiteFailure, failure.concernsAll { throw failure }
      if usesSavepoints {
        try execute("ROLLBACK TO body")
        try execute("RELEASE body")
        writer.rolledBack()
      } else if writer.isMidway {
        try beginAnew()
      }
      try endedBadly(body, error)
      return
    }
    if usesSavepoints { try execute("RELEASE body") }
    ended.append((body, .success(changes)))
  }

  /// Undoes what is half written, and writes again what was whole before it.
  private mutating func beginAnew() throws {
    try execute("ROLLBACK")
    try execute("BEGIN IMMEDIATE")
    writer.rolledBack()
    usesSavepoints = true
    for case (_, .success(var changes)) in ended where !changes.isEmpty {
      do {
        try writer.apply(&changes)
      } catch let rejection as Rejection {
        throw StoreError(.failed, "changes could not be written a second time; report this", evidence: "\(rejection)")
      }
    }
  }

  /// Notes that a body threw. Some errors make SQLite drop the whole transaction; then all have failed.
  private mutating func endedBadly(_ body: any CommitBody, _ error: any Error) throws {
    guard database.isInsideTransaction else { throw error }
    ended.append((body, .failure(fault.explain(error))))
  }

  /// Leaves no trace of any body. Those that had refused by themselves fail too: they may have seen what is now undone.
  private mutating func fail(waiting: [any CommitBody], _ error: any Error) {
    if database.isInsideTransaction {
      // The transaction is lost whatever the answer; the next batch begins anew, or says what is wrong.
      do { try execute("ROLLBACK") } catch {}
    }
    let explained = fault.explain(error)
    for (body, _) in ended { body.fail(explained) }
    for body in waiting { body.fail(explained) }
  }

  private func execute(_ sql: String) throws { try PreparedStatement(sql, on: database).run() }
}
