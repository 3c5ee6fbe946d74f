// SPDX-License-Identifier: Apache-2.0

/// What a machine has to report of one session: numbered, immutable, kept until acknowledged.
public struct EntryOutbox: Hashable, Sendable {
  /// How much may wait before the agent is no longer read, in items.
  public static let limit = 4096
  /// How many items go into one batch.
  public static let batch = 256

  /// The binding whose items these are.
  public private(set) var epoch: Int64 = 0
  /// The sequence of the last item, 0 before the first.
  public private(set) var last: Int64 = 0
  /// The sequence through which the control plane has everything.
  public private(set) var acknowledged: Int64 = 0
  /// The items beyond that.
  public private(set) var waiting: [OutboxItem] = []

  /// Whether so much waits that the agent should not be read.
  public var isFull: Bool { waiting.count >= Self.limit }
  /// Whether so little waits that the agent may be read again.
  public var hasRoom: Bool { waiting.count < Self.limit / 2 }

  /// The next items to send.
  public func nextBatch(of session: SessionID) -> OutboxBatch? {
    guard !waiting.isEmpty else { return nil }
    return OutboxBatch(session: session, epoch: epoch, items: Array(waiting.prefix(Self.batch)))
  }

  /// Folds one journal record.
  public mutating func apply(_ record: JournalRecord) {
    switch record {
    case .epoch(let number):
      epoch = number
      last = 0
      acknowledged = 0
      waiting = []
    case .item(let item):
      last = item.sequence
      waiting.append(item)
    case .acknowledged(let through):
      acknowledged = max(acknowledged, through)
      if let first = waiting.first, first.sequence <= through {
        waiting.removeFirst(min(waiting.count, Int(through - first.sequence + 1)))
      }
    case .received, .handing, .refused, .conversation: break
    }
  }
}
