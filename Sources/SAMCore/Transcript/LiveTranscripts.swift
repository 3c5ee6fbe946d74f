// SPDX-License-Identifier: Apache-2.0
internal import Synchronization

/// Wakes those who follow a conversation, and keeps its last entries at hand for those who keep up.
///
/// A viewer is a cursor. Who keeps up is served from one bounded ring a session; who is slower reads the store; nobody
/// costs memory.
final class LiveTranscripts: Sendable {
  private struct Live {
    var ring: [Entry] = []
    var waiters: [UInt64: CheckedContinuation<Void, Never>] = [:]
    var readers = 0
  }
  private struct State {
    var live: [SessionID: Live] = [:]
    var nextWaiter: UInt64 = 0
  }
  private static let ringLimit = 1024

  private let state = Mutex(State())
  fileprivate let store: any Store

  init(store: any Store) { self.store = store }

  func reader(_ session: SessionID, after seq: Int64) -> TranscriptReader {
    TranscriptReader(transcripts: self, session: session, seq: seq)
  }

  func committed(_ entries: [Entry]) {
    guard !entries.isEmpty else { return }
    let waiters = state.withLock { state -> [CheckedContinuation<Void, Never>] in
      var woken: [CheckedContinuation<Void, Never>] = []
      for entry in entries {
        let session = entry.session
        // In place: a copy of the ring for each entry would cost more than all the rest.
        guard let count = state.live[session]?.ring.count else { continue }
        state.live[session]?.ring.append(entry)
        if count >= Self.ringLimit * 2 { state.live[session]?.ring.removeFirst(count + 1 - Self.ringLimit) }
        if let waiters = state.live[session]?.waiters, !waiters.isEmpty {
          woken.append(contentsOf: waiters.sorted { $0.key < $1.key }.map(\.value))
          state.live[session]?.waiters = [:]
        }
      }
      return woken
    }
    for waiter in waiters { waiter.resume() }
  }

  fileprivate func join(_ session: SessionID) {
    state.withLock { $0.live[session, default: Live()].readers += 1 }
  }

  fileprivate func leave(_ session: SessionID) {
    state.withLock { state in
      guard let readers = state.live[session]?.readers else { return }
      if readers <= 1 { state.live[session] = nil } else { state.live[session]?.readers = readers - 1 }
    }
  }

  /// What the ring has beyond a place; nil when the ring does not reach back that far.
  fileprivate func recent(_ session: SessionID, after seq: Int64, limit: Int) -> [Entry]? {
    state.withLock { state in
      guard let ring = state.live[session]?.ring, let first = ring.first, first.seq <= seq + 1 else { return nil }
      let start = Int(seq + 1 - first.seq)
      guard start < ring.count else { return [] }
      return Array(ring[start..<min(ring.count, start + limit)])
    }
  }

  /// Waits for an entry beyond a place.
  fileprivate func wait(_ session: SessionID, after seq: Int64) async {
    let id = state.withLock { state -> UInt64 in
      state.nextWaiter += 1
      return state.nextWaiter
    }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let now = state.withLock { state -> Bool in
          guard !Task.isCancelled, state.live[session] != nil else { return true }
          if let last = state.live[session]?.ring.last, last.seq > seq { return true }
          state.live[session]?.waiters[id] = continuation
          return false
        }
        if now { continuation.resume() }
      }
    } onCancel: {
      state.withLock { $0.live[session]?.waiters.removeValue(forKey: id) }?.resume()
    }
  }
}

/// A cursor into one transcript: gives entries in order, waits at the end.
public final class TranscriptReader: Sendable {
  private let transcripts: LiveTranscripts
  private let session: SessionID
  private let position: Mutex<Int64>

  init(transcripts: LiveTranscripts, session: SessionID, seq: Int64) {
    self.transcripts = transcripts
    self.session = session
    position = Mutex(seq)
    transcripts.join(session)
  }

  deinit { transcripts.leave(session) }

  /// The `seq` of the last entry that was given out.
  public var seq: Int64 { position.withLock { $0 } }

  /// The next entries, at least one; waits for it.
  /// - Parameter limit: at most so many.
  /// - Throws: `CancellationError` when the task is cancelled; what the store throws.
  public func next(limit: Int = 256) async throws -> [Entry] {
    while true {
      try Task.checkCancellation()
      let after = seq
      let entries = try await ready(after: after, limit: limit)
      if let last = entries.last {
        position.withLock { $0 = last.seq }
        return entries
      }
      await transcripts.wait(session, after: after)
    }
  }

  /// The next entries, or none when the end is reached.
  public func poll(limit: Int = 256) async throws -> [Entry] {
    let entries = try await ready(after: seq, limit: limit)
    if let last = entries.last { position.withLock { $0 = last.seq } }
    return entries
  }

  private func ready(after seq: Int64, limit: Int) async throws -> [Entry] {
    if let recent = transcripts.recent(session, after: seq, limit: limit) { return recent }
    let session = session
    return try await transcripts.store.read { try $0.entries(session, after: seq, limit: limit) }
  }
}
