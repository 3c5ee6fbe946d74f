// SPDX-License-Identifier: Apache-2.0
import Foundation
import GRDB
import SAMCore
import Testing

@testable import SAMStorage

@Suite("A full disk", .serialized)
struct FullDiskTests {
  /// A disk that can be filled and emptied: a small file system where we may mount one, else a limit inside SQLite.
  private final class SmallDisk {
    let directory: String
    let isMounted: Bool
    private let scratch: Scratch

    init() throws {
      scratch = try Scratch()
      directory = scratch.fresh("disk")
      try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
      let status = try? WriterProcess.run("/usr/bin/mount", ["-t", "tmpfs", "-o", "size=3m", "tmpfs", directory])
      isMounted = status == 0
    }

    func fill(_ store: SQLiteStore) async throws {
      if isMounted {
        _ = FileManager.default.createFile(atPath: "\(directory)/ballast", contents: Data(count: 1 << 20))
      } else {
        try await store.pool.writeWithoutTransaction { database in
          let pages = try Int.fetchOne(database, sql: "PRAGMA page_count") ?? 0
          try database.execute(sql: "PRAGMA max_page_count = \(pages + 300)")
        }
      }
    }

    func makeRoom(_ store: SQLiteStore) async throws {
      if isMounted {
        try FileManager.default.removeItem(atPath: "\(directory)/ballast")
      } else {
        try await store.pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA max_page_count = 1073741823") }
      }
    }

    deinit {
      if isMounted {
        let status = try? WriterProcess.run("/usr/bin/umount", ["-l", directory])
        if status != 0 { print("left behind: a small file system at \(directory)") }
      }
    }
  }

  @Test("every decision that meets it fails with words, none by halves, and the store goes on when there is room")
  func fullAndAgain() async throws {
    let disk = try SmallDisk()
    print("the full disk is \(disk.isMounted ? "a tmpfs of 3 MiB" : "PRAGMA max_page_count (no right to mount)")")
    let store = try SQLiteStore(directory: "\(disk.directory)/data")
    let observed = Shared<Set<String>>([])
    store.observeCommits { changes in
      observed.change { $0.formUnion(changes.events.map(\.aggregate.id)) }
    }
    try await disk.fill(store)

    let outcome = try await Self.writeUntilFull(store)
    #expect(!outcome.errors.isEmpty)
    for error in outcome.errors {
      #expect(error.code == .full)
      #expect(error.message.contains("make room"), "\(error)")
    }
    try await Self.expectExactly(outcome.acknowledged, store, observed: observed.value)

    try await disk.makeRoom(store)
    for index in 0..<5 {
      try await store.transact { _ in (DurabilityTests.fact("again-\(index)"), ()) }
    }
    let all = outcome.acknowledged.union((0..<5).map { "again-\($0)" })
    try await Self.expectExactly(all, store, observed: observed.value)

    try store.close()
    let reopened = try SQLiteStore(directory: store.directory)
    try await Self.expectExactly(all, reopened, observed: all)
    try reopened.close()
  }

  /// Four writers, until each has met the full disk.
  private static func writeUntilFull(
    _ store: SQLiteStore
  ) async throws -> (acknowledged: Set<String>, errors: [StoreError]) {
    let acknowledged = Shared<Set<String>>([])
    let text = String(repeating: "x", count: 30_000)
    let errors = await withTaskGroup { group in
      for writer in 0..<4 {
        group.addTask { () -> StoreError? in
          for index in 0..<500 {
            let name = "w\(writer)-\(index)"
            do {
              try await store.transact { _ in (DurabilityTests.fact(name, text: text), ()) }
              acknowledged.change { _ = $0.insert(name) }
            } catch let error as StoreError {
              return error
            } catch {
              return StoreError(.failed, "\(error)")
            }
          }
          return nil
        }
      }
      return await group.reduce(into: [StoreError]()) { errors, error in
        if let error { errors.append(error) }
      }
    }
    return (acknowledged.value, errors)
  }

  private static func expectExactly(_ names: Set<String>, _ store: SQLiteStore, observed: Set<String>) async throws {
    let events = try await store.read { try $0.events(EventQuery(limit: .max)) }
    #expect(Set(events.map(\.aggregate.id)) == names)
    #expect(observed == names)
    #expect(events.map(\.position) == (0..<Int64(names.count)).map { $0 + 1 })
  }
}
