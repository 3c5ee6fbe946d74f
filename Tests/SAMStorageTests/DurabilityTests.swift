// SPDX-License-Identifier: Apache-2.0
import Foundation
import GRDB
import SAMCore
import SAMRPC
import SAMTestKit
import Testing

@testable import SAMStorage

@Suite("What was answered is on disk", .serialized)
struct DurabilityTests {
  static let canTrace = WriterProcess.path != nil && WriterProcess.strace != nil

  @Test("SQLite syncs every commit")
  func synchronousIsFull() async throws {
    let place = try Scratch()
    let store = try SQLiteStore(directory: place.fresh())
    let value = try await store.pool.writeWithoutTransaction { try Int.fetchOne($0, sql: "PRAGMA synchronous") }
    let journal = try await store.pool.read { try String.fetchOne($0, sql: "PRAGMA journal_mode") }
    #expect(value == 2)
    #expect(journal == "wal")
  }

  @Test("an observer hears of what another connection can already read")
  func observersAfterCommit() async throws {
    let place = try Scratch()
    let store = try SQLiteStore(directory: place.fresh())
    let other = try DatabaseQueue(path: "\(store.directory)/sam.db")
    let seen = Shared<[Int?]>([])
    store.observeCommits { changes in
      let position = changes.events.first?.position
      let found = try? other.read { try Int.fetchOne($0, sql: "SELECT max(position) FROM events") }
      seen.change { $0.append(found.flatMap { $0 } == position.map { Int($0) } ? found.flatMap { $0 } : nil) }
    }
    for index in 1...5 { try await store.transact { _ in (Self.fact("e\(index)"), ()) } }
    #expect(seen.value == [1, 2, 3, 4, 5])
  }

  @Test(
    "the disk is synced before each single acknowledgement",
    .enabled(if: canTrace, "skipped: strace or the helper storage-writer is not here"))
  func syncBeforeAnswer() throws {
    let syncs = try Self.syncsBeforeEachAnswer(["one", "20"])
    #expect(syncs.count == 20)
    #expect(syncs.allSatisfy { $0 >= 1 }, "\(syncs)")
  }

  @Test(
    "a decision that changes nothing costs no sync",
    .enabled(if: canTrace, "skipped: strace or the helper storage-writer is not here"))
  func noSyncForNothing() throws {
    let syncs = try Self.syncsBeforeEachAnswer(["empty", "20"])
    #expect(syncs == Array(repeating: 0, count: 20))
  }

  @Test(
    "decisions that wait together share a sync",
    .enabled(if: canTrace, "skipped: strace or the helper storage-writer is not here"))
  func groupsShareSyncs() throws {
    let syncs = try Self.syncsBeforeEachAnswer(["many", "200"])
    print("200 decisions at once: \(syncs) syncs")
    #expect(syncs.count == 1)
    #expect(syncs.allSatisfy { (1...60).contains($0) }, "\(syncs)")
  }

  @Test(
    "a writer that is killed leaves all it acknowledged and nothing by halves",
    .enabled(if: WriterProcess.path != nil, "skipped: the helper storage-writer is not here"))
  func killedWriter() async throws {
    let place = try Scratch()
    let directory = place.fresh()
    var acknowledged: Set<String> = []
    for round in 0..<8 {
      acknowledged.formUnion(try await Self.writeAndKill(directory, name: "r\(round)", after: 20 + round * 15))
      let store = try SQLiteStore(directory: directory)
      try await Self.expectWhole(store, acknowledged: acknowledged)
      try store.close()
    }
    print("killed 8 times; \(acknowledged.count) acknowledged decisions, all there")
    #expect(acknowledged.count > 100)
  }

  /// A single fact about an aggregate of its own.
  static func fact(_ id: String, text: String = "") -> Changes {
    var changes = Changes()
    changes.events = [
      EventRecord(
        aggregate: AggregateKey(kind: AggregateKind(rawValue: "fact"), id: id), sequence: 1, type: "fact.stated",
        at: Timestamp(milliseconds: 1), actor: .system, payload: ["text": .string(text)])
    ]
    return changes
  }

  /// Runs the helper under strace and counts the syncs between its lines of output.
  private static func syncsBeforeEachAnswer(_ arguments: [String]) throws -> [Int] {
    let place = try Scratch()
    let trace = place.fresh("trace")
    guard let strace = WriterProcess.strace, let writer = WriterProcess.path else { return [] }
    let status = try WriterProcess.run(
      strace,
      ["-f", "-e", "trace=fsync,fdatasync,write", "-o", trace, writer, arguments[0], place.fresh(), arguments[1]])
    #expect(status == 0)
    var counts: [Int] = []
    var current: Int?
    for line in try String(contentsOfFile: trace, encoding: .utf8).split(separator: "\n") {
      if line.contains("write(1, \"open") { current = 0 }
      if line.contains("write(1, \"ack"), let count = current {
        counts.append(count)
        current = 0
      }
      // A call that another thread interrupts is traced twice; the second line has its result.
      let isSync = line.contains("sync(") || line.contains("sync resumed>")
      if isSync, line.hasSuffix("= 0"), let count = current { current = count + 1 }
    }
    return counts
  }

  /// Starts the helper, kills it after a number of acknowledgements, and returns what it acknowledged.
  private static func writeAndKill(_ directory: String, name: String, after count: Int) async throws -> Set<String> {
    let process = Process()
    let pipe = Pipe()
    process.executableURL = WriterProcess.path.map { URL(fileURLWithPath: $0) }
    process.arguments = ["endless", directory, name]
    process.standardOutput = pipe
    try process.run()
    var acknowledged: Set<String> = []
    var rest = ""
    var isKilled = false
    while true {
      let data = pipe.fileHandleForReading.availableData
      if data.isEmpty { break }
      rest += String(decoding: data, as: UTF8.self)
      let lines = rest.split(separator: "\n", omittingEmptySubsequences: false)
      rest = String(lines.last ?? "")
      for line in lines.dropLast() where line.hasPrefix("ack ") { acknowledged.insert(String(line.dropFirst(4))) }
      if acknowledged.count >= count, !isKilled {
        kill(process.processIdentifier, SIGKILL)
        isKilled = true
      }
    }
    process.waitUntilExit()
    return acknowledged
  }

  /// - Throws: never half a decision: each name is in every table or in none.
  private static func expectWhole(_ store: SQLiteStore, acknowledged: Set<String>) async throws {
    let found = try await store.read { reader -> (names: Set<String>, broken: [String], positions: [Int64]) in
      let events = try reader.events(EventQuery(limit: .max))
      let names = Set(events.map(\.aggregate.id))
      var query = StateQuery(AggregateKind(rawValue: "written"))
      query.limit = .max
      let states = Set(try reader.states(query).map(\.key.id))
      let owed = Set(try reader.effects(EffectQuery(limit: .max)).map(\.subject))
      var broken = Array(names.symmetricDifference(states)) + Array(names.symmetricDifference(owed))
      for name in names {
        let session = SessionID(trusted: "session_\(name)")
        let whole =
          try reader.claim(name) != nil && reader.answer(CommandKey(actor: .system, id: name)) != nil
          && reader.stream(session).last == 3 && reader.entries(session, after: 0, limit: 9).count == 3
        if !whole { broken.append(name) }
      }
      return (names, broken, events.map(\.position))
    }
    #expect(found.broken.isEmpty)
    #expect(acknowledged.subtracting(found.names).isEmpty)
    #expect(found.positions == Array(0..<Int64(found.positions.count)).map { $0 + 1 })
  }
}
