// SPDX-License-Identifier: Apache-2.0
internal import GRDB
internal import GRDBSQLite
internal import SAMCore

/// What SQLite said no to, before anybody knows what it means for the caller.
struct SQLiteFailure: Error {
  /// The extended result code (https://www.sqlite.org/rescode.html).
  let code: Int32
  /// SQLite's words.
  let message: String

  init(code: Int32, message: String) {
    self.code = code
    self.message = message
  }

  /// The last failure of a connection.
  init(of connection: OpaquePointer?) {
    code = sqlite3_extended_errcode(connection)
    let system = sqlite3_system_errno(connection)
    message = String(cString: sqlite3_errmsg(connection)) + (system == 0 ? "" : ", errno \(system)")
  }

  init(_ error: DatabaseError) {
    code = error.extendedResultCode.rawValue
    message = error.description
  }

  /// The result code without its extension.
  var primaryCode: Int32 { code & 0xFF }

  /// Whether a row is there already.
  var isDuplicate: Bool { primaryCode == SQLITE_CONSTRAINT }

  /// Whether it says something about the whole database, not about one statement: who waits with it fails with it.
  var concernsAll: Bool {
    switch primaryCode {
    case SQLITE_CONSTRAINT, SQLITE_TOOBIG, SQLITE_MISMATCH, SQLITE_ERROR, SQLITE_RANGE: false
    default: true
    }
  }
}

extension StorageFault {
  /// The error for callers: our own pass, SQLite's are explained, and others are not ours to judge.
  func explain(_ error: any Error) -> any Error {
    switch error {
    case let failure as SQLiteFailure: explain(failure)
    case let error as DatabaseError: explain(SQLiteFailure(error))
    default: error
    }
  }

  /// What a failure of SQLite means for people.
  func explain(_ failure: SQLiteFailure) -> StoreError {
    let evidence = "SQLite \(failure.code): \(failure.message)"
    switch failure.primaryCode {
    case SQLITE_FULL, SQLITE_IOERR: return full(evidence)
    case SQLITE_CORRUPT, SQLITE_NOTADB: return corrupt("the database in '\(place)'", evidence)
    case SQLITE_BUSY, SQLITE_LOCKED:
      return StoreError(
        .locked, "another program keeps the database in '\(place)' locked; end it, then try again", evidence: evidence)
    case SQLITE_TOOBIG:
      return StoreError(.failed, "a value is too large for the database; send less at once", evidence: evidence)
    case SQLITE_READONLY, SQLITE_PERM, SQLITE_AUTH, SQLITE_CANTOPEN:
      return StoreError(
        .failed, "SAM cannot open or write the database in '\(place)'; check its owner and permissions",
        evidence: evidence)
    default:
      return StoreError(
        .failed, "the database in '\(place)' did not do as told; try again, and report this if it stays",
        evidence: evidence)
    }
  }
}
