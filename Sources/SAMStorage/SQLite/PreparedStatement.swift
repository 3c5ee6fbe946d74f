// SPDX-License-Identifier: Apache-2.0
internal import GRDB
internal import GRDBSQLite

/// A value on its way into a statement.
enum SQLiteValue {
  case null
  case integer(Int64)
  case text(String)
  /// UTF-8 that is text for SQLite, as JSON is.
  case json([UInt8])
  case bytes([UInt8])

  static func optional(_ text: String?) -> SQLiteValue { text.map { .text($0) } ?? .null }
}

/// A statement of one connection, prepared once and kept by it.
///
/// It binds and reads through SQLite's own functions: GRDB's end a text at its first NUL, and what people paste has NULs.
struct PreparedStatement {
  /// Keeps the handle alive, even when the connection's cache forgets it.
  private let statement: Statement
  private var handle: OpaquePointer { statement.sqliteStatement }

  /// - Throws: ``SQLiteFailure``.
  init(_ sql: String, on database: Database) throws {
    do {
      statement = try database.cachedStatement(sql: sql)
    } catch let error as DatabaseError {
      throw SQLiteFailure(error)
    }
  }

  /// Runs the statement to its end.
  /// - Returns: how many rows it changed, if it is one that changes rows.
  @discardableResult
  func run(_ values: SQLiteValue...) throws -> Int { try run(values) }

  /// Runs the statement to its end.
  /// - Returns: how many rows it changed, if it is one that changes rows.
  @discardableResult
  func run(_ values: [SQLiteValue]) throws -> Int {
    defer { reset() }
    try bind(values)
    while try step() {}
    return Int(sqlite3_changes64(sqlite3_db_handle(handle)))
  }

  /// All rows.
  func rows<Row>(_ values: [SQLiteValue], _ make: (SQLiteColumns) throws -> Row) throws -> [Row] {
    defer { reset() }
    try bind(values)
    var rows: [Row] = []
    while try step() { rows.append(try make(SQLiteColumns(handle: handle))) }
    return rows
  }

  /// The first row, if there is one.
  func first<Row>(_ values: SQLiteValue..., make: (SQLiteColumns) throws -> Row) throws -> Row? {
    defer { reset() }
    try bind(values)
    return try step() ? try make(SQLiteColumns(handle: handle)) : nil
  }

  private func step() throws -> Bool {
    switch sqlite3_step(handle) {
    case SQLITE_ROW: return true
    case SQLITE_DONE: return false
    default: throw SQLiteFailure(of: sqlite3_db_handle(handle))
    }
  }

  /// Makes the statement ready for the next use and lets go of large values.
  private func reset() {
    sqlite3_reset(handle)
    sqlite3_clear_bindings(handle)
  }

  private func bind(_ values: [SQLiteValue]) throws {
    // SQLite copies the bytes before the call returns.
    let copy = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
    var index: Int32 = 0
    for value in values {
      index += 1
      let result: Int32
      switch value {
      case .null: result = sqlite3_bind_null(handle, index)
      case .integer(let number): result = sqlite3_bind_int64(handle, index, number)
      case .text(var text):
        result = text.withUTF8 { utf8 in
          utf8.withMemoryRebound(to: CChar.self) { bytes in
            // An empty text may have no address, and no address would mean NULL.
            sqlite3_bind_text64(
              handle, index, bytes.baseAddress ?? Self.nowhere, UInt64(bytes.count), copy, UInt8(SQLITE_UTF8))
          }
        }
      case .json(let json):
        result = json.withUnsafeBufferPointer { utf8 in
          utf8.withMemoryRebound(to: CChar.self) { bytes in
            sqlite3_bind_text64(
              handle, index, bytes.baseAddress ?? Self.nowhere, UInt64(bytes.count), copy, UInt8(SQLITE_UTF8))
          }
        }
      case .bytes(let bytes):
        result =
          bytes.isEmpty
          ? sqlite3_bind_zeroblob(handle, index, 0)
          : sqlite3_bind_blob64(handle, index, bytes, UInt64(bytes.count), copy)
      }
      guard result == SQLITE_OK else { throw SQLiteFailure(of: sqlite3_db_handle(handle)) }
    }
  }

  /// The address of an empty text.
  private static var nowhere: UnsafePointer<CChar> {
    // The empty static string lives as long as the program.
    UnsafeRawPointer(StaticString("").utf8Start).assumingMemoryBound(to: CChar.self)
  }
}

/// The columns of the row that a statement stands on.
struct SQLiteColumns {
  fileprivate let handle: OpaquePointer

  func integer(_ index: Int32) -> Int64 { sqlite3_column_int64(handle, index) }

  func isNull(_ index: Int32) -> Bool { sqlite3_column_type(handle, index) == SQLITE_NULL }

  func text(_ index: Int32) -> String { String(decoding: buffer(index), as: UTF8.self) }

  func optionalText(_ index: Int32) -> String? { isNull(index) ? nil : text(index) }

  func bytes(_ index: Int32) -> [UInt8] { Array(buffer(index)) }

  /// The bytes of a text or a blob; they are gone with the next step.
  private func buffer(_ index: Int32) -> UnsafeBufferPointer<UInt8> {
    let start = sqlite3_column_blob(handle, index)
    let count = Int(sqlite3_column_bytes(handle, index))
    return UnsafeBufferPointer(start: start?.assumingMemoryBound(to: UInt8.self), count: start == nil ? 0 : count)
  }
}
