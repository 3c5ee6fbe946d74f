// SPDX-License-Identifier: Apache-2.0
public import SAMAPI

/// The entries of one session in order, without a gap, over as many connections as it takes. It does not end by itself.
///
/// There is one reader: a second loop goes on where the first one stopped.
public struct SessionEntries: AsyncSequence, Sendable {
  /// An entry and the place behind it.
  public typealias Element = EntryItem
  /// ``SAMClientError`` or `CancellationError`.
  public typealias Failure = any Error

  let handoff: Handoff<EntryItem>

  /// Reads one entry after the other.
  public struct Iterator: AsyncIteratorProtocol {
    let handoff: Handoff<EntryItem>

    /// The next entry; waits for it.
    public mutating func next() async throws -> EntryItem? { try await handoff.receive() }

    /// The next entry; waits for it.
    public mutating func next(isolation actor: isolated (any Actor)?) async throws -> EntryItem? {
      try await handoff.receive()
    }
  }

  /// An iterator that shares the place with all others.
  public func makeAsyncIterator() -> Iterator { Iterator(handoff: handoff) }
}
