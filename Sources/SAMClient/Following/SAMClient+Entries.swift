// SPDX-License-Identifier: Apache-2.0
public import SAMAPI
public import SAMCore

extension SAMClient {
  /// Runs `body` with a session's entries as a sequence; the connection lives as long as `body`.
  ///
  ///     try await client.withEntries(of: session) { entries in
  ///       for try await item in entries { print(item.entry.seq, item.cursor) }
  ///     }
  ///
  /// A sequence that owned its connection without a scope would need a task that nobody waits for.
  ///
  /// - Parameters:
  ///   - session: the session.
  ///   - cursor: what is behind it; nil = from the beginning.
  ///   - body: reads the entries as long as it likes.
  /// - Throws: as ``follow(_:from:onChange:onEntry:)`` through the sequence; what `body` throws.
  public func withEntries<Result: Sendable>(
    of session: SessionID, from cursor: Cursor? = nil, body: (SessionEntries) async throws -> Result
  ) async throws -> Result {
    let handoff = Handoff<EntryItem>()
    return try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        do {
          try await follow(session, from: cursor) { try await handoff.send($0) }
        } catch {
          handoff.finish(error)
        }
      }
      defer { group.cancelAll() }
      return try await body(SessionEntries(handoff: handoff))
    }
  }
}
