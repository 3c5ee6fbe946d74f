// SPDX-License-Identifier: Apache-2.0
import Foundation
import GRDB
import SAMCore
import Testing

@testable import SAMStorage

@Suite("Opening a data directory")
struct OpeningTests {
  private func error(_ work: () throws -> Void) -> StoreError? {
    do {
      try work()
      return nil
    } catch {
      return error as? StoreError
    }
  }

  private func mode(_ path: String) throws -> Int {
    let attributes = try FileManager.default.attributesOfItem(atPath: path)
    return (attributes[.posixPermissions] as? Int ?? 0) & 0o777
  }

  @Test("a second SAM is refused, and told what to do; after the first is closed it may")
  func lock() throws {
    let place = try Scratch()
    let directory = place.fresh()
    let first = try SQLiteStore(directory: directory)
    let refused = error { _ = try SQLiteStore(directory: directory) }
    #expect(refused?.code == .locked)
    #expect(refused?.message.contains("process \(ProcessInfo.processInfo.processIdentifier)") == true)
    #expect(refused?.message.contains("stop that one") == true)
    try first.close()
    try SQLiteStore(directory: directory).close()
  }

  @Test("a store that is let go of gives its directory back")
  func lockEndsWithStore() throws {
    let place = try Scratch()
    let directory = place.fresh()
    do { _ = try SQLiteStore(directory: directory) }
    try SQLiteStore(directory: directory).close()
  }

  @Test("a database that a newer SAM wrote is refused and not touched")
  func newer() async throws {
    let place = try Scratch()
    let store = try SQLiteStore(directory: place.fresh())
    try await store.pool.write { try $0.execute(sql: "UPDATE meta SET value = '99' WHERE name = 'schema_version'") }
    try store.close()
    let refused = error { _ = try SQLiteStore(directory: store.directory) }
    #expect(refused?.code == .newerSchema)
    #expect(refused?.evidence.contains("99") == true)
    let version = try await DatabaseQueue(path: "\(store.directory)/sam.db").read {
      try String.fetchOne($0, sql: "SELECT value FROM meta WHERE name = 'schema_version'")
    }
    #expect(version == "99")
  }

  @Test("what is no database is called corrupt", arguments: ["header", "middle"])
  func corrupt(_ part: String) async throws {
    let place = try Scratch()
    let store = try SQLiteStore(directory: place.fresh())
    let text = String(repeating: "y", count: 50_000)
    for index in 0..<20 { try await store.transact { _ in (DurabilityTests.fact("f\(index)", text: text), ()) } }
    try store.close()
    let file = try #require(FileHandle(forUpdatingAtPath: "\(store.directory)/sam.db"))
    try file.seek(toOffset: part == "header" ? 0 : 4096)
    try file.write(contentsOf: Data(repeating: 0xA5, count: 8192))
    try file.close()
    do {
      let again = try SQLiteStore(directory: store.directory)
      _ = try await again.read { try $0.events(EventQuery(limit: .max)) }
      Issue.record("damage was not noticed")
    } catch let error as StoreError {
      #expect(error.code == .corrupt)
      #expect(error.message.contains("backup"))
    }
  }

  @Test("only the owner may look into the directory and its files")
  func permissions() async throws {
    let place = try Scratch()
    let store = try SQLiteStore(directory: place.fresh() + "/deeper/still")
    try await store.transact { _ in (DurabilityTests.fact("f"), ()) }
    #expect(try mode(store.directory) == 0o700)
    for name in ["sam.db", "sam.db-wal", "sam.db-shm", "lock"] {
      #expect(try mode("\(store.directory)/\(name)") == 0o600, "\(name)")
    }
  }

  @Test("what an older SAM had given up is owed again")
  func nothingStuck() async throws {
    let place = try Scratch()
    let store = try SQLiteStore(directory: place.fresh())
    let row = EffectRow(
      id: EffectID(trusted: "effect_1"), effect: .endSession(SessionID(trusted: "session_1")), lane: "session_1",
      class: .idempotent, subject: "session_1", dueAt: Timestamp(milliseconds: 1), createdAt: Timestamp(milliseconds: 1)
    )
    try await store.transact { _ in
      var changes = Changes()
      changes.owed = [row]
      return (changes, ())
    }
    try await store.pool.write { database in
      try database.execute(
        sql: """
          UPDATE effects SET status = 'stuck';
          UPDATE meta SET value = '1' WHERE name = 'schema_version';
          DELETE FROM grdb_migrations WHERE identifier > '001';
          """)
    }
    try store.close()
    let next = try SQLiteStore(directory: store.directory)
    #expect(try await next.read { try $0.effects(EffectQuery()) } == [row])
    #expect(try await next.metadata().schemaVersion == SQLiteSchema.version)
  }

  @Test("what a first start that was cut off has left is no database, and the next start makes one")
  func unfinished() async throws {
    let place = try Scratch()
    let directory = place.fresh()
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    for suffix in ["", "-journal", "-wal", "-shm"] {
      try Data("half".utf8).write(to: URL(fileURLWithPath: "\(directory)/.unfinished-sam.db\(suffix)"))
    }
    let store = try SQLiteStore(directory: directory)
    #expect(try await store.metadata().schemaVersion == SQLiteSchema.version)
    try await store.transact { _ in (DurabilityTests.fact("f"), ()) }
    let rest = try FileManager.default.contentsOfDirectory(atPath: directory).filter { $0.contains("unfinished") }
    #expect(rest == [])
    let mode = try await store.pool.write { try String.fetchOne($0, sql: "PRAGMA journal_mode") }
    let synchronous = try await store.pool.write { try Int.fetchOne($0, sql: "PRAGMA synchronous") }
    #expect(mode == "wal" && synchronous == 2, "made without waiting for the disk, written with it")
  }

  @Test("what is left of a database that was taken away does not get into the next one")
  func leftovers() async throws {
    let place = try Scratch()
    let directory = place.fresh()
    let (old, taken) = (place.fresh(), place.fresh())
    let store = try SQLiteStore(directory: old)
    for index in 0..<20 { try await store.transact { _ in (DurabilityTests.fact("f\(index)"), ()) } }
    // As a crash leaves it: the log is not written back.
    try FileManager.default.copyItem(atPath: old, toPath: taken)
    for suffix in ["", "-shm"] { try FileManager.default.removeItem(atPath: "\(taken)/sam.db\(suffix)") }
    try FileManager.default.moveItem(atPath: taken, toPath: directory)
    let next = try SQLiteStore(directory: directory)
    #expect(try await next.metadata().installation != store.metadata().installation)
    #expect(try await next.read { try $0.events(EventQuery(limit: .max)) }.isEmpty)
    try await next.transact { _ in (DurabilityTests.fact("f"), ()) }
    let health = try await next.pool.read { try String.fetchOne($0, sql: "PRAGMA integrity_check") }
    #expect(health == "ok")
  }

  @Test("the installation is named once; a restore is counted")
  func metadata() async throws {
    let place = try Scratch()
    let store = try SQLiteStore(directory: place.fresh())
    let first = try await store.metadata()
    #expect(first.restoreGeneration == 0)
    #expect(first.schemaVersion == SQLiteSchema.version)
    let restored = try await store.noteRestore()
    #expect(restored.restoreGeneration == 1)
    try store.close()
    let again = try SQLiteStore(directory: store.directory)
    #expect(try await again.metadata() == restored)
    let other = try SQLiteStore(directory: place.fresh())
    #expect(try await other.metadata().installation != first.installation)
  }

  @Test("a closed store refuses with words instead of waiting for ever")
  func closed() async throws {
    let place = try Scratch()
    let store = try SQLiteStore(directory: place.fresh())
    try await withThrowingDiscardingTaskGroup { group in
      for index in 0..<50 {
        group.addTask { try await store.transact { _ in (DurabilityTests.fact("f\(index)"), ()) } }
      }
    }
    try store.close()
    await #expect(throws: StoreError.self) { try await store.transact { _ in (DurabilityTests.fact("late"), ()) } }
    #expect(throws: StoreError.self) { try store.transactNow { _ in (DurabilityTests.fact("late"), ()) } }
    await #expect(throws: StoreError.self) { try await store.read { try $0.events(EventQuery()).count } }
  }

  @Test("10,000 sessions and 1,000,000 entries neither slow the start nor the lists")
  func large() async throws {
    let place = try Scratch()
    let store = try SQLiteStore(directory: place.fresh())
    try await store.pool.write { try Self.fill($0) }
    try store.close()

    let clock = ContinuousClock()
    let opening = clock.now
    let again = try SQLiteStore(directory: store.directory)
    let opened = clock.now - opening
    var times: [(String, Duration)] = [("open", opened)]
    func measure(_ name: String, _ work: @escaping @Sendable (any StoreReader) throws -> Int, expect count: Int)
      async throws
    {
      // The best of some: other tests run at the same time.
      var best = Duration.seconds(99)
      for _ in 0..<5 {
        let start = clock.now
        let found = try await again.read(work)
        best = min(best, clock.now - start)
        #expect(found == count, "\(name)")
      }
      times.append((name, best))
    }
    let kind = AggregateKind(rawValue: "session")
    try await measure(
      "last page of sessions", { try $0.states(StateQuery(kind, descending: true, limit: 50)).count }, expect: 50)
    try await measure(
      "busy or failed sessions", { try $0.states(StateQuery(kind, statuses: ["busy", "failed"], limit: 50)).count },
      expect: 50)
    try await measure(
      "100 entries", { try $0.entries(SessionID(trusted: "session_09000"), after: 0, limit: 100).count }, expect: 100)
    try await measure("last facts", { try $0.events(EventQuery(after: 9_990)).count }, expect: 10)
    try await measure(
      "one aggregate's facts",
      { try $0.events(EventQuery(aggregate: AggregateKey(kind: kind, id: "session_05000"))).count }, expect: 1)
    let start = clock.now
    try await again.transact { _ in (DurabilityTests.fact("one more"), ()) }
    times.append(("a commit", clock.now - start))
    print(times.map { "\($0.0): \($0.1)" }.joined(separator: ", "))
    // Far more than is expected, so that a busy machine does not fail it; a walk over a million rows still does.
    for (name, time) in times { #expect(time < .seconds(2), "\(name) took \(time)") }
  }

  private static func fill(_ database: Database) throws {
    let numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i <"
    try database.execute(
      sql: """
        \(numbers) 10000) INSERT INTO streams (stream, session, last, epoch, applied)
          SELECT i, printf('session_%05d', i), 100, 1, 100 FROM n;
        \(numbers) 10000) INSERT INTO states
          (kind, id, version, status, owner, project, parent, name, created, updated, body)
          SELECT 'session', printf('session_%05d', i), 1, iif(i % 3, 'idle', iif(i % 2, 'busy', 'failed')), 'user_owner',
            'project_p', NULL, printf('name %d', i), 1, 1, '{"text":"some hundred bytes would be usual here"}' FROM n;
        \(numbers) 10000) INSERT INTO events
          (position, kind, id, sequence, type, version, at, actor, tenant, payload)
          SELECT i, 'session', printf('session_%05d', i), 1, 'session.made', 1, 1, 'system:sam', 'default', '{}' FROM n;
        \(numbers) 1000000) INSERT INTO entries (place, epoch, at, body)
          SELECT ((i - 1) / 100 + 1) << 32 | ((i - 1) % 100 + 1), 1, 1,
            '{"text":"a line of what an agent said","type":"agent"}' FROM n;
        """)
  }
}
