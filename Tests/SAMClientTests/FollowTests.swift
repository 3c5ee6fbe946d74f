// SPDX-License-Identifier: Apache-2.0
import HTTPTypes
import SAMAPI
import SAMClient
import SAMCore
import SAMWebSocket
import Synchronization
import Testing

@Suite struct FollowTests {
  struct Enough: Error {}

  /// What a reader saw.
  final class Seen: Sendable {
    private let state = Mutex<(seqs: [Int64], changes: [FollowChange])>(([], []))
    var seqs: [Int64] { state.withLock { $0.seqs } }
    var changes: [FollowChange] { state.withLock { $0.changes } }
    func add(_ item: EntryItem) { state.withLock { $0.seqs.append(item.entry.seq) } }
    func add(_ change: FollowChange) { state.withLock { $0.changes.append(change) } }

    /// Follows until an entry was seen.
    func follow(_ client: SAMClient, from cursor: Cursor? = nil, until last: Int64 = .max) async throws {
      do {
        try await client.follow(Samples.session, from: cursor) {
          self.add($0)
        } onEntry: { item in
          self.add(item)
          if item.entry.seq == last { throw Enough() }
        }
      } catch is Enough {}
    }
  }

  @Test func whatWasSaidComesInOrderAndThenWhatIsSaidNow() async throws {
    let samd = FakeSamd.streaming { connection, _, _ in
      try await connection.send(frame: .entries(Samples.items(1...3)))
      try await connection.send(frame: .live)
      try await connection.send(text: #"{"type":"weather","degrees":3}"#)
      try await connection.send(frame: .entries(Samples.items(4...4)))
      await connection.untilGone()
    }
    let seen = Seen()
    try await samd.run { try await seen.follow($0, until: 4) }
    #expect(seen.seqs == [1, 2, 3, 4])
    #expect(seen.changes == [.live])
    #expect(samd.cursors.count == 1)
  }

  @Test func aLostConnectionGoesOnFromTheLastEntry() async throws {
    let samd = FakeSamd.streaming { connection, cursor, number in
      let start = try cursor.map { try Cursor($0).seq } ?? 0
      try await connection.send(frame: .entries(Samples.items((start + 1)...(start + 2))))
      if number == 1 { try await connection.send(frame: .live) }
      if number == 3 { await connection.untilGone() }
    }
    let seen = Seen()
    try await samd.run { try await seen.follow($0, until: 6) }
    #expect(seen.seqs == [1, 2, 3, 4, 5, 6])
    let asked = try samd.cursors.map { try Cursor($0 ?? "").seq }
    #expect(asked == [0, 2, 4])
    let kinds = seen.changes.map { change in
      switch change {
      case .live: "live"
      case .lost: "lost"
      case .resumed: "resumed"
      case .reset: "reset"
      }
    }
    #expect(kinds == ["live", "lost", "resumed", "lost", "resumed"])
  }

  @Test func aStreamBeginsBehindItsCursor() async throws {
    let samd = FakeSamd.streaming { connection, cursor, _ in
      let start = try Cursor(cursor ?? "").seq
      try await connection.send(frame: .entries([Samples.item(start + 1)]))
      await connection.untilGone()
    }
    let seen = Seen()
    try await samd.run { try await seen.follow($0, from: Cursor(session: Samples.session, seq: 41), until: 42) }
    #expect(seen.seqs == [42])
  }

  @Test(arguments: [[1, 2, 4], [1, 2, 2], [2], [1, 1], [1, 3]])
  func aGapOrARepetitionEndsTheStream(_ seqs: [Int64]) async throws {
    let samd = FakeSamd.streaming { connection, _, _ in
      for seq in seqs { try await connection.send(frame: .entries([Samples.item(seq)])) }
      await connection.untilGone()
    }
    let seen = Seen()
    try await samd.run { client in
      let error = try await #require(throws: SAMClientError.self) { try await seen.follow(client) }
      #expect(error.code == .streamGap)
      #expect(error.message.contains("entry \(seqs.last ?? 0)"))
    }
    #expect(seen.seqs == Array(seqs.dropLast()), "what came before the gap was shown, what came after was not")
    #expect(samd.cursors.count == 1, "a gap is not asked for again: it would come again")
  }

  @Test func anEntryOfAnotherSessionEndsTheStream() async throws {
    let samd = FakeSamd.streaming { connection, _, _ in
      try await connection.send(frame: .entries([Samples.item(1, session: SessionID(trusted: "session_2"))]))
      await connection.untilGone()
    }
    try await samd.run { client in
      let error = try await #require(throws: SAMClientError.self) { try await Seen().follow(client) }
      #expect(error.code == .streamGap)
    }
  }

  @Test func aDeclaredResetIsToldAndGoneOnFrom() async throws {
    let samd = FakeSamd.streaming { connection, _, _ in
      try await connection.send(frame: .reset(cursor: Cursor(session: Samples.session, seq: 90), reason: "retention"))
      try await connection.send(frame: .entries(Samples.items(91...92)))
      await connection.untilGone()
    }
    let seen = Seen()
    try await samd.run { try await seen.follow($0, until: 92) }
    #expect(seen.seqs == [91, 92])
    #expect(seen.changes == [.reset(cursor: Cursor(session: Samples.session, seq: 90), reason: "retention")])
  }

  @Test func aProblemThatDoesNotPassEndsTheStream() async throws {
    let samd = FakeSamd.streaming { connection, _, number in
      try await connection.send(frame: .error(Problem(number == 1 ? .unavailable : .notFound, "it was removed")))
      await connection.untilGone()
    }
    try await samd.run { client in
      let error = try await #require(throws: SAMClientError.self) { try await Seen().follow(client) }
      #expect(error.code == .notFound && error.message == "it was removed")
    }
    #expect(samd.cursors.count == 2, "unavailable passes: it was tried again")
  }

  @Test func aRefusedHandshakeSaysWhatSamdSays() async throws {
    let problem = Problem(.unauthenticated, "this token was revoked; log in again", request: "r9")
    let body = try APICoding.encode(problem)
    let samd = FakeSamd(refusal: { handshake, _ in
      #expect(handshake.headers[.authorization] == "Bearer secret")
      #expect(handshake.subprotocols == [APIVersion.subprotocol])
      return .refuse(status: .unauthorized, headers: [.contentType: Problem.mediaType], body: body)
    })
    try await samd.run { client in
      let error = try await #require(throws: SAMClientError.self) { try await Seen().follow(client) }
      #expect(error.code == .unauthenticated && error.request == "r9" && error.status == 401)
    }
    #expect(samd.cursors.count == 1)
  }

  @Test func aStreamFromNobodyFailsAtOnce() async throws {
    let port = try await RetryTests.unusedPort()
    try await SAMClient.withClient(endpoint: "http://127.0.0.1:\(port)", token: nil) { client in
      let error = try await #require(throws: SAMClientError.self) { try await Seen().follow(client) }
      #expect(error.code == .unreachable && error.message.contains("samd serve"))
    }
  }

  @Test func aServerThatStaysAwayIsGivenUpAfterTheLimit() async throws {
    var configuration = SAMClient.Configuration.quick
    configuration.reconnectLimit = .seconds(5)
    let samd = FakeSamd(refusal: { _, number in number == 1 ? nil : .refuse(status: .serviceUnavailable) }) {
      connection, _, _ in try await connection.send(frame: .entries([Samples.item(1)]))
    }
    let seen = Seen()
    try await samd.run(configuration) { client in
      let error = try await #require(throws: SAMClientError.self) { try await seen.follow(client) }
      #expect(error.code == .unavailable)
    }
    #expect(seen.seqs == [1])
    #expect(samd.cursors.count > 2)
  }

  @Test func cancellingEndsTheStreamAndItsConnection() async throws {
    let gone = Mutex(false)
    let samd = FakeSamd.streaming { connection, _, _ in
      try await connection.send(frame: .live)
      await connection.untilGone()
      gone.withLock { $0 = true }
    }
    let seen = Seen()
    try await samd.run { client in
      await withTaskGroup(of: Bool.self) { group in
        group.addTask {
          do { try await seen.follow(client) } catch is CancellationError { return true } catch { return false }
          return false
        }
        while seen.changes.isEmpty { await Task.yield() }
        group.cancelAll()
        #expect(await group.next() == true)
      }
      while !gone.withLock({ $0 }) { try await Task.sleep(for: .milliseconds(5)) }
    }
  }

  @Test func aCursorOfAnotherSessionIsRefused() async throws {
    try await FakeSamd().run { client in
      let error = try await #require(throws: SAMClientError.self) {
        try await Seen().follow(client, from: Cursor(session: SessionID(trusted: "session_2"), seq: 1))
      }
      #expect(error.code == .invalid)
    }
  }

  // MARK: As a sequence

  @Test func entriesAreASequenceThatEndsItsConnectionWithItsScope() async throws {
    let samd = FakeSamd.streaming { connection, cursor, number in
      let start = try Cursor(cursor ?? "").seq
      try await connection.send(frame: .entries(Samples.items((start + 1)...(start + 3))))
      if number == 2 { await connection.untilGone() }
    }
    try await samd.run { client in
      let seqs = try await client.withEntries(of: Samples.session) { entries in
        var seqs: [Int64] = []
        for try await item in entries {
          #expect(item.cursor.seq == item.entry.seq)
          seqs.append(item.entry.seq)
          if seqs.count == 5 { break }
        }
        return seqs
      }
      #expect(seqs == [1, 2, 3, 4, 5])
    }
  }

  @Test func theSequenceFailsWithTheStream() async throws {
    let samd = FakeSamd.streaming { connection, _, _ in
      try await connection.send(frame: .entries([Samples.item(1), Samples.item(3)]))
      await connection.untilGone()
    }
    try await samd.run { client in
      let error = try await #require(throws: SAMClientError.self) {
        try await client.withEntries(of: Samples.session) { entries in
          for try await item in entries { #expect(item.entry.seq == 1) }
        }
      }
      #expect(error.code == .streamGap)
    }
  }

  @Test func aScopeThatReadsNothingEnds() async throws {
    let samd = FakeSamd.streaming { connection, _, _ in
      try await connection.send(frame: .entries(Samples.items(1...50)))
      await connection.untilGone()
    }
    try await samd.run { client in
      let answer = try await client.withEntries(of: Samples.session) { _ in
        try await Task.sleep(for: .milliseconds(50))
        return 42
      }
      #expect(answer == 42)
    }
  }
}
